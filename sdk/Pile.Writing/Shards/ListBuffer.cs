using System.Runtime.InteropServices;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Shards;

/// <summary>Lists of numbers or booleans of varying length: stored consecutively here and in the index, padded in the shard.</summary>
internal abstract class ListBuffer(bool isNullable) : ColumnBuffer(isNullable)
{
    /// <summary>Creates an empty buffer.</summary>
    internal static ListBuffer Of(ColumnSchema column) => column.DType switch
    {
        DType.Bool => new ListBuffer<bool>(column),
        DType.Int8 => new ListBuffer<sbyte>(column),
        DType.UInt8 => new ListBuffer<byte>(column),
        DType.Int16 => new ListBuffer<short>(column),
        DType.UInt16 => new ListBuffer<ushort>(column),
        DType.Int32 => new ListBuffer<int>(column),
        DType.UInt32 => new ListBuffer<uint>(column),
        DType.Int64 => new ListBuffer<long>(column),
        DType.UInt64 => new ListBuffer<ulong>(column),
        DType.Float32 => new ListBuffer<float>(column),
        _ => new ListBuffer<double>(column),
    };
}

/// <inheritdoc/>
internal sealed class ListBuffer<T>(ColumnSchema column) : ListBuffer(column.Nullable), IListBuffer where T : unmanaged
{
    private T[] values = [];
    private int[] starts = new int[1];

    internal override ReadOnlySpan<byte> Stored(int first, int count, Span<byte> scratch)
    {
        int rowBytes = scratch.Length / Math.Max(count, 1), longest = rowBytes / column.DType.ElementBytes();
        for (int row = 0; row < count; row++)
        {
            Span<byte> place = scratch.Slice(row * rowBytes, rowBytes);
            if (IsNull.Length > 0 && IsNull.Span[first + row])
                ElementConversion.Fill(column.DType, column.DType.IsFloat() ? double.NaN : 0, place);
            else
                RowPadding.Pad(column, MemoryMarshal.AsBytes(Row(first + row)), [LengthOf(first + row)], [longest], place);
        }
        return scratch;
    }

    internal override ReadOnlySpan<int> RowShape(ColumnSchema schema)
    {
        int longest = 0;
        for (int row = 0; row < RowCount; row++)
            longest = Math.Max(longest, LengthOf(row));
        return new[] { longest };
    }

    public int LengthOf(int row) => starts[row + 1] - starts[row];

    /// <summary>The elements of all rows.</summary>
    internal ReadOnlySpan<T> Values => values.AsSpan(0, starts[RowCount]);

    internal override DuckDbColumn ToDuckDb() => column.IsBytes
        ? DuckDbColumn.Blobs(starts.AsMemory(0, RowCount + 1), (byte[])(object)values, IsNull)
        : DuckDbColumn.Lists<T>(starts.AsMemory(0, RowCount + 1), values.AsMemory(0, starts[RowCount]), IsNull);

    private protected override void Copy(ColumnBuffer other, int start, int count)
    {
        ListBuffer<T> from = (ListBuffer<T>)other;
        Add(from.values.AsSpan(from.starts[start]..from.starts[start + count]));
        for (int i = 0; i < count; i++)
            starts[RowCount + i + 1] = starts[RowCount + i] + from.LengthOf(start + i);
    }

    private protected override void Copy(DuckDbVector vector, int start, int count)
    {
        if (column.IsBytes)
        {
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<byte> blob = vector.IsValid(start + i) ? vector.Blob(start + i) : default;
                Add(MemoryMarshal.Cast<byte, T>(blob), starts[RowCount + i]);
                starts[RowCount + i + 1] = starts[RowCount + i] + blob.Length;
            }
            return;
        }
        ReadOnlySpan<DuckDbListEntry> lists = vector.Values<DuckDbListEntry>().Slice(start, count);
        ReadOnlySpan<T> elements = vector.Child.Values<T>();
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<T> list = vector.IsValid(start + i) ? lists[i].Of(elements) : default;
            Add(list, starts[RowCount + i]);
            starts[RowCount + i + 1] = starts[RowCount + i] + list.Length;
        }
    }

    private protected override void Copy(ReadOnlySpan<byte> stored, int count, ReadOnlySpan<long> lengths)
    {
        ReadOnlySpan<T> padded = MemoryMarshal.Cast<byte, T>(stored);
        int longest = count > 0 ? padded.Length / count : 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<T> list = padded.Slice(i * longest, (int)lengths[i]);
            Add(list, starts[RowCount + i]);
            starts[RowCount + i + 1] = starts[RowCount + i] + list.Length;
        }
    }

    private protected override void Count(ColumnStatisticsBuilder statistics, int first, int count) =>
        statistics.Add(column.DType, MemoryMarshal.AsBytes(values.AsSpan(starts[first]..starts[first + count])));

    private protected override void Reserve(int rows) => GrowingArray.Grow(ref starts, RowCount + 1, rows + 1);

    private ReadOnlySpan<T> Row(int row) => values.AsSpan(starts[row]..starts[row + 1]);

    private void Add(ReadOnlySpan<T> list) => Add(list, starts[RowCount]);

    private void Add(ReadOnlySpan<T> list, int at)
    {
        int needed = checked(at + list.Length);
        GrowingArray.Grow(ref values, at, needed);
        list.CopyTo(values.AsSpan(at));
    }
}
