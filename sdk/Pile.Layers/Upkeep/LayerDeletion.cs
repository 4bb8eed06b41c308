using Pile.Format;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>Deletes the files of a layer or a source.</summary>
internal static class LayerDeletion
{
    private const string Probe = "probe-";

    private static readonly string[] Folders = [LayerPaths.Commits, LayerPaths.Data, LayerPaths.Blobs, LayerPaths.Tags, LayerPaths.States];

    /// <summary>True if a path is one of a layer.</summary>
    internal static bool IsOfLayer(string path) => path == LayerPaths.Manifest || path.StartsWith(Probe, StringComparison.Ordinal)
        || Array.Exists(Folders, f => path.StartsWith(f, StringComparison.Ordinal));

    /// <summary>Deletes files, layer.yaml last, so that a deletion that was interrupted can be repeated, then the folders that are
    /// empty.</summary>
    internal static async Task RunAsync(LayerStore store, IEnumerable<StoredFile> files, CancellationToken cancellationToken)
    {
        foreach (StoredFile file in files.OrderBy(f => f.Path == LayerPaths.Manifest))
            await store.Files.DeleteAsync(file.Path, cancellationToken).ConfigureAwait(false);
        await store.Files.DiscardUnfinishedAsync(cancellationToken).ConfigureAwait(false);
        if (store.Files.Traits.IsLocal)
            foreach (string folder in Folders.Select(f => Path.Combine(store.Files.LocalRoot, f.TrimEnd('/')))
                .Append(store.Files.LocalRoot))
                if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
                    Directory.Delete(folder);
    }

    /// <summary>Fills a layer that was just created, and deletes it if that fails or is cancelled. After a conflict it stays: another
    /// writer has made a commit, which is not ours to delete.</summary>
    /// <param name="created">The layer.</param>
    /// <param name="fill">Writes its commits.</param>
    internal static async Task<T> OnFailureAsync<T>(LayerStore created, Func<Task<T>> fill)
    {
        try
        {
            return await fill().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not LayerConflictException)
        {
            try
            {
                List<StoredFile> files = [];
                await foreach (StoredFile file in created.Files.ListAsync("").ConfigureAwait(false))
                    if (IsOfLayer(file.Path))
                        files.Add(file);
                await RunAsync(created, files, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception of) when (of is IOException or UnauthorizedAccessException or PileException)
            {
                // The first error says more.
            }
            throw;
        }
    }
}
