using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The time between the rows of a pair, for intervals and epochs.</summary>
internal sealed class PairTimeColumn(ColumnSchema schema, PairTimes times) : DoubleColumn(schema, ResultPart.Pair)
{
    protected override void Fill(BlockRows rows, Span<double> values)
    {
        ReadOnlySpan<int> rowA = rows.RowsA(Part), rowB = rows.RowsB(Part);
        for (int i = 0; i < values.Length; i++)
            values[i] = times.Days(rowA[i], rowB[i], out _, out _);
    }
}
