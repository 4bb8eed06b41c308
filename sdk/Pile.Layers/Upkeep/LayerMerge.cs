using Pile.Storage;

namespace Pile.Layers;

/// <summary>Repeats the commits of another layer of the same dataset at the end of a layer.</summary>
internal static class LayerMerge
{
    /// <summary>Merges a layer into another.</summary>
    /// <param name="target">The layer that gets the commits.</param>
    /// <param name="source">The layer whose commits are repeated.</param>
    /// <param name="database">Creates the database to compare patches in.</param>
    /// <param name="lastWins">True to replace values that both layers set since they were alike.</param>
    /// <param name="cancellationToken">Cancels the operation between two commits.</param>
    /// <returns>The new commits; none if the target has all of them already.</returns>
    /// <exception cref="LayerInvalidException">The layers belong to different datasets.</exception>
    /// <exception cref="LayerConflictException">Both layers set the same value; nothing is committed.</exception>
    internal static async Task<IReadOnlyList<LayerCommit>> RunAsync(LayerStore target, LayerSnapshot source, Func<LayerDatabase> database,
        bool lastWins, CancellationToken cancellationToken)
    {
        if (target.Manifest.DatasetRoot != source.Store.Manifest.DatasetRoot
            || target.Manifest.HasTextIds != source.Store.Manifest.HasTextIds)
            throw new LayerInvalidException(source.Store.Address, $"it belongs to a dataset with root "
                + $"{source.Store.Manifest.DatasetRoot ?? "none"}, but layer '{target.Address}' to one with root "
                + $"{target.Manifest.DatasetRoot ?? "none"}", "Make a layer of the other dataset with 'pile layer rebase' first");
        await source.RequireRememberedAsync(cancellationToken).ConfigureAwait(false);
        long newest = await target.NewestAsync(cancellationToken).ConfigureAwait(false);
        LayerCommit[] own = await target.ReadAsync(1, newest, cancellationToken).ConfigureAwait(false);
        LayerCommit[] other = await source.Store.ReadAsync(1, source.Number, cancellationToken).ConfigureAwait(false);
        int common = 0;
        while (common < Math.Min(own.Length, other.Length) && own[common].Sha256 == other[common].Sha256)
            common++;
        HashSet<string> known = [.. own.Select(c => c.Sha256), .. own.Select(c => c.Origin)];
        LayerCommit[] wanted = [.. other.Skip(common).Where(c => !known.Contains(c.Sha256) && (c.Origin.Length == 0
            || !known.Contains(c.Origin)))];
        HashSet<string> merged = [.. other.Select(c => c.Sha256), .. other.Select(c => c.Origin)];
        LayerCommit[] against = [.. own.Skip(common).Where(c => !merged.Contains(c.Sha256) && (c.Origin.Length == 0
            || !merged.Contains(c.Origin)))];

        List<LocalCopy> copies = [];
        try
        {
            LayerEditor editor = new(target, database);
            ForgottenPatches forgotten = ForgottenPatches.Of(other), forgottenHere = ForgottenPatches.Of(own);
            List<LayerChange> changes = [];
            foreach (LayerCommit commit in wanted)
            {
                LayerChange change = (await CommitCopy.ChangeOfAsync(source.Store, commit, forgotten, copies, cancellationToken)
                    .ConfigureAwait(false)) with
                { LastWins = lastWins };
                foreach (LayerCommit theirs in against)
                    await editor.RequireApartAsync(change, forgottenHere.Without(theirs), cancellationToken).ConfigureAwait(false);
                changes.Add(change);
            }
            List<LayerCommit> made = [];
            LayerCommit? last = own.Length == 0 ? null : own[^1];
            foreach (LayerChange change in changes)
                made.Add(last = await editor.CommitAsync(change, last, cancellationToken).ConfigureAwait(false));
            return made;
        }
        finally
        {
            copies.ForEach(c => c.Dispose());
        }
    }
}
