using Pile.Storage;

namespace Pile.Layers;

/// <summary>Deletes files that no commit needs: patches of writers that were killed or lost a race, forgotten values, old states.</summary>
internal static class LayerCleaning
{
    /// <summary>Deletes the files. Commits and tags are never deleted.</summary>
    /// <param name="store">The layer. No writer may be active: the patch of a commit is stored before the commit.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The number of deleted files, and their bytes.</returns>
    internal static async Task<(int Files, long Bytes)> RunAsync(LayerStore store, CancellationToken cancellationToken)
    {
        LayerCommit[] commits = await store.ReadAsync(1, await store.NewestAsync(cancellationToken).ConfigureAwait(false),
            cancellationToken)
            .ConfigureAwait(false);
        HashSet<string> needed = ForgottenPatches.FilesOf(ForgottenPatches.Of(commits).InForce(commits));
        if (await StateFiles.NewestAsync(store, commits.Length, cancellationToken).ConfigureAwait(false) is { } newest)
            needed.UnionWith([LayerPaths.StatePointer(newest.Number), LayerPaths.State(newest.State)]);
        List<StoredFile> unneeded = [];
        foreach (string folder in (string[])[LayerPaths.States, LayerPaths.Data, LayerPaths.Blobs])
            await foreach (StoredFile file in store.Files.ListAsync(folder, cancellationToken).ConfigureAwait(false))
                if (!needed.Contains(file.Path))
                    unneeded.Add(file);
        // Pointers before the states that they name.
        foreach (StoredFile file in unneeded.OrderBy(f => !f.Path.EndsWith(".json", StringComparison.Ordinal)))
            await store.Files.DeleteAsync(file.Path, cancellationToken).ConfigureAwait(false);
        await store.Files.DiscardUnfinishedAsync(cancellationToken).ConfigureAwait(false);
        return (unneeded.Count, unneeded.Sum(f => f.Bytes));
    }
}
