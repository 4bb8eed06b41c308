using Pile.DuckDb;

namespace Pile.Writing.Shards;

/// <summary>Texts of fixed width, padded with NUL, the same number of them in every row.</summary>
internal sealed class TextBuffer(int width, int elementsPerRow, bool isScalar, bool isNullable) : ColumnBuffer(isNullable)
{
    private readonly int rowBytes = checked(width * elementsPerRow);
    private byte[] bytes = [];

    internal override ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, RowCount * rowBytes);

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
                ReadOnlySpan<byte> text = bytes.AsSpan((row * rowBytes) + (element * width), width).TrimEnd((byte)0);
                text.CopyTo(joined.AsSpan(end));
                end += text.Length;
            }
            starts[row + 1] = end;
        }
        return DuckDbColumn.Utf8(starts, joined, IsNull);
    }

    private protected override void Copy(ColumnBuffer other, int start, int count) =>
        ((TextBuffer)other).bytes.AsSpan(start * rowBytes, count * rowBytes).CopyTo(bytes.AsSpan(RowCount * rowBytes));

    private protected override void Copy(DuckDbVector vector, int start, int count)
    {
        Span<byte> destination = bytes.AsSpan(RowCount * rowBytes, count * rowBytes);
        destination.Clear();
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> text = vector.Utf8(start + i);
            Span<byte> row = destination.Slice(i * rowBytes, rowBytes);
            for (int element = 0; element < elementsPerRow - 1 && !text.IsEmpty; element++)
            {
                int end = text.IndexOf((byte)0);
                text[..end].CopyTo(row[(element * width)..]);
                text = text[(end + 1)..];
            }
            if (elementsPerRow > 0)
                text.CopyTo(row[((elementsPerRow - 1) * width)..]);
        }
    }

    private protected override void Reserve(int rows)
    {
        long needed = (long)rows * rowBytes;
        if (bytes.Length < needed)
            Array.Resize(ref bytes, checked((int)Math.Max(needed, Math.Min(2L * bytes.Length, Array.MaxLength))));
    }
}
