using System.Collections.Immutable;
using System.Globalization;

namespace Pile.Layers;

/// <summary>Deletes the values of commits for good. The commits and their hashes stay, and a new commit says who deleted them.</summary>
internal static class LayerForget
{
    /// <summary>Forgets the values of commits.</summary>
    /// <param name="store">The layer.</param>
    /// <param name="numbers">The numbers of the commits.</param>
    /// <param name="author">Who forgets them.</param>
    /// <param name="message">Why.</param>
    /// <param name="database">Creates the database of the editor.</param>
    /// <param name="cancellationToken">Cancels the operation; <c>pile layer clean</c> then deletes what is left.</param>
    /// <returns>The new commit, and the commits that need a file of the forgotten values: it has the same bytes as theirs, and stays.
    /// </returns>
    /// <exception cref="ArgumentException">There is no such commit, it has no values, they were forgotten already, or another commit
    /// names the same patch.</exception>
    internal static async Task<(LayerCommit Commit, ImmutableArray<long> KeptFor)> RunAsync(LayerStore store,
        IReadOnlyCollection<long> numbers, string author, string message, Func<LayerDatabase> database,
        CancellationToken cancellationToken)
    {
        LayerCommit? head = await store.ResolveAsync(null, cancellationToken).ConfigureAwait(false);
        foreach (long number in numbers)
            if (number == 0)
                throw new ArgumentException("There is no commit 0.");
            else
                await store.ResolveAsync(TextOf(number), cancellationToken).ConfigureAwait(false); // there is such a commit
        LayerCommit[] commits = await store.ReadAsync(1, head!.Number, cancellationToken).ConfigureAwait(false);
        (LayerCommit Commit, LayerOperation Operation)[] chosen = Choose(store, commits, [.. numbers]);
        ImmutableArray<string> patches = [.. chosen.Select(o => o.Operation.Patch).Distinct()];
        LayerCommit made = await new LayerEditor(store, database).CommitAsync(
            LayerChange.Of(new LayerOperation { Kind = OperationKind.Forget, Patches = patches }, author, message), head, cancellationToken)
            .ConfigureAwait(false);
        await StateFiles.DeleteAllAsync(store, cancellationToken).ConfigureAwait(false); // they have the values, too
        // Another writer may have set the same values since, and a pack may have bytes of other commits.
        commits = await store.ReadAsync(1, await store.NewestAsync(cancellationToken).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);
        (LayerCommit Commit, LayerOperation Operation)[] live = [.. ForgottenPatches.Of(commits).InForce(commits)];
        HashSet<string> unwanted = ForgottenPatches.FilesOf(chosen), needed = ForgottenPatches.FilesOf(live);
        foreach (string file in unwanted)
            if (!needed.Contains(file))
                await store.Files.DeleteAsync(file, cancellationToken).ConfigureAwait(false);
        StateCache cache = new(null);
        foreach (LayerCommit old in commits)
            cache.Remove(old.Sha256);
        return (made, [.. live.Where(o => ForgottenPatches.FilesOf(o.Operation).Any(unwanted.Contains)).Select(o => o.Commit.Number)
            .Distinct()]);
    }

    // The operation of the log names patches, and with them all commits before it that name them.
    private static (LayerCommit Commit, LayerOperation Operation)[] Choose(LayerStore store, LayerCommit[] commits,
        SortedSet<long> numbers)
    {
        ForgottenPatches forgotten = ForgottenPatches.Of(commits);
        (LayerCommit Commit, LayerOperation Operation)[] live = [.. forgotten.InForce(commits)],
            chosen = [.. live.Where(o => numbers.Contains(o.Commit.Number))];
        foreach (LayerCommit commit in numbers.Select(n => commits[n - 1]))
            if (!commit.Operations.Any(o => o.HasPatch))
                throw new ArgumentException($"Commit {commit.Number} of layer '{store.Address}' has no values: "
                    + $"{string.Join(", ", commit.Operations.Select(o => o.Word))}.");
            else if (commit.Operations.Where(o => o.HasPatch).Select(o => forgotten.By(commit, o)).ToArray() is [{ } by, ..] all
                && !all.Contains(null))
                throw new ArgumentException($"{by.Author} forgot the values of commit {commit.Number} of layer '{store.Address}' in commit "
                    + $"{by.Number} already. If files of them are left, 'pile layer clean' deletes them.");
        HashSet<string> patches = [.. chosen.Select(o => o.Operation.Patch)];
        LayerCommit[] others = [.. live.Where(o => patches.Contains(o.Operation.Patch)).Select(o => o.Commit)
            .Where(c => !numbers.Contains(c.Number)).DistinctBy(c => c.Number)];
        if (others.Length == 0)
            return chosen;
        throw new ArgumentException($"{Listed("Commit", numbers)} of layer '{store.Address}' cannot be forgotten alone: "
            + string.Join(", ", others.Select(c => $"commit {c.Number} ({c.Author}: '{c.Message}')"))
            + $" {(others.Length == 1 ? "names" : "name")} the same patch (equal rows and values), and would be forgotten too. To forget "
            + $"all of them, name them all ({string.Join(" ", numbers.Union(others.Select(c => c.Number))
                .Order().Select(n => $"--commit {TextOf(n)}"))}); then commit again what is to stay.");
    }

    /// <summary>Returns the numbers of commits as text: <c>commit 3</c>, <c>commits 3 and 5</c>.</summary>
    /// <param name="noun">The word before one number.</param>
    /// <param name="numbers">The numbers.</param>
    internal static string Listed(string noun, IReadOnlyCollection<long> numbers) => numbers.Count == 1
        ? $"{noun} {TextOf(numbers.First())}" : $"{noun}s {string.Join(", ", numbers.SkipLast(1).Select(TextOf))} and "
            + TextOf(numbers.Last());

    private static string TextOf(long number) => number.ToString(CultureInfo.InvariantCulture);
}
