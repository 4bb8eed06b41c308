using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The time of B minus the time of A.</summary>
internal sealed class TimeDifferenceColumn(ColumnSchema schema, RowArray<double> mjdA, RowArray<double> mjdB)
    : DoubleColumn(schema, ResultPart.Pair)
{
    protected override void Fill(BlockRows rows, Span<double> values)
    {
        ReadOnlySpan<int> rowA = rows.RowsA(Part), rowB = rows.RowsB(Part);
        for (int i = 0; i < values.Length; i++)
            values[i] = mjdB[rowB[i]] - mjdA[rowA[i]];
    }
}
