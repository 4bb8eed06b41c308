using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Shards;

/// <summary>Lists of text of varying length: joined here and for the index, padded to the same width and number in the shard.</summary>
internal sealed class TextListBuffer(ColumnSchema column) : JoinedTextBuffer(column.Nullable), IListBuffer
{
    private byte[] joined = [];
    private int[] starts = new int[1], lengths = [];

    internal override ReadOnlySpan<byte> Stored(int first, int count, Span<byte> scratch)
    {
        int rowBytes = scratch.Length / Math.Max(count, 1), width = column.StringBytes;
        scratch.Clear();
        for (int row = 0; row < count; row++)
        {
            ReadOnlySpan<byte> rest = joined.AsSpan(starts[first + row]..starts[first + row + 1]);
            for (int element = 0; element < lengths[first + row]; element++)
            {
                int end = rest.IndexOf((byte)0);
                rest[..end].CopyTo(scratch[((row * rowBytes) + (element * width))..]);
                rest = rest[(end + 1)..];
            }
        }
        return scratch;
    }

    internal override ReadOnlySpan<int> RowShape(ColumnSchema schema)
    {
        int longest = 0;
        for (int row = 0; row < RowCount; row++)
            longest = Math.Max(longest, lengths[row]);
        return new[] { longest };
    }

    public int LengthOf(int row) => lengths[row];

    /// <summary>Returns the texts of a row, each followed by NUL.</summary>
    internal ReadOnlySpan<byte> Joined(int row) => joined.AsSpan(starts[row]..starts[row + 1]);

    internal override DuckDbColumn ToDuckDb() =>
        DuckDbColumn.Utf8(starts.AsMemory(0, RowCount + 1), joined.AsMemory(0, starts[RowCount]), IsNull);

    internal override void Expect(int rows, long joinedBytes)
    {
        base.Expect(rows, joinedBytes);
        GrowingArray.Grow(ref joined, starts[RowCount], starts[RowCount] + joinedBytes);
    }

    internal override void Add(ReadOnlySpan<byte> texts, bool isNull)
    {
        EnsureCapacity(1);
        Put(RowCount, texts, texts.Count((byte)0));
        Advance(1, [isNull]);
    }

    private protected override void Copy(ColumnBuffer other, int start, int count)
    {
        TextListBuffer from = (TextListBuffer)other;
        for (int i = 0; i < count; i++)
            Put(RowCount + i, from.Joined(start + i), from.lengths[start + i]);
    }

    private protected override void Copy(DuckDbVector vector, int start,
        int count) => throw new InvalidOperationException("Lists of text are appended row by row.");

    private protected override void Copy(ReadOnlySpan<byte> stored, int count, ReadOnlySpan<long> lengths)
    {
        int rowBytes = count > 0 ? stored.Length / count : 0, width = column.StringBytes;
        byte[] texts = new byte[rowBytes + (width > 0 ? rowBytes / width : 0)];
        for (int i = 0; i < count; i++)
        {
            int end = 0;
            for (int element = 0; element < lengths[i]; element++)
            {
                ReadOnlySpan<byte> text = stored.Slice((i * rowBytes) + (element * width), width).WithoutPadding();
                text.CopyTo(texts.AsSpan(end));
                end += text.Length;
                texts[end++] = 0;
            }
            Put(RowCount + i, texts.AsSpan(0, end), (int)lengths[i]);
        }
    }

    private protected override void Count(ColumnStatisticsBuilder statistics, int first, int count)
    {
        for (int row = first; row < first + count; row++)
            for (int element = 0; element < lengths[row]; element++)
                statistics.AddText(default);
    }

    private protected override void Reserve(int rows)
    {
        GrowingArray.Grow(ref lengths, RowCount, rows);
        GrowingArray.Grow(ref starts, RowCount + 1, rows + 1);
    }

    private void Put(int row, ReadOnlySpan<byte> texts, int length)
    {
        int needed = checked(starts[row] + texts.Length);
        GrowingArray.Grow(ref joined, starts[row], needed);
        texts.CopyTo(joined.AsSpan(starts[row]));
        (starts[row + 1], lengths[row]) = (needed, length);
    }
}
