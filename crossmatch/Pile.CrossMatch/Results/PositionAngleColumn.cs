using Pile.CrossMatch.Matching;
using Pile.Format;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>The position angle from A to B.</summary>
internal sealed class PositionAngleColumn(ColumnSchema schema, SortedPositions a, SortedPositions b) : DoubleColumn(schema, ResultPart.Pair)
{
    protected override void Fill(BlockRows rows, Span<double> values)
    {
        ReadOnlySpan<int> rowA = rows.RowsA(Part), rowB = rows.RowsB(Part);
        for (int i = 0; i < values.Length; i++)
        {
            (double raA, double decA) = a.At(rowA[i]);
            (double raB, double decB) = b.At(rowB[i]);
            values[i] = Separation.PositionAngleDeg(raA, decA, raB, decB);
        }
    }
}
