using System.Buffers;
using System.Runtime.InteropServices;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Shards;

/// <summary>Numbers or booleans, with the same number of values in every row.</summary>
internal sealed class FixedBuffer<T>(int elementsPerRow, bool isScalar, bool isNullable = false) : ColumnBuffer(isNullable)
    where T : unmanaged
{
    private const int RowsTogether = 4096;

    private static readonly T Missing = typeof(T) == typeof(float) ? (T)(object)float.NaN
        : typeof(T) == typeof(double) ? (T)(object)double.NaN : default;
    private T[] values = [];

    /// <summary>Creates a buffer with one value per row.</summary>
    internal FixedBuffer() : this(1, isScalar: true) { }

    internal Span<T> Values => values.AsSpan(0, RowCount * elementsPerRow);

    /// <summary>Returns the elements of one row.</summary>
    internal Span<T> Row(int row) => values.AsSpan(row * elementsPerRow, elementsPerRow);

    internal override ReadOnlySpan<byte> Stored(int first, int count, Span<byte> scratch) =>
        MemoryMarshal.AsBytes(Values.Slice(first * elementsPerRow, count * elementsPerRow));

    internal override DuckDbColumn ToDuckDb()
    {
        ReadOnlyMemory<T> memory = values.AsMemory(0, RowCount * elementsPerRow);
        return isScalar ? DuckDbColumn.Of(memory, IsNull)
            : elementsPerRow > 0 ? DuckDbColumn.Vectors(elementsPerRow, memory, IsNull)
            : DuckDbColumn.Lists(new int[RowCount + 1], memory, IsNull);
    }

    /// <summary>Adds rows to be filled by the caller.</summary>
    internal Span<T> Add(int count, ReadOnlySpan<bool> isNull = default)
    {
        EnsureCapacity(count);
        Span<T> added = Free(count);
        Advance(count, isNull);
        return added;
    }

    private protected override void Copy(ColumnBuffer other, int start, int count) =>
        ((FixedBuffer<T>)other).values.AsSpan(start * elementsPerRow, count * elementsPerRow).CopyTo(Free(count));

    private protected override void Copy(DuckDbVector vector, int start, int count)
    {
        Span<T> destination = Free(count);
        if (isScalar)
            vector.Values<T>().Slice(start, count).CopyTo(destination);
        else
        {
            ReadOnlySpan<DuckDbListEntry> lists = vector.Values<DuckDbListEntry>().Slice(start, count);
            ReadOnlySpan<T> elements = vector.Child.Values<T>();
            for (int i = 0; i < count; i++)
                if (vector.IsValid(start + i))
                    lists[i].Of(elements).CopyTo(destination.Slice(i * elementsPerRow, elementsPerRow));
        }
        if (!vector.AllValid)
            for (int i = 0; i < count; i++)
                if (!vector.IsValid(start + i))
                    destination.Slice(i * elementsPerRow, elementsPerRow).Fill(Missing);
    }

    private protected override void Copy(ReadOnlySpan<byte> stored, int count, ReadOnlySpan<long> lengths) =>
        stored.CopyTo(MemoryMarshal.AsBytes(Free(count)));

    private protected override void Count(ColumnStatisticsBuilder statistics, int first, int count) =>
        statistics.Add(DTypes.Of<T>(), MemoryMarshal.AsBytes(values.AsSpan(first * elementsPerRow, count * elementsPerRow)));

    // If every other row is missing, runs have one value only. Values are gathered first, because moments are summed by blocks.
    private protected override void CountBetween(ReadOnlySpan<bool> nulls, ColumnStatisticsBuilder statistics)
    {
        T[] together = ArrayPool<T>.Shared.Rent(RowsTogether * Math.Max(elementsPerRow, 1));
        int filled = 0;
        for (int row = 0; row < nulls.Length; row++)
        {
            if (!nulls[row])
                Row(row).CopyTo(together.AsSpan(elementsPerRow * filled++));
            if (filled == RowsTogether || row == nulls.Length - 1)
            {
                statistics.Add(DTypes.Of<T>(), MemoryMarshal.AsBytes(together.AsSpan(0, filled * elementsPerRow)));
                filled = 0;
            }
        }
        ArrayPool<T>.Shared.Return(together);
    }

    private protected override void Reserve(int rows) =>
        GrowingArray.Grow(ref values, RowCount * elementsPerRow, (long)rows * elementsPerRow);

    private Span<T> Free(int count) => values.AsSpan(RowCount * elementsPerRow, count * elementsPerRow);
}
