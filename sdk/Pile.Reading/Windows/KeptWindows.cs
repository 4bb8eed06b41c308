using Pile.Format;

namespace Pile.Reading;

/// <summary>A column of windows of rasters whose pixels are not read.</summary>
internal sealed class KeptWindows(WindowColumnData data) : RowColumn(data.Schema)
{
    /// <inheritdoc/>
    public override bool IsVerified(int row) => false;

    /// <inheritdoc/>
    public override bool IsNull(int row) => data.IsNullAt(row);

    /// <inheritdoc/>
    public override ReadOnlySpan<int> ShapeOf(int row) => data.ShapeOf(row);

    /// <inheritdoc/>
    internal override ColumnData Take(ReadOnlySpan<int> rows, BatchMemory memory) => data.Take(rows);
}
