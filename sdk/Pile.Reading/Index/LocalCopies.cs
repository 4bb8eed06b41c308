using System.Collections.Concurrent;
using System.Collections.Immutable;
using Pile.Format;
using Pile.Parquet;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>Local files of the tiles of one statement, held until it is complete.</summary>
/// <remarks>A remote tile is a full copy, or a sparse file with the parts that were fetched.</remarks>
internal sealed class LocalCopies : IDisposable
{
    private readonly Dataset dataset;
    private readonly FileList files;
    private readonly ConcurrentDictionary<string, string> paths = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RemoteTile> sparse = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<LocalCopy> copies = [];
    private readonly RemoteTiles? remote;

    private LocalCopies(Dataset dataset, FileList files) => (this.dataset, this.files, remote) = (dataset, files, dataset.Remote);

    /// <summary>True if some tiles are sparse, so that DuckDB must not read all of them.</summary>
    internal bool HasSparse
    {
        get
        {
            foreach (KeyValuePair<string, RemoteTile> _ in sparse) // IsEmpty takes all locks, and starts the tracing of .NET for them
                return true;
            return false;
        }
    }

    /// <summary>Opens tiles: as the files of a folder, full copies in the cache, or sparse files with the footer.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="files">Its files.</param>
    /// <param name="paths">The tiles.</param>
    /// <param name="isFull">True if the statement reads all of the tiles.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="DatasetInvalidException">A tile is missing or damaged.</exception>
    internal static async Task<LocalCopies> OfAsync(
        Dataset dataset, FileList files, ImmutableArray<string> paths, bool isFull, CancellationToken cancellationToken)
    {
        LocalCopies all = new(dataset, files);
        try
        {
            if (dataset.Store.Traits.IsLocal)
                foreach (string path in paths)
                    await all.OpenAsync(path, isFull, cancellationToken).ConfigureAwait(false);
            else
                await all.ForEachAsync(paths, (path, token) => all.OpenAsync(path, isFull, token), cancellationToken).ConfigureAwait(false);
            return all;
        }
        catch
        {
            all.Dispose();
            throw;
        }
    }

    /// <summary>Returns the local path of a tile. It does not change when more of the tile is fetched.</summary>
    internal string PathOf(string path) => paths[path];

    /// <summary>Returns a tile that is a sparse file; null for others.</summary>
    internal RemoteTile? SparseOf(IndexTile tile) => sparse.GetValueOrDefault(tile.File.Path);

    /// <summary>Fetches parts of tiles.</summary>
    /// <param name="parts">The byte ranges of each tile, start and end.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="DatasetInvalidException">A tile is missing or damaged.</exception>
    internal Task FetchAsync(IReadOnlyDictionary<RemoteTile, List<(long Start, long End)>> parts, CancellationToken cancellationToken) =>
        ForEachAsync(sparse.Where(s => parts.ContainsKey(s.Value)).Select(s => s.Key),
            (path, token) => ReplaceAsync(path, tile => tile.FetchAsync(parts[tile], token)), cancellationToken);

    /// <summary>Fetches all of the tiles.</summary>
    /// <exception cref="DatasetInvalidException">A tile is missing or damaged.</exception>
    internal Task CompleteAsync(CancellationToken cancellationToken) =>
        ForEachAsync(sparse.Keys, (path, token) => ReplaceAsync(path, tile => tile.CompleteAsync(token)), cancellationToken);

    public void Dispose()
    {
        foreach (LocalCopy copy in copies)
            copy.Dispose();
    }

    private Task ForEachAsync(IEnumerable<string> paths, Func<string, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        int atOnce = dataset.Store.Traits.ParallelRequests;
        ParallelOptions options = new() { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(paths.ToArray(), options, async (path, token) => await work(path, token).ConfigureAwait(false));
    }

    private Task OpenAsync(string path, bool isFull, CancellationToken cancellationToken) => Guarded(path, async () =>
    {
        IndexTile? tile = files.TileAt(path);
        bool isForeign = dataset.Manifest.Foreign is not null;
        RemoteTile? inBlocks = tile is null || remote is null ? null
            : isForeign ? await remote.OfForeignAsync(tile, cancellationToken).ConfigureAwait(false)
            : remote.Of(tile, files.ChecksumsOf(tile));
        if (inBlocks is { } opened)
        {
            Add(path, opened, await opened.OpenAsync(isFull, cancellationToken).ConfigureAwait(false));
            if (isForeign)
                dataset.Catalogue?.TileTypes.Add(path, opened.Layout, PathOf(path));
            return;
        }
        KnownFile known = tile is { File: var file } && !isForeign ? new KnownFile(file.Bytes, file.Sha256.Length > 0 ? file.Sha256
            : null) : default;
        LocalCopy copy = await dataset.Store.LocalPathAsync(path, known, cancellationToken).ConfigureAwait(false);
        copies.Add(copy);
        paths[path] = copy.Path;
        if (tile is not null && isForeign)
        {
            ParquetLayout layout = HatsTiles.LayoutOf(copy.Path, path);
            HatsTiles.RequireRows(tile.File, layout.RowCount);
            dataset.Catalogue?.TileTypes.Add(path, layout, copy.Path);
        }
        // A dataset without rows has this schema file instead of a tile.
        if (tile is null && files.Files.FirstOrDefault(f => f.Path == path) is { Sha256.Length: > 0 } schema)
            FileDigest.Require(copy.Path, schema.Sha256, cancellationToken);
    });

    private Task ReplaceAsync(string path, Func<RemoteTile, Task<LocalCopy?>> fetch) =>
        Guarded(path, async () => Add(path, sparse[path], await fetch(sparse[path]).ConfigureAwait(false)));

    private void Add(string path, RemoteTile tile, LocalCopy? fullCopy)
    {
        paths.TryAdd(path, fullCopy?.Path ?? tile.LocalPath);
        if (fullCopy is null)
            sparse[path] = tile;
        else
        {
            copies.Add(fullCopy);
            sparse.TryRemove(path, out _);
        }
    }

    private async Task Guarded(string path, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            throw new DatasetInvalidException(dataset.Address, $"the tile '{path}': {e.Message}", "Get it again", e);
        }
        catch (TileDamagedException e)
        {
            throw Unusable($"is damaged: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable($"cannot be read: {e.Message.TrimEnd('.')}", e);
        }

        DatasetInvalidException Unusable(string finding, Exception e) =>
            new(dataset.Address, $"the {(dataset.Manifest.Foreign is null ? "index " : "")}tile '{path}' {finding}",
                IndexRemedy.OfTile(dataset), e);
    }
}
