using Pile.Format;

namespace Pile.Streaming;

/// <summary>Pads rows of different shapes to a common shape.</summary>
internal static class RaggedBox
{
    /// <summary>Copies every row to the corner of a box as large as the largest row, and fills the rest with zeros.</summary>
    /// <returns>The values, and their shape: the number of rows, then the box.</returns>
    internal static (Memory<T> Values, nint[] Lengths) Fill<T>(ColumnData<T> data, int first, int count, PooledMemory memory)
        where T : unmanaged
    {
        int rank = data.Schema.Shape.Length;
        int[] box = new int[rank];
        for (int row = first; row < first + count; row++)
            for (int axis = 0; axis < rank; axis++)
                box[axis] = Math.Max(box[axis], data.ShapeOf(row)[axis]);
        long elements = 1;
        foreach (int length in box)
            elements *= length;
        int total = checked((int)(elements * count));
        Memory<T> values = memory.Rent<T>(total).AsMemory(0, total);
        values.Span.Clear();
        for (int row = 0; row < count; row++)
            Place(data.Row(first + row), data.ShapeOf(first + row), values.Span.Slice((int)(row * elements), (int)elements), box);
        return (values, [count, .. box.Select(n => (nint)n)]);
    }

    private static void Place<T>(ReadOnlySpan<T> row, ReadOnlySpan<int> shape, Span<T> destination, ReadOnlySpan<int> box)
    {
        if (row.IsEmpty)
            return;
        if (shape.Length == 1)
        {
            row.CopyTo(destination);
            return;
        }
        int from = row.Length / shape[0], to = destination.Length / box[0];
        for (int i = 0; i < shape[0]; i++)
            Place(row.Slice(i * from, from), shape[1..], destination.Slice(i * to, to), box[1..]);
    }
}
