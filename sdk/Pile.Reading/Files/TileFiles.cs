using System.Globalization;
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
            FileInfo file = new(DatasetPaths.Resolve(dataset.Store.LocalRoot, tile.File.Path)); // one that is missing is told of when it is read
            stamps.Add(string.Create(CultureInfo.InvariantCulture, $"{tile.File.Path} {(file.Exists ? file.Length : -1)} {(file.Exists ? file.LastWriteTimeUtc.Ticks : 0)}"));
        }
        return stamps;
    }

    /// <summary>Checks what a query reads of every tile that it opens.</summary>
    /// <exception cref="DatasetInvalidException">A tile is missing, or its bytes are not those that were written.</exception>
    internal static async Task VerifyTilesAsync(this Dataset dataset, Query query, CancellationToken cancellationToken)
    {
        QueryPlan plan = await dataset.PlanAsync(query, cancellationToken).ConfigureAwait(false);
        TileBytes check = await TileBytes.OfAsync(dataset, plan, cancellationToken).ConfigureAwait(false);
        await Parallel.ForEachAsync(plan.Tiles, new ParallelOptions { MaxDegreeOfParallelism = dataset.Options.Threads ?? Environment.ProcessorCount, CancellationToken = cancellationToken },
            async (tile, token) => await check.VerifyAsync(tile, token).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Whether a plan reads a column of its tiles, or might.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="pathInTile">The column as Parquet has it: lists have paths such as "flux, list, element".</param>
    internal static bool Reads(this QueryPlan plan, string pathInTile)
    {
        // A column is read if the statement names it. A name may have a comma of its own.
        for (int end = pathInTile.IndexOf(", ", StringComparison.Ordinal); end >= 0; end = pathInTile.IndexOf(", ", end + 1, StringComparison.Ordinal))
            if (IsNamed(pathInTile[..end]))
                return true;
        return IsNamed(pathInTile);

        bool IsNamed(string column) => column == ColumnNames.Healpix29 || plan.Sql.Contains(DuckDbSql.Identifier(column), StringComparison.OrdinalIgnoreCase);
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
            using DuckDbResult result = connection.Query(
                $"SELECT path_in_schema, sum(total_compressed_size)::BIGINT, count(*) FROM parquet_metadata({DuckDbSql.LiteralList(paths)}) GROUP BY 1", cancellationToken: cancellationToken);
            long bytes = 0, requests = paths.Length;
            foreach (DuckDbChunk chunk in result.Chunks())
                for (int row = 0; row < chunk.RowCount; row++)
                {
                    if (!plan.Reads(chunk[0].Text(row)!))
                        continue;
                    (bytes, requests) = (bytes + chunk.Values<long>(1)[row], requests + chunk.Values<long>(2)[row]);
                }
            return (bytes, requests);
        }
        catch (Exception e) when (e is DuckDbException or IOException or UnauthorizedAccessException)
        {
            throw (Exception?)TooLittleMemory.Of(e, dataset.Address) ?? new DatasetInvalidException(dataset.Address, $"the tiles of the index cannot be read: {e.Message.Split('\n')[0]}", "Run 'pile validate' for all findings", e);
        }
    }
}
