using Pile.Format;

namespace Pile.Reading;

/// <summary>A column of text; it is always light.</summary>
public sealed class TextRowColumn : RowColumn
{
    private readonly TextColumnData data;

    internal TextRowColumn(TextColumnData data) : base(data.Schema, data.RowCount) => this.data = data;

    /// <summary>Returns one element of a row; null if the row has no value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row, or the row has no such element.</exception>
    public string? Text(int row, int element = 0) => IsNull(row) ? null : data.Text(row, element);

    /// <summary>Returns the UTF-8 bytes of one element of a row without a copy; empty if the row has no value.</summary>
    /// <inheritdoc cref="Text" path="/exception"/>
    public ReadOnlySpan<byte> Utf8(int row, int element = 0) => IsNull(row) ? [] : data.Element(row, element);

    /// <summary>Returns the number of texts of a row; 1 for a scalar.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public int ElementsOf(int row) => data.ElementsOf(RequireRow(row));

    /// <inheritdoc/>
    public override bool IsNull(int row) => data.IsNullAt(RequireRow(row));

    /// <inheritdoc/>
    public override ReadOnlySpan<int> ShapeOf(int row) => data.ShapeOf(RequireRow(row));

    internal override ColumnData Take(ReadOnlySpan<int> rows, BatchMemory memory) => data.Take(rows);
}
