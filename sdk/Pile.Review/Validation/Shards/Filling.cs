using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Review;

/// <summary>What a shard contains where a row has no elements of its own (S1.25, S4.6).</summary>
internal static class Filling
{
    /// <summary>Returns the first element of a chunk beyond the row's own that is not the padding of the manifest; -1 if there is
    /// none.</summary>
    /// <param name="column">The column.</param>
    /// <param name="chunk">The elements.</param>
    /// <param name="shape">The row's own shape.</param>
    /// <param name="chunkShape">The shape of the chunk, at least as long on each axis.</param>
    internal static int FirstWrong(ColumnSchema column, ReadOnlySpan<byte> chunk, ReadOnlySpan<long> shape, ReadOnlySpan<long> chunkShape)
    {
        int elementBytes = column.DType.ElementBytes();
        Span<byte> expected = stackalloc byte[sizeof(double)];
        expected = expected[..elementBytes];
        expected.Clear();
        bool isNaN = double.IsNaN(column.Padding.Value) && !column.Padding.IsEdge && column.DType.IsFloat();
        if (column.Padding.IsEdge)
        {
            if (LastOf(shape, chunkShape) is >= 0 and var last)
                chunk.Slice(last * elementBytes, elementBytes).CopyTo(expected);
        }
        else if (!isNaN)
            Store(column.DType, column.Padding.Value, expected);
        int at = FirstWrong(column.DType, chunk, shape, chunkShape, expected, isNaN || IsNaN(column.DType, expected));
        return at < 0 ? -1 : at / elementBytes;
    }

    /// <summary>Returns whether an element is what a null has: NaN of floats, 0 of others.</summary>
    internal static bool IsOfNull(DType dtype, ReadOnlySpan<byte> element) =>
        dtype.IsFloat() ? IsNaN(dtype, element) : element.IndexOfAnyExcept((byte)0) < 0;

    // The offset of the wrong element in bytes.
    private static int FirstWrong(DType dtype, ReadOnlySpan<byte> chunk, ReadOnlySpan<long> shape, ReadOnlySpan<long> chunkShape,
        ReadOnlySpan<byte> expected, bool isNaN)
    {
        int own = (int)shape[0], count = (int)chunkShape[0];
        int stride = count == 0 ? 0 : chunk.Length / count;
        for (int i = 0; shape.Length > 1 && i < own; i++)
            if (FirstWrong(dtype, chunk.Slice(i * stride, stride), shape[1..], chunkShape[1..], expected, isNaN) is >= 0 and var wrong)
                return (i * stride) + wrong;
        for (int at = own * stride; at < chunk.Length; at += expected.Length)
            if (chunk.Slice(at, expected.Length) is var found && (isNaN ? !IsNaN(dtype, found) : !found.SequenceEqual(expected)))
                return at;
        return -1;
    }

    private static int LastOf(ReadOnlySpan<long> shape, ReadOnlySpan<long> chunkShape)
    {
        long last = 0;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] == 0)
                return -1;
            last = (last * chunkShape[axis]) + shape[axis] - 1;
        }
        return (int)last;
    }

    private static bool IsNaN(DType dtype, ReadOnlySpan<byte> element) => dtype switch
    {
        DType.Float32 => float.IsNaN(MemoryMarshal.Read<float>(element)),
        DType.Float64 => double.IsNaN(MemoryMarshal.Read<double>(element)),
        _ => false,
    };

    private static void Store(DType dtype, double value, Span<byte> element)
    {
        if (dtype is DType.Float32)
            MemoryMarshal.Write(element, (float)value);
        else if (dtype is DType.Float64)
            MemoryMarshal.Write(element, value);
        else if (dtype is DType.UInt64)
            MemoryMarshal.Write(element, (ulong)value);
        else
        {
            Span<byte> whole = stackalloc byte[sizeof(long)];
            MemoryMarshal.Write(whole, (long)value);
            whole[..element.Length].CopyTo(element); // little-endian: the low bytes
        }
    }
}
