using Pile.Format;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>Copies a layer up to a commit. The copy has the same hashes, so that the two can be merged later.</summary>
internal static class LayerFork
{
    /// <summary>Copies a layer. Deletes the copy if that fails.</summary>
    /// <returns>The number of commits and patches of the copy.</returns>
    internal static async Task<(long Commits, int Patches)> RunAsync(LayerSnapshot source, string destination, StoreOptions? options,
        CancellationToken cancellationToken)
    {
        if (source.Store.Manifest.SourceAddress is null)
            LayerReference.RequireName(destination);
        LayerStore from = source.Store;
        await source.RequireRememberedAsync(cancellationToken).ConfigureAwait(false);
        LayerCommit[] commits = await from.ReadAsync(1, source.Number, cancellationToken).ConfigureAwait(false);
        byte[] yaml = (await from.FindBytesAsync(LayerPaths.Manifest, LayerManifest.LargestBytes, cancellationToken)
            .ConfigureAwait(false))!;
        LayerStore to = await LayerStore.CreateAsync(destination, yaml, options, cancellationToken).ConfigureAwait(false);
        return (commits.Length, await LayerDeletion.OnFailureAsync(to, () => CopyAsync(from, commits, to, cancellationToken))
            .ConfigureAwait(false));
    }

    private static async Task<int> CopyAsync(LayerStore from, LayerCommit[] commits, LayerStore to, CancellationToken cancellationToken)
    {
        ForgottenPatches forgotten = ForgottenPatches.Of(commits);
        HashSet<string> copied = new(StringComparer.Ordinal);
        foreach (LayerCommit commit in commits)
        {
            foreach (LayerOperation operation in commit.Operations.Where(o => o.HasPatch && forgotten.By(commit, o) is null))
            {
                string path = LayerPaths.Patch(operation.Patch);
                using LocalCopy copy = await from.VerifiedAsync(path, operation.Patch, operation.Bytes, cancellationToken)
                    .ConfigureAwait(false);
                await to.PutAsync(path, copy.Path, operation.Patch, cancellationToken).ConfigureAwait(false);
                copied.Add(operation.Patch);
                foreach (BlobPack pack in operation.Packs)
                {
                    string packPath = LayerPaths.Pack(pack.Sha256);
                    using LocalCopy bytes = await from.VerifiedAsync(packPath, pack.Sha256, pack.Bytes, cancellationToken)
                        .ConfigureAwait(false);
                    await to.PutAsync(packPath, bytes.Path, pack.Sha256, cancellationToken).ConfigureAwait(false);
                }
            }
            if (!await to.TryCommitAsync(commit, cancellationToken).ConfigureAwait(false))
                throw new LayerConflictException(to.Address, $"another writer made commit {commit.Number} while the layer was copied");
        }
        foreach (LayerTag tag in await LayerTag.AllAsync(from, cancellationToken).ConfigureAwait(false))
            if (tag.Number <= commits.Length)
                await tag.CopyAsync(from, to, cancellationToken).ConfigureAwait(false);
        return copied.Count;
    }
}
