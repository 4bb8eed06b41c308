using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>A probability of each row of A, also of those without a partner.</summary>
internal sealed class AnyPartnerColumn(string name, string description, bool mayBeMissing, Func<int, double> value)
    : DoubleColumn(new ColumnSchema
    {
        Name = name,
        DType = DType.Float64,
        Unit = "",
        Ucd = "stat.probability",
        Description = description,
        Nullable = mayBeMissing,
    }, ResultPart.A)
{
    protected override void Fill(BlockRows rows, Span<double> values)
    {
        ReadOnlySpan<int> rowA = rows.RowsA(Part);
        for (int i = 0; i < values.Length; i++)
            values[i] = value(rowA[i]);
    }
}
