namespace Pile.CrossMatch.Plain;

/// <summary>A plain match in numbers.</summary>
/// <param name="Pairs">Pairs within the radius; of nearest ones, rows of A with a partner.</param>
/// <param name="RowsA">Rows of A.</param>
/// <param name="RowsB">Rows of B.</param>
/// <param name="AWithoutMatch">Rows of A in no pair, those without a position included.</param>
/// <param name="BWithoutMatch">Rows of B in no pair, those without a position included.</param>
/// <param name="WithoutPosition">Rows of both sides without a position; they never match.</param>
public sealed record PlainMatchSummary(long Pairs, long RowsA, long RowsB, long AWithoutMatch, long BWithoutMatch, long WithoutPosition);
