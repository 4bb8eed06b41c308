using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pile.Format;
using Pile.Parquet;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>The size, time stamps and read cost of a dataset's tiles.</summary>
internal static class TileFiles
{
    private const int MaxMeasuredTiles = 64;

    /// <summary>Reads the current bytes of the manifest; of a HATS catalogue, the bytes that identify it
    /// as it was opened.</summary>
    internal static Task<byte[]> ReadManifestAsync(this Dataset dataset, CancellationToken cancellationToken) =>
        dataset.Catalogue is { } catalogue ? Task.FromResult(catalogue.Identity)
            : dataset.Source is { } source ? Task.FromResult(source.Identity) : dataset.Store.ReadAllAsync(DatasetPaths.Manifest,
            Dataset.LargestManifestBytes, cancellationToken);

    /// <summary>Returns the current size and time of every tile.</summary>
    internal static async Task<IReadOnlyList<string>> TileStampsAsync(this Dataset dataset, CancellationToken cancellationToken)
    {
        List<string> stamps = [];
        if (!dataset.Store.Traits.IsLocal) // a published version never changes, and its manifest identifies it
            return stamps;
        foreach (IndexTile tile in (await dataset.FilesAsync(cancellationToken).ConfigureAwait(false)).Tiles)
        {
            // a missing tile is reported when it is read
            FileInfo file = new(DatasetPaths.Resolve(dataset.Store.LocalRoot, tile.File.Path));
            if (file.Exists && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
                file = target;
            stamps.Add(string.Create(CultureInfo.InvariantCulture,
                $"{tile.File.Path} {(file.Exists ? file.Length : -1)} {(file.Exists ? file.LastWriteTimeUtc.Ticks : 0)}"));
        }
        return stamps;
    }

    /// <summary>Returns what identifies the positions of the rows, beside the root.</summary>
    /// <returns>Empty for a dataset, whose root identifies every byte; a SHA-256 for a catalogue in a folder, by its column of ids and the
    /// identity of its files; null if another program may find other files without noticing.</returns>
    internal static async Task<string?> PositionStampAsync(this Dataset dataset, CancellationToken cancellationToken)
    {
        if (dataset.Catalogue is not { } catalogue)
            return "";
        if (!dataset.Store.Traits.IsLocal)
            return null; // a request for each tile would be needed to compare entity tags
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{catalogue.IdColumn}\n"));
        foreach (IndexTile tile in (await dataset.FilesAsync(cancellationToken).ConfigureAwait(false)).Tiles)
            try
            {
                FileStamp stamp = FileStamp.Of(DatasetPaths.Resolve(dataset.Store.LocalRoot, tile.File.Path));
                if (stamp.IsRecent)
                    return null;
                hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                    $"{tile.File.Path}\n{stamp.Bytes} {stamp.Inode} {stamp.Modified} {stamp.Changed} {tile.File.Rows}\n")));
            }
            catch (FileNotFoundException)
            {
                return null; // reported when it is read
            }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Returns what reading the tiles of a plan costs: the bytes of the columns that are read, and the reads.</summary>
    /// <remarks>
    /// Of a remote dataset these are the bytes and requests that an empty cache needs; the footers are fetched to find out.
    /// More than <see cref="MaxMeasuredTiles"/> remote tiles count in full instead: no query fetches more.
    /// </remarks>
    /// <exception cref="DatasetInvalidException">A tile is missing or damaged.</exception>
    internal static async Task<(long Bytes, long Requests)> MeasureAsync(this Dataset dataset, QueryPlan plan,
        CancellationToken cancellationToken)
    {
        bool isLocal = dataset.Store.Traits.IsLocal;
        if (plan.Tiles.IsEmpty || (!isLocal && plan.Tiles.Length > MaxMeasuredTiles))
            return (plan.Tiles.Sum(t => t.File.Bytes), plan.Tiles.Length);
        FileList list = await dataset.FilesAsync(cancellationToken).ConfigureAwait(false);
        ImmutableArray<string> paths = [.. plan.Tiles.Select(t => t.File.Path)];
        using LocalCopies copies = await LocalCopies.OfAsync(dataset, list, paths, isFull: false, cancellationToken).ConfigureAwait(false);
        if (isLocal)
        {
            IEnumerable<ParquetLayout> layouts = TileVerification.Layouts(dataset, list, plan.Tiles, copies.PathOf, cancellationToken);
            ParquetChunk[] chunks = [.. layouts.SelectMany(l => ChunksOf(plan, l))];
            return (chunks.Sum(c => c.Bytes), plan.Tiles.Length + chunks.Length);
        }
        long bytes = 0, requests = 0;
        foreach (IndexTile tile in plan.Tiles)
        {
            (long tileBytes, long tileRequests) = copies.SparseOf(tile) is { } sparse
                ? sparse.CostOf(ChunksOf(plan, sparse.Layout).Select(c => (c.Start, c.Start + c.Bytes)))
                : (tile.File.Bytes, 1);
            (bytes, requests) = (bytes + tileBytes, requests + tileRequests);
        }
        return (bytes, requests);
    }

    private static IEnumerable<ParquetChunk> ChunksOf(QueryPlan plan, ParquetLayout layout) =>
        layout.Groups.SelectMany(g => g.Chunks).Where(c => plan.Columns.Contains(c.Path[0]));
}
