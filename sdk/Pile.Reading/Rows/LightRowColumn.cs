using Pile.Format;

namespace Pile.Reading;

/// <summary>A column of numbers or booleans that was read from the index.</summary>
internal sealed class LightRowColumn<T>(ColumnData<T> data) : RowColumn<T>(data.Schema, data.RowCount)
    where T : unmanaged
{
    public override bool IsNull(int row) => data.IsNullAt(RequireRow(row));

    public override ReadOnlySpan<int> ShapeOf(int row) => data.ShapeOf(RequireRow(row));

    public override int ElementsOf(int row) => data.Row(RequireRow(row)).Length;

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

    internal override ColumnData Take(ReadOnlySpan<int> rows, BatchMemory memory)
    {
        if (Schema.IsRagged)
            return data.Take(rows);
        int elements = Schema.ElementsPerRow, next = 0;
        Memory<T> values = memory.Rent<T>(checked(rows.Length * elements)).AsMemory(0, rows.Length * elements);
        foreach (int row in rows)
            data.Row(row).CopyTo(values.Span.Slice(elements * next++, elements));
        return new ColumnData<T>(Schema, values, rows.Length, data.IsNull.IsEmpty ? default : Nulls(rows, memory));
    }

    private ReadOnlyMemory<bool> Nulls(ReadOnlySpan<int> rows, BatchMemory memory)
    {
        Memory<bool> taken = memory.Rent<bool>(rows.Length).AsMemory(0, rows.Length);
        Span<bool> isNull = taken.Span;
        bool any = false;
        for (int i = 0; i < rows.Length; i++)
            any |= isNull[i] = data.IsNullAt(rows[i]);
        return any ? taken : default;
    }
}
