using Pile.Format;

namespace Pile.Reading;

/// <summary>Numbers or booleans of the index.</summary>
internal sealed class LightRowColumn<T>(ColumnData<T> data) : RowColumn<T>(data.Schema) where T : unmanaged
{
    internal int RowCount => data.RowCount;

    public override bool IsNull(int row) => data.IsNullAt(row);

    public override ReadOnlySpan<int> ShapeOf(int row) => data.ShapeOf(row);

    public override int ElementsOf(int row) => data.Row(row).Length;

    public override int Read(int row, Span<T> destination)
    {
        if (IsNull(row))
            return -1;
        ReadOnlySpan<T> values = data.Row(row);
        values.CopyTo(Fit(row, destination));
        return values.Length;
    }

    internal override ValueTask<bool> ReadWindowAsync(int row, Window window, Memory<T> destination, CancellationToken cancellationToken)
    {
        window.Copy(data.Row(row), destination.Span);
        return ValueTask.FromResult(true);
    }

    internal override ColumnData Take(ReadOnlySpan<int> rows) => data.Take(rows);
}
