using System.Collections.Immutable;

namespace Pile.Layers;

/// <summary>Deletes the values of a commit for good. The commit and its hash stay, and a new commit says who deleted them.</summary>
internal static class LayerForget
{
    /// <summary>Forgets the values of a commit.</summary>
    /// <exception cref="ArgumentException">There is no such commit, or it has no values.</exception>
    internal static async Task<LayerCommit> RunAsync(LayerStore store, long number, string author, string message,
        Func<LayerDatabase> database, CancellationToken cancellationToken)
    {
        LayerCommit? head = await store.ResolveAsync(null, cancellationToken).ConfigureAwait(false);
        LayerCommit commit = await store.ResolveAsync(LayerTextOf(number), cancellationToken).ConfigureAwait(false)
            ?? throw new ArgumentException("There is no commit 0.");
        ImmutableArray<string> patches = [.. commit.Operations.Where(o => o.HasPatch).Select(o => o.Patch).Distinct()];
        if (patches.IsEmpty)
            throw new ArgumentException($"Commit {number} of layer '{store.Address}' has no values: "
                + $"{string.Join(", ", commit.Operations.Select(o => o.Word))}.");
        LayerCommit made = await new LayerEditor(store, database).CommitAsync(
            LayerChange.Of(new LayerOperation { Kind = OperationKind.Forget, Patches = patches }, author, message), head, cancellationToken)
            .ConfigureAwait(false);
        await StateFiles.DeleteAllAsync(store, cancellationToken).ConfigureAwait(false); // they have the values, too
        foreach (string patch in patches)
            await store.Files.DeleteAsync(LayerPaths.Patch(patch), cancellationToken).ConfigureAwait(false);
        StateCache cache = new(null);
        LayerCommit[] commits = await store.ReadAsync(1, made.Number, cancellationToken).ConfigureAwait(false);
        HashSet<string> forgotten = CommitCopy.ForgottenIn(commits);
        HashSet<string> kept = [.. commits.SelectMany(c => c.Operations).Where(o => !forgotten.Contains(o.Patch))
            .SelectMany(o => o.Packs).Select(p => p.Sha256)];
        foreach (BlobPack pack in commit.Operations.SelectMany(o => o.Packs))
            if (!kept.Contains(pack.Sha256)) // another commit may have set the same bytes
                await store.Files.DeleteAsync(LayerPaths.Pack(pack.Sha256), cancellationToken).ConfigureAwait(false);
        foreach (LayerCommit old in commits)
            cache.Remove(old.Sha256);
        return made;
    }

    private static string LayerTextOf(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
