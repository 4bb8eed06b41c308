using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Room for one heavy column of some rows, filled row by row in any order, by several threads at once.</summary>
internal abstract class HeavyBatch
{
    /// <summary>Where the bytes come from.</summary>
    internal abstract HeavyColumn Column { get; }

    /// <summary>The rows of the reader, in order.</summary>
    internal abstract ReadOnlyMemory<int> Rows { get; }

    /// <summary>The place of the row that is number <paramref name="index"/> of the batch.</summary>
    internal abstract Span<byte> BytesOf(int index);

    /// <summary>The filled column.</summary>
    internal abstract ColumnData Finish();
}

/// <summary>The same, as values.</summary>
internal sealed class HeavyBatch<T> : HeavyBatch where T : unmanaged
{
    private readonly ColumnSchema schema;
    private readonly T[] values;
    private readonly int[]? starts; // null where all rows have one shape
    private readonly Memory<bool> isNull; // empty where no row is
    private readonly int elementsPerRow, elements;

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
            elements = checked(elements + column.ElementsOf(all[i])); // the reader cuts batches long before
            starts?[i + 1] = elements;
            if (!column.IsNull(all[i]))
                continue;
            if (isNull.IsEmpty)
                (isNull = memory.Rent<bool>(all.Length).AsMemory(0, all.Length)).Span.Clear();
            isNull.Span[i] = true;
        }
        values = memory.Rent<T>(elements);
        for (int i = 0; i < isNull.Length; i++)
            if (isNull.Span[i]) // the others are written over
                Of(i).Clear();
    }

    internal override HeavyColumn Column { get; }

    internal override ReadOnlyMemory<int> Rows { get; }

    internal override Span<byte> BytesOf(int index) => MemoryMarshal.AsBytes(Of(index));

    internal override ColumnData Finish()
    {
        if (starts is null)
            return new ColumnData<T>(schema, values.AsMemory(0, elements), Rows.Length, isNull);
        int rank = schema.Shape.Length;
        int[] shapes = new int[Rows.Length * rank];
        for (int i = 0; i < Rows.Length; i++)
            if (isNull.IsEmpty || !isNull.Span[i])
                Column.ShapeOf(Rows.Span[i]).CopyTo(shapes.AsSpan(i * rank));
            else // nothing, with the axes that are the same for all
                for (int axis = 0; axis < rank; axis++)
                    shapes[(i * rank) + axis] = Math.Max(schema.Shape[axis], 0);
        return new ColumnData<T>(schema, values.AsMemory(0, elements), shapes, isNull);
    }

    private Span<T> Of(int index) => starts is null ? values.AsSpan(index * elementsPerRow, elementsPerRow)
        : values.AsSpan(starts[index]..starts[index + 1]);
}
