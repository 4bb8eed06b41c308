using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pile.DuckDb;

/// <content>The bytes of single rows, from which <see cref="DuckDbColumnJoin"/> makes a column.</content>
internal abstract partial class DuckDbColumn
{
    /// <summary>Returns whether a row is NULL.</summary>
    internal virtual bool IsNullAt(int row) => !isNull.IsEmpty && isNull.Span[row];

    /// <summary>Returns the bytes of the values of a row.</summary>
    /// <exception cref="NotSupportedException">The column was created from fixed-length texts or nested lists.</exception>
    internal virtual ReadOnlySpan<byte> RowBytes(int row) =>
        throw new NotSupportedException($"The rows of {GetType().Name} cannot be joined.");

    /// <summary>Creates a column of the same type from the bytes of rows, which it refers to.</summary>
    /// <param name="ends">The offset of the first row in the bytes, and the end of each; shape [n + 1].</param>
    /// <param name="bytes">The bytes of the rows.</param>
    /// <param name="nulls">True for NULL, shape [n]; empty if no row is NULL.</param>
    internal virtual DuckDbColumn WithRows(ReadOnlySpan<int> ends, Memory<byte> bytes, ReadOnlyMemory<bool> nulls) =>
        throw new NotSupportedException($"The rows of {GetType().Name} cannot be joined.");

    private static Ragged<T> ListsOf<T>(ReadOnlySpan<int> ends, Memory<byte> bytes, ReadOnlyMemory<bool> nulls) where T : unmanaged
    {
        int[] offsets = new int[ends.Length];
        for (int i = 0; i < offsets.Length; i++)
            offsets[i] = ends[i] / Unsafe.SizeOf<T>();
        return new Ragged<T>(offsets, new CastMemory<T>(bytes).Memory, nulls);
    }

    private static ReadOnlySpan<byte> Bytes<T>(ReadOnlyMemory<T> values, int first, int count) where T : unmanaged =>
        MemoryMarshal.AsBytes(values.Span.Slice(first, count));
}
