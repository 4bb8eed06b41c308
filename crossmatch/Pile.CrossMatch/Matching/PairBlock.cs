namespace Pile.CrossMatch.Matching;

/// <summary>The pairs of a range of rows of a: sorted by row of a, then separation, then row of b. All pairs of one row of a are in one
/// block.</summary>
/// <param name="rowA">Rows of a, ascending.</param>
/// <param name="rowB">Rows of b.</param>
/// <param name="separationArcsec">Separations, as <see cref="Sky.Separation"/> defines them.</param>
/// <param name="firstRowA">The first row of the range, whether it is in a pair or not.</param>
/// <param name="endRowA">One past the last row of the range. The ranges of all blocks cover all rows without gaps.</param>
internal sealed class PairBlock(ReadOnlyMemory<int> rowA, ReadOnlyMemory<int> rowB, ReadOnlyMemory<double> separationArcsec, int firstRowA,
    int endRowA)
{
    /// <summary>The number of pairs.</summary>
    public int Count => rowA.Length;

    /// <summary>The first row of the range of a.</summary>
    public int FirstRowA { get; } = firstRowA;

    /// <summary>One past the last row of the range of a.</summary>
    public int EndRowA { get; } = endRowA;

    /// <summary>Rows of a, ascending; shape [Count].</summary>
    public ReadOnlySpan<int> RowA => rowA.Span;

    /// <summary>Rows of b; shape [Count].</summary>
    public ReadOnlySpan<int> RowB => rowB.Span;

    /// <summary>Separations in arcseconds; shape [Count].</summary>
    public ReadOnlySpan<double> SeparationArcsec => separationArcsec.Span;
}
