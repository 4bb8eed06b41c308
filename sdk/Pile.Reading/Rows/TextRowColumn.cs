using Pile.Format;

namespace Pile.Reading;

/// <summary>A column of text; it is always light.</summary>
public sealed class TextRowColumn : RowColumn
{
    private readonly TextColumnData data;

    internal TextRowColumn(TextColumnData data) : base(data.Schema) => this.data = data;

    /// <summary>Returns one element of a row; null if the row has no value.</summary>
    public string? Text(int row, int element = 0) => data.IsNullAt(row) ? null : data.Text(row, element);

    /// <summary>Returns the UTF-8 bytes of one element of a row without a copy; empty if the row has no value.</summary>
    public ReadOnlySpan<byte> Utf8(int row, int element = 0) => data.Element(row, element);

    /// <summary>Returns the number of texts of a row; 1 for a scalar.</summary>
    public int ElementsOf(int row) => data.ElementsOf(row);

    internal int RowCount => data.RowCount;

    /// <inheritdoc/>
    public override bool IsNull(int row) => data.IsNullAt(row);

    /// <inheritdoc/>
    public override ReadOnlySpan<int> ShapeOf(int row) => data.ShapeOf(row);

    internal override ColumnData Take(ReadOnlySpan<int> rows, BatchMemory memory) => data.Take(rows);
}
