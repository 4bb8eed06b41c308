using Pile.Format;

namespace Pile.Reading;

/// <summary>A column of windows of rasters whose pixels are not read.</summary>
internal sealed class KeptWindows(WindowColumnData data) : RowColumn(data.Schema, data.RowCount)
{
    /// <inheritdoc/>
    public override bool IsVerified(int row) => RequireRow(row) < 0;

    /// <inheritdoc/>
    public override bool IsNull(int row) => data.IsNullAt(RequireRow(row));

    /// <inheritdoc/>
    public override ReadOnlySpan<int> ShapeOf(int row) => data.ShapeOf(RequireRow(row));

    /// <inheritdoc/>
    internal override ColumnData Take(ReadOnlySpan<int> rows, BatchMemory memory) => data.Take(rows);
}
