using Pile.Reading;

namespace Pile;

/// <summary>The open rows of the pairs of a match on both sides. Use the readers only while their datasets are open.</summary>
/// <param name="A">Rows of A: row i belongs to pair i; a row occurs once for each of its pairs.</param>
/// <param name="B">Rows of B, in the same order.</param>
/// <param name="SeparationArcsec">Great-circle separation of each pair, arcseconds.</param>
public sealed record MatchedRows(RowReader A, RowReader B, ReadOnlyMemory<double> SeparationArcsec)
{
    /// <summary>The number of pairs.</summary>
    public int Count => A.Count;
}
