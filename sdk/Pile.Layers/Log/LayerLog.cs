using System.Globalization;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>Reads the commits of a layer.</summary>
internal static class LayerLog
{
    private const int ParallelReads = 32;
    private const int LeastHashDigits = 8;

    /// <summary>Reads commits, and checks that each names the one before.</summary>
    /// <param name="store">The layer.</param>
    /// <param name="first">The number of the first commit, from 1.</param>
    /// <param name="last">The number of the last; none are read if it is before the first.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="LayerInvalidException">A commit is missing or not valid, does not fit its parent, or is older than it.</exception>
    internal static async Task<LayerCommit[]> ReadAsync(this LayerStore store, long first, long last, CancellationToken cancellationToken)
    {
        if (last < first)
            return [];
        LayerCommit[] commits = new LayerCommit[checked((int)(last - first + 1))];
        await Parallel.ForAsync(0, commits.Length, new ParallelOptions
        {
            MaxDegreeOfParallelism = store.Files.Traits.IsLocal ? Environment.ProcessorCount : ParallelReads,
            CancellationToken = cancellationToken,
        }, async (i, token) => commits[i] = await store.ReadCommitAsync(first + i, token).ConfigureAwait(false)).ConfigureAwait(false);
        if (first == 1)
            RequireParent(store, commits[0], store.Manifest.Sha256, LayerPaths.Manifest);
        for (int i = 1; i < commits.Length; i++)
        {
            RequireParent(store, commits[i], commits[i - 1].Sha256, LayerPaths.Commit(commits[i - 1].Number));
            RequireAfter(store, commits[i], commits[i - 1]);
        }
        return commits;
    }

    /// <summary>Checks that a commit names the one before.</summary>
    internal static void RequireParent(LayerStore store, LayerCommit commit, string parent, string parentPath)
    {
        if (commit.Parent != parent)
            throw new LayerInvalidException(store.Address, $"the parent of commit {commit.Number} has SHA-256 {commit.Parent}, but "
                + $"'{parentPath}' has {parent}: one of them was changed, or is of another layer", LayerInvalidException.GetAgain);
    }

    /// <summary>Checks that the time of a commit is after that of the one before; null for the first commit.</summary>
    internal static void RequireAfter(LayerStore store, LayerCommit commit, LayerCommit? before)
    {
        if (before is not null && commit.TimeMicros <= before.TimeMicros)
            throw new LayerInvalidException(store.Address, $"commit {commit.Number} is of {LayerTime.ToText(commit.TimeMicros)}, which is "
                + $"not after commit {before.Number} ({LayerTime.ToText(before.TimeMicros)})", LayerInvalidException.GetAgain);
    }

    /// <summary>Returns the number of the newest commit; 0 before the first one.</summary>
    internal static async Task<long> NewestAsync(this LayerStore store, CancellationToken cancellationToken)
    {
        long known = 0;
        await foreach (StoredFile file in store.Files.ListAsync(LayerPaths.States, cancellationToken).ConfigureAwait(false))
            if (TryNumberOfState(file.Path, out long number))
                known = Math.Max(known, number);
        // A pointer to a state without its commit is of a damaged layer: the search then starts at the first commit.
        if (known > 0 && !await store.HasAsync(LayerPaths.Commit(known), cancellationToken).ConfigureAwait(false))
            known = 0;
        return await store.NewestNumberAsync(known, cancellationToken).ConfigureAwait(false);
    }

    internal static bool TryNumberOfState(string path, out long number)
    {
        number = 0;
        return path.StartsWith(LayerPaths.States, StringComparison.Ordinal) && path.EndsWith(".json", StringComparison.Ordinal)
            && long.TryParse(path.AsSpan()[LayerPaths.States.Length..^5], NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Finds the commit that a user names.</summary>
    /// <param name="store">The layer.</param>
    /// <param name="at">A number, tag, time or <c>sha256:…</c> (eight digits or more); null for the newest.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The commit; null for the layer before its first commit.</returns>
    /// <exception cref="ArgumentException">There is no such commit.</exception>
    internal static async Task<LayerCommit?> ResolveAsync(this LayerStore store, string? at, CancellationToken cancellationToken)
    {
        long newest = await store.NewestAsync(cancellationToken).ConfigureAwait(false);
        if (at is null)
            return newest == 0 ? null : await store.ReadCommitAsync(newest, cancellationToken).ConfigureAwait(false);
        if (long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            return number > newest
                ? throw new ArgumentException($"Layer '{store.Address}' has no commit {number}: the newest is {newest}.")
                : number == 0 ? null : await store.ReadCommitAsync(number, cancellationToken).ConfigureAwait(false);
        if (at.StartsWith("sha256:", StringComparison.Ordinal))
            return await store.FindHashAsync(at[7..], newest, cancellationToken).ConfigureAwait(false);
        if (LayerTime.TryParseLoosely(at, out long micros))
            return await store.FindTimeAsync(at, micros, newest, cancellationToken).ConfigureAwait(false);
        LayerTag tag = await LayerTag.ReadAsync(store, at, cancellationToken).ConfigureAwait(false);
        LayerCommit commit = await store.ReadCommitAsync(tag.Number, cancellationToken).ConfigureAwait(false);
        return commit.Sha256 == tag.Sha256 ? commit
            : throw new LayerInvalidException(store.Address,
                $"the tag '{at}' is of commit {tag.Number} with SHA-256 {tag.Sha256}, but that "
                + $"commit has {commit.Sha256}", LayerInvalidException.GetAgain);
    }

    private static async Task<LayerCommit> FindHashAsync(this LayerStore store, string digits, long newest,
        CancellationToken cancellationToken)
    {
        if (digits.Length is < LeastHashDigits or > 64 || !digits.All(char.IsAsciiHexDigitLower))
            throw new ArgumentException($"'sha256:{digits}' is not a hash: expected {LeastHashDigits} to 64 lower-case hexadecimal "
                + $"digits.");
        LayerCommit[] found = [.. (await store.ReadAsync(1, newest, cancellationToken).ConfigureAwait(false))
            .Where(c => c.Sha256.StartsWith(digits, StringComparison.Ordinal))];
        return found is [var only] ? only
            : throw new ArgumentException($"Layer '{store.Address}' has "
                + $"{(found.Length == 0 ? "no commit" : $"{found.Length} commits")} with "
                + $"a SHA-256 of {digits}{(digits.Length < 64 ? "…" : "")}; 'pile layer log' lists them.");
    }

    private static async Task<LayerCommit?> FindTimeAsync(this LayerStore store, string at, long micros, long newest,
        CancellationToken cancellationToken)
    {
        long low = 0, high = newest + 1; // commit low is not after the time, commit high is
        LayerCommit? found = null;
        while (high - low > 1)
        {
            LayerCommit middle = await store.ReadCommitAsync(low + ((high - low) / 2), cancellationToken).ConfigureAwait(false);
            if (middle.TimeMicros <= micros)
                (low, found) = (middle.Number, middle);
            else
                high = middle.Number;
        }
        return found ?? throw new ArgumentException($"Layer '{store.Address}' had no commit at {at}"
            + (newest == 0 ? "." : $": the first is of "
                + $"{LayerTime.ToText((await store.ReadCommitAsync(1, cancellationToken).ConfigureAwait(false)).TimeMicros)}."));
    }
}
