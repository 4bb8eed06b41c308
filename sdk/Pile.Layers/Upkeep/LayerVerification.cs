using Pile.Storage;

namespace Pile.Layers;

/// <summary>Reads every byte of a layer, and compares it with the hashes of the log.</summary>
internal static class LayerVerification
{
    /// <summary>Verifies a layer.</summary>
    /// <returns>The number of commits, patches and states.</returns>
    /// <exception cref="Format.PileException">A file is missing, was changed, or contradicts another.</exception>
    internal static async Task<(long Commits, long Patches, long States)> RunAsync(LayerStore store, CancellationToken cancellationToken)
    {
        long newest = await store.NewestAsync(cancellationToken).ConfigureAwait(false);
        LayerCommit[] commits = await store.ReadAsync(1, newest, cancellationToken).ConfigureAwait(false);
        LayerReplay.Of(store, [], commits);
        LayerOperation[] patches = [.. ForgottenPatches.Of(commits).InForce(commits).Select(o => o.Operation)];
        foreach (LayerOperation patch in patches)
            (await store.VerifiedAsync(LayerPaths.Patch(patch.Patch), patch.Patch, patch.Bytes, cancellationToken).ConfigureAwait(false))
                .Dispose();
        foreach (BlobPack pack in patches.SelectMany(o => o.Packs).DistinctBy(p => p.Sha256))
            (await store.VerifiedAsync(LayerPaths.Pack(pack.Sha256), pack.Sha256, pack.Bytes, cancellationToken).ConfigureAwait(false))
                .Dispose();
        foreach (LayerTag tag in await LayerTag.AllAsync(store, cancellationToken).ConfigureAwait(false))
            await store.ResolveAsync(tag.Name, cancellationToken).ConfigureAwait(false);
        int states = 0;
        await foreach (StoredFile file in store.Files.ListAsync(LayerPaths.States, cancellationToken).ConfigureAwait(false))
            if (LayerLog.TryNumberOfState(file.Path, out long number))
            {
                StatePointer? pointer = await StateFiles.NewestAsync(store, number, cancellationToken).ConfigureAwait(false);
                if (pointer is null || number > newest || commits[number - 1].Sha256 != pointer.Commit)
                    throw new LayerInvalidException(store.Address, $"'{file.Path}' is of a commit that the log does not have",
                        LayerInvalidException.DeleteStates);
                (await store.VerifiedAsync(LayerPaths.State(pointer.State), pointer.State, pointer.Bytes, cancellationToken)
                    .ConfigureAwait(false)).Dispose();
                states++;
            }
        await foreach (StoredFile file in store.Files.ListAsync(LayerPaths.Commits, cancellationToken).ConfigureAwait(false))
            if (string.CompareOrdinal(file.Path, LayerPaths.Commit(newest)) > 0)
                throw new LayerInvalidException(store.Address, $"'{file.Path}' is behind a gap: the commit {newest + 1} is missing",
                    LayerInvalidException.GetAgain);
        return (commits.Length, patches.Length, states);
    }
}
