using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Room for one heavy column of some rows, filled row by row in any order, by several threads at once.</summary>
internal abstract class HeavyBatch
{
    /// <summary>Where the bytes come from.</summary>
    internal abstract HeavyColumn Column { get; }

    /// <summary>The rows of the reader, in order.</summary>
    internal abstract int[] Rows { get; }

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
    private readonly int[] starts;
    private readonly bool[] isNull;

    internal HeavyBatch(ColumnSchema schema, HeavyColumn column, int[] rows, BatchMemory memory)
    {
        (this.schema, Column, Rows) = (schema, column, rows);
        starts = new int[rows.Length + 1];
        isNull = new bool[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            isNull[i] = column.IsNull(rows[i]);
            starts[i + 1] = checked(starts[i] + column.ElementsOf(rows[i])); // the reader cuts batches long before
        }
        values = memory.Rent<T>(starts[^1]);
        for (int i = 0; i < rows.Length; i++)
            if (isNull[i]) // the others are written over
                values.AsSpan(starts[i]..starts[i + 1]).Clear();
    }

    internal override HeavyColumn Column { get; }

    internal override int[] Rows { get; }

    internal override Span<byte> BytesOf(int index) => MemoryMarshal.AsBytes(values.AsSpan(starts[index]..starts[index + 1]));

    internal override ColumnData Finish()
    {
        ReadOnlyMemory<bool> nulls = isNull.Contains(true) ? isNull : default(ReadOnlyMemory<bool>);
        if (!schema.IsRagged)
            return new ColumnData<T>(schema, values.AsMemory(0, starts[^1]), Rows.Length, nulls);
        int rank = schema.Shape.Length;
        int[] shapes = new int[Rows.Length * rank];
        for (int i = 0; i < Rows.Length; i++)
            if (!isNull[i])
                Column.ShapeOf(Rows[i]).CopyTo(shapes.AsSpan(i * rank));
            else // nothing, with the axes that are the same for all
                for (int axis = 0; axis < rank; axis++)
                    shapes[(i * rank) + axis] = Math.Max(schema.Shape[axis], 0);
        return new ColumnData<T>(schema, values.AsMemory(0, starts[^1]), shapes, nulls);
    }
}
