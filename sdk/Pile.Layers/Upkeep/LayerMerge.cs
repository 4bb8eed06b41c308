using System.Collections.Immutable;
using Pile.Format;
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
    /// <param name="areSameUnits">Returns whether two texts are the same unit; null to compare the texts.</param>
    /// <returns>The new commits, none if the target has all of them already; and the numbers of the commits of the target whose values the
    /// source forgot: they stay, because <c>forget</c> is not repeated.</returns>
    /// <exception cref="LayerInvalidException">The layers belong to different datasets.</exception>
    /// <exception cref="LayerConflictException">Both layers set the same value, or the units of a field differ; nothing is
    /// committed.</exception>
    internal static async Task<(IReadOnlyList<LayerCommit> Made, ImmutableArray<long> Kept)> RunAsync(LayerStore target,
        LayerSnapshot source, Func<LayerDatabase> database, bool lastWins, CancellationToken cancellationToken,
        Func<string, string, bool>? areSameUnits = null)
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
        HashSet<string> known = HashesOf(own), before = HashesOf(other.Take(common));
        List<LocalCopy> copies = [];
        try
        {
            LayerEditor editor = new(target, database);
            ForgottenPatches forgotten = ForgottenPatches.Of(other), forgottenHere = ForgottenPatches.Of(own);
            List<LayerChange> changes = [];
            foreach (LayerCommit commit in other.Skip(common))
            {
                if (!IsIn(known, commit))
                {
                    LayerChange change = (await CommitCopy.ChangeOfAsync(source.Store, commit, forgotten, copies, cancellationToken)
                        .ConfigureAwait(false)) with
                    { LastWins = lastWins, AreSameUnits = areSameUnits ?? FieldUnits.ByText };
                    // A commit that the source merged later was not known to the author of this one.
                    foreach (LayerCommit theirs in own.Skip(common).Where(c => !IsIn(before, c)))
                        await editor.RequireApartAsync(change, forgottenHere.Without(theirs), cancellationToken).ConfigureAwait(false);
                    if (!change.Steps.IsEmpty) // a commit that only forgets values does nothing here
                        changes.Add(change);
                }
                before.UnionWith(HashesOf([commit]));
            }
            List<LayerCommit> made = [];
            LayerCommit? last = own.Length == 0 ? null : own[^1];
            editor.RequireFits(changes, last); // before the first of them is committed
            foreach (LayerChange change in changes)
                made.Add(last = await editor.CommitAsync(change, last, cancellationToken).ConfigureAwait(false));
            HashSet<string> withForgotten = HashesOf(other.Where(c => !ReferenceEquals(forgotten.Without(c), c)));
            return (made, [.. forgottenHere.InForce(own).Select(o => o.Commit).Where(c => IsIn(withForgotten, c)).Select(c => c.Number)
                .Distinct()]);
        }
        finally
        {
            copies.ForEach(c => c.Dispose());
        }
    }

    // The hashes of commits, and of those that they repeat.
    private static HashSet<string> HashesOf(IEnumerable<LayerCommit> commits) =>
        [.. commits.SelectMany(c => new[] { c.Sha256, c.Origin }).Where(h => h.Length > 0)];

    private static bool IsIn(HashSet<string> hashes, LayerCommit commit) =>
        hashes.Contains(commit.Sha256) || hashes.Contains(commit.Origin);
}
