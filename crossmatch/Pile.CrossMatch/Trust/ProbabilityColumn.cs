using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>A number of each pair that follows from its rows and separation; NaN if a row has no error.</summary>
internal sealed class ProbabilityColumn(string name, string description, string ucd, bool mayBeMissing,
    Func<int, int, double, double> value) : DoubleColumn(new ColumnSchema
    {
        Name = name,
        DType = DType.Float64,
        Unit = "",
        Ucd = ucd,
        Description = description,
        Nullable = mayBeMissing,
    }, ResultPart.Pair)
{
    protected override void Fill(BlockRows rows, Span<double> values)
    {
        ReadOnlySpan<int> rowA = rows.RowsA(Part), rowB = rows.RowsB(Part);
        ReadOnlySpan<double> separations = rows.Separations;
        for (int i = 0; i < values.Length; i++)
            values[i] = value(rowA[i], rowB[i], separations[i]);
    }
}
