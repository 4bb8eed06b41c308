using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Reading;

/// <summary>The memory of one heavy column of a batch, filled row by row in any order and by several threads.</summary>
internal abstract class HeavyBatch
{
    /// <summary>The column to read.</summary>
    internal abstract HeavyColumn Column { get; }

    /// <summary>The rows of the reader, in order.</summary>
    internal abstract ReadOnlyMemory<int> Rows { get; }

    /// <summary>Returns the destination of the row that is number <paramref name="index"/> in the batch.</summary>
    internal abstract Span<byte> BytesOf(int index);

    /// <summary>Returns the same as memory.</summary>
    internal abstract Memory<byte> MemoryOf(int index);

    /// <summary>Returns the filled column.</summary>
    internal abstract ColumnData Finish();
}

/// <summary>A <see cref="HeavyBatch"/> of typed values.</summary>
internal sealed class HeavyBatch<T> : HeavyBatch where T : unmanaged
{
    private readonly ColumnSchema schema;
    private readonly T[] values;
    private readonly int[]? starts; // null if all rows have the same shape
    private readonly Memory<bool> isNull; // empty if no row is null
    private readonly int elementsPerRow, elements;
    private ElementBytes<T>? bytes;

    internal HeavyBatch(ColumnSchema schema, HeavyColumn column, ReadOnlyMemory<int> rows, BatchMemory memory)
    {
        (this.schema, Column, Rows) = (schema, column, rows);
        ReadOnlySpan<int> all = rows.Span;
        if (schema.IsRagged)
            starts = new int[all.Length + 1];
        else
            elementsPerRow = schema.ElementsPerRow;
        for (int i = 0; i < all.Length; i++)
        {
            elements = checked(elements + column.ElementsOf(all[i])); // the reader limits batches to far fewer
            starts?[i + 1] = elements;
            if (!column.IsNull(all[i]))
                continue;
            if (isNull.IsEmpty)
                (isNull = memory.Rent<bool>(all.Length).AsMemory(0, all.Length)).Span.Clear();
            isNull.Span[i] = true;
        }
        values = memory.Rent<T>(elements);
        for (int i = 0; i < isNull.Length; i++)
            if (isNull.Span[i]) // all other rows are overwritten
                Of(i).Clear();
    }

    internal override HeavyColumn Column { get; }

    internal override ReadOnlyMemory<int> Rows { get; }

    internal override Span<byte> BytesOf(int index) => MemoryMarshal.AsBytes(Of(index));

    internal override Memory<byte> MemoryOf(int index)
    {
        bytes ??= new ElementBytes<T>(values);
        int start = starts is null ? index * elementsPerRow : starts[index], count = starts is null ? elementsPerRow
            : starts[index + 1] - start;
        return bytes.Memory.Slice(start * Unsafe.SizeOf<T>(), count * Unsafe.SizeOf<T>());
    }

    internal override ColumnData Finish()
    {
        if (starts is null)
            return new ColumnData<T>(schema, values.AsMemory(0, elements), Rows.Length, isNull);
        int rank = schema.Shape.Length;
        int[] shapes = new int[Rows.Length * rank];
        for (int i = 0; i < Rows.Length; i++)
            if (isNull.IsEmpty || !isNull.Span[i])
                Column.ShapeOf(Rows.Span[i]).CopyTo(shapes.AsSpan(i * rank));
            else // null: 0 elements, with the lengths of the fixed axes
                for (int axis = 0; axis < rank; axis++)
                    shapes[(i * rank) + axis] = Math.Max(schema.Shape[axis], 0);
        return new ColumnData<T>(schema, values.AsMemory(0, elements), shapes, isNull);
    }

    private Span<T> Of(int index) => starts is null ? values.AsSpan(index * elementsPerRow, elementsPerRow)
        : values.AsSpan(starts[index]..starts[index + 1]);
}
