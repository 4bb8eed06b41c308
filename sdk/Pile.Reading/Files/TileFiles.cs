using System.Globalization;
using System.Security.Cryptography;
using Pile.DuckDb;
using Pile.Format;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>The files of a dataset's tiles: whether they are what the list of files says, and what reading them costs.</summary>
internal static class TileFiles
{
    /// <summary>Reads the manifest's bytes as they are now.</summary>
    internal static Task<byte[]> ReadManifestAsync(this Dataset dataset, CancellationToken cancellationToken) =>
        dataset.Store.ReadAllAsync(DatasetPaths.Manifest, Dataset.LargestManifestBytes, cancellationToken);

    /// <summary>Size and time of every tile as they are now.</summary>
    internal static async Task<IReadOnlyList<string>> TileStampsAsync(this Dataset dataset, CancellationToken cancellationToken)
    {
        List<string> stamps = [];
        if (!dataset.Store.Traits.IsLocal) // a published version never changes, and its manifest tells it
            return stamps;
        foreach (IndexTile tile in (await dataset.FilesAsync(cancellationToken).ConfigureAwait(false)).Tiles)
        {
            using LocalCopy copy = await dataset.Store.LocalPathAsync(tile.File.Path, cancellationToken: cancellationToken).ConfigureAwait(false);
            FileInfo file = new(copy.Path);
            stamps.Add(string.Create(CultureInfo.InvariantCulture, $"{tile.File.Path} {(file.Exists ? file.Length : -1)} {(file.Exists ? file.LastWriteTimeUtc.Ticks : 0)}"));
        }
        return stamps;
    }

    /// <summary>Checks the SHA-256 of every tile that a query opens.</summary>
    /// <exception cref="DatasetInvalidException">A tile is missing, or its bytes are not those that were written.</exception>
    internal static async Task VerifyTilesAsync(this Dataset dataset, Query query, CancellationToken cancellationToken)
    {
        QueryPlan plan = await dataset.PlanAsync(query, cancellationToken).ConfigureAwait(false);
        await Parallel.ForEachAsync(plan.Tiles, new ParallelOptions { MaxDegreeOfParallelism = dataset.Options.Threads ?? Environment.ProcessorCount, CancellationToken = cancellationToken }, async (tile, token) =>
        {
            string sha256;
            try
            {
                using LocalCopy copy = await dataset.Store.LocalPathAsync(tile.File.Path, new KnownFile(tile.File.Bytes, tile.File.Sha256), token).ConfigureAwait(false);
                using FileStream file = new(copy.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
                sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, token).ConfigureAwait(false));
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                throw new DatasetInvalidException(dataset.Address, $"the tile '{tile.File.Path}' cannot be read: {e.Message}", "Get it again, or run 'pile validate' for all findings", e);
            }
            if (sha256 != tile.File.Sha256)
                throw new DatasetInvalidException(dataset.Address, $"the tile '{tile.File.Path}' has SHA-256 {sha256}, '{DatasetPaths.Files}' says {tile.File.Sha256}", "It was changed or cut: get it again");
        }).ConfigureAwait(false);
    }

    /// <summary>Says what the tiles of a plan cost: the bytes of the columns that are read, and the reads that take them. Of a folder it reads the tiles' footers; of a remote store tiles count whole.</summary>
    internal static async Task<(long Bytes, long Requests)> MeasureAsync(this Dataset dataset, QueryPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Tiles.IsEmpty || !dataset.Store.Traits.IsLocal) // of a remote store tiles are fetched whole
            return (plan.Tiles.Sum(t => t.File.Bytes), plan.Tiles.Length);
        string[] paths = new string[plan.Tiles.Length];
        try
        {
            for (int i = 0; i < paths.Length; i++)
                using (LocalCopy copy = await dataset.Store.LocalPathAsync(plan.Tiles[i].File.Path, cancellationToken: cancellationToken).ConfigureAwait(false))
                    paths[i] = copy.Path; // a folder's own file: it stays
            using DuckDbConnection connection = dataset.Database.Connect();
            // A column is read if the statement names it; lists have paths such as "flux, list, element".
            using DuckDbResult result = connection.Query(
                $"SELECT path_in_schema, sum(total_compressed_size)::BIGINT, count(*) FROM parquet_metadata({DuckDbSql.LiteralList(paths)}) GROUP BY 1", cancellationToken: cancellationToken);
            long bytes = 0, requests = paths.Length;
            foreach (DuckDbChunk chunk in result.Chunks())
                for (int row = 0; row < chunk.RowCount; row++)
                {
                    string column = chunk[0].Text(row)!.Split(", ")[0];
                    if (column != ColumnNames.Healpix29 && !plan.Sql.Contains(DuckDbSql.Identifier(column), StringComparison.OrdinalIgnoreCase))
                        continue;
                    (bytes, requests) = (bytes + chunk.Values<long>(1)[row], requests + chunk.Values<long>(2)[row]);
                }
            return (bytes, requests);
        }
        catch (Exception e) when (e is DuckDbException or IOException or UnauthorizedAccessException)
        {
            throw new DatasetInvalidException(dataset.Address, $"the tiles of the index cannot be read: {e.Message.Split('\n')[0]}", "Run 'pile validate' for all findings", e);
        }
    }
}
