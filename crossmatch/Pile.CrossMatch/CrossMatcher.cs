using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>Matches two sides by position: exact at poles, at RA 0/360 and across every border, for any radius.</summary>
/// <remarks>Rows are sorted and joined within the memory given; 24 bytes a row for positions, and the rows of the one side that the other cannot reach are not read.
/// The same rows in any order, with any number of workers, give the same result.</remarks>
public static class CrossMatcher
{
    /// <summary>Finds the pairs of two sides.</summary>
    /// <param name="a">One side.</param>
    /// <param name="b">The other.</param>
    /// <param name="options">What is asked.</param>
    /// <param name="cancellationToken">Ends the match and leaves nothing behind.</param>
    /// <returns>The result, to be disposed.</returns>
    /// <exception cref="ArgumentException">The options contradict themselves, a column is missing, an SQL condition is none, or the memory does not suffice.</exception>
    /// <exception cref="Format.PileException">A side cannot be read, changes while it is read, or a position is out of range.</exception>
    public static Task<MatchTable> MatchAsync(MatchSide a, MatchSide b, CrossMatchOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(b);
        return MatchRun.RunAsync(a, b, options, cancellationToken);
    }

    /// <summary>Finds the pairs of a side with itself: two rows are one pair, and no row is its own partner. The nearest of a row may have another nearest, so those are pairs from each row's view.</summary>
    /// <param name="a">The side.</param>
    /// <param name="options">What is asked; the joins are inner, left and anti.</param>
    /// <param name="cancellationToken">Ends the match and leaves nothing behind.</param>
    /// <returns>The result, to be disposed.</returns>
    /// <inheritdoc cref="MatchAsync"/>
    public static Task<MatchTable> MatchSelfAsync(MatchSide a, CrossMatchOptions options, CancellationToken cancellationToken = default) =>
        MatchRun.RunAsync(a, null, options, cancellationToken);

    /// <summary>Says what a match will read and do. Nothing but lists of files and the footers of tiles is read for it.</summary>
    /// <param name="a">One side.</param>
    /// <param name="b">The other; null for the side with itself.</param>
    /// <param name="options">What is asked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<MatchPlan> ExplainAsync(MatchSide a, MatchSide? b, CrossMatchOptions options, CancellationToken cancellationToken = default)
    {
        using MatchWorkspace work = new(options.Workers, options.MemoryBytes);
        MatchQuestion question = MatchQuestion.Of(a, b, options, work);
        (HealpixRanges? reachA, HealpixRanges? reachB) = await question.ReachOfTilesAsync(cancellationToken).ConfigureAwait(false);
        SidePlan planA = await a.PlanAsync(question.NeedsA.All, reachA, cancellationToken).ConfigureAwait(false);
        SidePlan planB = b is null ? planA : await b.PlanAsync(question.NeedsB.All, reachB, cancellationToken).ConfigureAwait(false);
        return new MatchPlan(planA, planB, question.RadiusArcsec, question.Steps(planA, planB));
    }
}
