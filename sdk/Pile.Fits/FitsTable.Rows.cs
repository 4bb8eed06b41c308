using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Pile.Fits;

/// <content>Reads the bytes of rows and gathers the bytes of one column.</content>
internal sealed partial class FitsTable
{
    private byte[] block = [];
    private long blockFirstRow;
    private int blockRowCount;
    private byte[] scratch = [];

    /// <summary>Returns rows as stored in the file, from memory if they were read last.</summary>
    private ReadOnlySpan<byte> Rows(long firstRow, int rowCount)
    {
        file.RequireOpen();
        if (firstRow < blockFirstRow || firstRow + rowCount > blockFirstRow + blockRowCount)
        {
            int bytes = checked(rowCount * rowBytes);
            if (block.Length < bytes)
                block = file.Rent(bytes);
            blockRowCount = 0;
            file.ReadBytes(hdu, hdu.DataStart + (firstRow * rowBytes), block.AsSpan(0, bytes));
            (blockFirstRow, blockRowCount) = (firstRow, rowCount);
        }
        return block.AsSpan((int)(firstRow - blockFirstRow) * rowBytes, rowCount * rowBytes);
    }

    /// <summary>Copies a column's bytes of some rows to the scratch buffer, still big-endian.</summary>
    private Span<byte> Gather(FitsColumn column, long firstRow, int rowCount)
    {
        ReadOnlySpan<byte> rows = Rows(firstRow, rowCount);
        Span<byte> bytes = Scratch(rowCount * column.RowBytes);
        Gather(rows[column.OffsetBytes..], rowBytes, bytes, column.RowBytes);
        return bytes;
    }

    /// <summary>Copies a column's bytes to the destination itself, if its values have the size of the stored ones.</summary>
    private void GatherInto<T>(FitsColumn column, long firstRow, Span<T> destination, Span<bool> isNull) where T : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(destination);
        Gather(Rows(firstRow, bytes.Length / column.RowBytes)[column.OffsetBytes..], rowBytes, bytes, column.RowBytes);
        FitsValues.DecodeInPlace(file, hdu, column, firstRow, bytes, isNull);
    }

    private static void Gather(ReadOnlySpan<byte> rows, int stride, Span<byte> destination, int width)
    {
        int count = width == 0 ? 0 : destination.Length / width;
        switch (width) // copies words for scalars: a copy call per row takes three times as long
        {
            case 1: Gather<byte>(rows, stride, destination, count); break;
            case 2: Gather<ushort>(rows, stride, destination, count); break;
            case 4: Gather<uint>(rows, stride, destination, count); break;
            case 8: Gather<ulong>(rows, stride, destination, count); break;
            default:
                for (int i = 0; i < count; i++)
                    rows.Slice(i * stride, width).CopyTo(destination[(i * width)..]);
                break;
        }
    }

    private static void Gather<TWord>(ReadOnlySpan<byte> rows, int stride, Span<byte> destination, int count) where TWord : unmanaged
    {
        Span<TWord> words = MemoryMarshal.Cast<byte, TWord>(destination);
        for (int i = 0; i < count; i++)
            words[i] = MemoryMarshal.Read<TWord>(rows[(i * stride)..]);
    }

    /// <summary>Reads the location of a variable-length row: its length in elements, and its position in the file.</summary>
    private (long Length, long Position) Descriptor(FitsColumn column, long row, int rowsAhead)
    {
        bool isLoaded = row >= blockFirstRow && row < blockFirstRow + blockRowCount;
        ReadOnlySpan<byte> descriptor = Rows(row, isLoaded ? 1 : rowsAhead).Slice(column.OffsetBytes, column.RowBytes);
        if (descriptor.IsEmpty)
            return (0, heapStart);
        (long length, long offset) = column.DescriptorBytes == 4
            ? (BinaryPrimitives.ReadInt32BigEndian(descriptor), BinaryPrimitives.ReadInt32BigEndian(descriptor[4..]))
            : (BinaryPrimitives.ReadInt64BigEndian(descriptor), BinaryPrimitives.ReadInt64BigEndian(descriptor[8..]));
        if (length == 0)
            return (0, heapStart);
        if (length < 0 || offset < 0 || length > Array.MaxLength / 16 || offset > heapBytes - column.HeapBytes(length))
            throw file.Error(hdu, $"row {row} of column {column} refers to {length} values at byte {offset} of a heap of {heapBytes} "
                + "bytes. The file is corrupt: get it again, or omit it.");
        return (length, heapStart + offset);
    }

    private Span<byte> Scratch(int bytes)
    {
        if (scratch.Length < bytes)
            scratch = file.Rent(bytes);
        return scratch.AsSpan(0, bytes);
    }

    /// <summary>Unpacks bits, which are stored highest first, with each row beginning at a byte (FITS 4.0 §7.3.3.1).</summary>
    private static void UnpackBits(ReadOnlySpan<byte> bytes, int rowBytes, int bitsPerRow, Span<bool> destination, Span<bool> isNull)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            int bit = i % bitsPerRow;
            destination[i] = (bytes[(i / bitsPerRow * rowBytes) + (bit >> 3)] >> (7 - (bit & 7)) & 1) != 0;
        }
        isNull.Clear();
    }
}
