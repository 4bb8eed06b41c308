namespace Pile.CrossMatch;

/// <summary>A match in numbers.</summary>
/// <param name="Rows">Rows of the result: pairs, rows without a partner, or rows of groups, as the join and the find say.</param>
/// <param name="Pairs">Pairs that count.</param>
/// <param name="RowsA">Rows of A.</param>
/// <param name="RowsB">Rows of B; of a side matched with itself those of A.</param>
/// <param name="AWithoutMatch">Rows of A in no pair, those without a position included.</param>
/// <param name="BWithoutMatch">Rows of B in no pair, those without a position included.</param>
/// <param name="WithoutPosition">Rows of both sides without a position, of those that were read; they never match.</param>
/// <param name="Groups">Groups of rows, where groups were asked for.</param>
public sealed record MatchSummary(long Rows, long Pairs, long RowsA, long RowsB, long AWithoutMatch, long BWithoutMatch,
    long WithoutPosition, long? Groups = null)
{
    /// <summary>What was read of the sides, to compare with the plan of <see cref="CrossMatcher.ExplainAsync"/>; null where nothing was
    /// planned.</summary>
    internal MatchPlan? Actual { get; init; }

    /// <summary>Whether the numbers are equal, whatever was read for them.</summary>
    public bool Equals(MatchSummary? other) => other is not null && Numbers == other.Numbers;

    /// <inheritdoc/>
    public override int GetHashCode() => Numbers.GetHashCode();

    private (long, long, long, long, long, long, long, long?) Numbers =>
        (Rows, Pairs, RowsA, RowsB, AWithoutMatch, BWithoutMatch, WithoutPosition, Groups);
}
