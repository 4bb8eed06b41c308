using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Shards;

/// <summary>Texts of fixed width, padded with NUL, with the same number of texts in every row.</summary>
internal sealed class TextBuffer(int width, int elementsPerRow, bool isScalar, bool isNullable) : JoinedTextBuffer(isNullable)
{
    private readonly int rowBytes = checked(width * elementsPerRow);
    private byte[] bytes = [];

    /// <summary>True for one text per row.</summary>
    internal bool IsScalar => isScalar;

    internal ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, RowCount * rowBytes);

    internal override ReadOnlySpan<byte> Stored(int first, int count, Span<byte> scratch) =>
        Bytes.Slice(first * rowBytes, count * rowBytes);

    internal override DuckDbColumn ToDuckDb()
    {
        if (isScalar)
            return DuckDbColumn.FixedUtf8(width, bytes.AsMemory(0, RowCount * rowBytes), IsNull);
        byte[] joined = new byte[RowCount * (rowBytes + elementsPerRow)];
        int[] starts = new int[RowCount + 1];
        int end = 0;
        for (int row = 0; row < RowCount; row++)
        {
            for (int element = 0; element < elementsPerRow; element++)
            {
                if (element > 0)
                    joined[end++] = 0;
                ReadOnlySpan<byte> text = bytes.AsSpan((row * rowBytes) + (element * width), width).WithoutPadding();
                text.CopyTo(joined.AsSpan(end));
                end += text.Length;
            }
            starts[row + 1] = end;
        }
        return DuckDbColumn.Utf8(starts, joined, IsNull);
    }

    /// <summary>Appends one row of a vector: its elements separated by NUL; empty for a missing value.</summary>
    internal override void Add(ReadOnlySpan<byte> joined, bool isNull)
    {
        EnsureCapacity(1);
        Span<byte> row = bytes.AsSpan(RowCount * rowBytes, rowBytes);
        row.Clear();
        for (int element = 0; element < elementsPerRow - 1 && !joined.IsEmpty; element++)
        {
            int end = joined.IndexOf((byte)0);
            joined[..end].CopyTo(row[(element * width)..]);
            joined = joined[(end + 1)..];
        }
        if (elementsPerRow > 0)
            joined.CopyTo(row[((elementsPerRow - 1) * width)..]);
        Advance(1, [isNull]);
    }

    private protected override void Copy(ColumnBuffer other, int start, int count) =>
        ((TextBuffer)other).bytes.AsSpan(start * rowBytes, count * rowBytes).CopyTo(bytes.AsSpan(RowCount * rowBytes));

    /// <summary>Copies texts of a scalar column; vectors are added by <see cref="Add"/>.</summary>
    private protected override void Copy(DuckDbVector vector, int start, int count)
    {
        Span<byte> destination = bytes.AsSpan(RowCount * rowBytes, count * rowBytes);
        destination.Clear();
        for (int i = 0; i < count; i++)
            vector.Utf8(start + i).CopyTo(destination[(i * rowBytes)..]);
    }

    private protected override void Copy(ReadOnlySpan<byte> stored, int count, ReadOnlySpan<long> lengths) =>
        stored.CopyTo(bytes.AsSpan(RowCount * rowBytes, count * rowBytes));

    private protected override void Count(ColumnStatisticsBuilder statistics, int first, int count)
    {
        for (int row = first; row < first + count; row++)
            for (int element = 0; element < elementsPerRow; element++)
                statistics.AddText(bytes.AsSpan((row * rowBytes) + (element * width), width).WithoutPadding());
    }

    private protected override void Reserve(int rows) => GrowingArray.Grow(ref bytes, RowCount * rowBytes, (long)rows * rowBytes);
}
