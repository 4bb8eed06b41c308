using Pile.Reading;

namespace Pile;

/// <summary>The rows of the pairs of a match, open on both sides. The readers live no longer than their datasets.</summary>
/// <param name="A">Rows of A: row i belongs to pair i; a row stands there once for each of its pairs.</param>
/// <param name="B">Rows of B, in the same order.</param>
/// <param name="SeparationArcsec">Great-circle separation of each pair, arcseconds.</param>
public sealed record MatchedRows(RowReader A, RowReader B, ReadOnlyMemory<double> SeparationArcsec)
{
    /// <summary>How many pairs there are.</summary>
    public int Count => A.Count;
}
