using System.Collections.Immutable;
using Pile.Format;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>The tiles of one question on the local disk, until it is answered.</summary>
internal sealed class LocalCopies : IDisposable
{
    private readonly Dictionary<string, LocalCopy> copies = new(StringComparer.Ordinal);

    internal string PathOf(string path) => copies[path].Path;

    /// <summary>Fetches what is not there yet, several at once.</summary>
    internal static async Task<LocalCopies> OfAsync(IFileStore store, FileList files, ImmutableArray<string> paths, CancellationToken cancellationToken)
    {
        LocalCopies all = new();
        try
        {
            if (store.Traits.IsLocal)
                foreach (string path in paths)
                    all.copies[path] = await OneAsync(store, files, path, cancellationToken).ConfigureAwait(false);
            else
                await Parallel.ForEachAsync(paths, new ParallelOptions { MaxDegreeOfParallelism = store.Traits.ParallelRequests, CancellationToken = cancellationToken }, async (path, token) =>
                {
                    LocalCopy copy = await OneAsync(store, files, path, token).ConfigureAwait(false);
                    lock (all.copies)
                        all.copies[path] = copy;
                }).ConfigureAwait(false);
            return all;
        }
        catch
        {
            all.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (LocalCopy copy in copies.Values)
            copy.Dispose();
    }

    private static async Task<LocalCopy> OneAsync(IFileStore store, FileList files, string path, CancellationToken cancellationToken)
    {
        KnownFile known = files.TileAt(path) is { File: var tile } ? new KnownFile(tile.Bytes, tile.Sha256.Length > 0 ? tile.Sha256 : null) : default;
        try
        {
            LocalCopy copy = await store.LocalPathAsync(path, known, cancellationToken).ConfigureAwait(false);
            // A dataset without rows has no tile, and this schema in its place.
            if (files.TileAt(path) is null && files.Files.FirstOrDefault(f => f.Path == path) is { Sha256.Length: > 0 } schema)
                await FileDigest.RequireAsync(copy.Path, schema.Sha256, cancellationToken).ConfigureAwait(false);
            return copy;
        }
        catch (InvalidDataException e)
        {
            throw new DatasetInvalidException(store.Address, $"the tile '{path}': {e.Message}", "Get it again", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetInvalidException(store.Address, $"the index tile '{path}' cannot be read: {e.Message.TrimEnd('.')}", "Get the tile again, or run 'pile index rebuild'", e);
        }
    }
}
