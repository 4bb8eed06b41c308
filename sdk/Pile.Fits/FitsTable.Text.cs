using System.Text;
using System.Text.Unicode;

namespace Pile.Fits;

/// <content>Columns of text.</content>
internal sealed partial class FitsTable
{
    /// <summary>Reads a column of text over a range of rows.</summary>
    /// <param name="column">A text column of this table, of fixed or variable length.</param>
    /// <param name="firstRow">First row, from 0.</param>
    /// <param name="rowCount">Number of rows.</param>
    /// <param name="destination">Receives strings without trailing blanks and NULs, shape [rowCount, Repeat] ([rowCount] for variable
    /// length).</param>
    /// <param name="isNull">Receives, if not empty, which are null: TNULL of an ASCII table. Binary tables have no null text.</param>
    /// <remarks>FITS allows ASCII alone. Real files hold UTF-8 and Latin-1 too: bytes that are valid UTF-8 are read so, any others as
    /// Latin-1.</remarks>
    /// <exception cref="ArgumentException">The column is no text, or the range or a length does not fit.</exception>
    /// <exception cref="FitsException">The rows do not read.</exception>
    internal void ReadText(FitsColumn column, long firstRow, int rowCount, Span<string> destination, Span<bool> isNull = default)
    {
        if (column.Type is not FitsType.Text)
            throw new ArgumentException($"Column {column} holds {column.Type}, no text.", nameof(column));
        int repeat = column.IsVariableLength ? 1 : column.Repeat;
        CheckRange(firstRow, rowCount, repeat, destination.Length, isNull.Length);
        for (int row = 0; row < rowCount; row++)
        {
            ReadOnlySpan<byte> bytes = column.IsVariableLength
                ? HeapText(column, firstRow + row)
                : RowText(column, firstRow + row, rowCount - row);
            for (int i = 0; i < repeat; i++)
            {
                ReadOnlySpan<byte> one = Trim(column.IsVariableLength ? bytes : bytes.Slice(i * column.Width, column.Width));
                destination[(row * repeat) + i] = Decode(one);
                if (!isNull.IsEmpty)
                    isNull[(row * repeat) + i] = column.NullText is { } missing && Decode(one).Trim() == missing.Trim();
            }
        }
    }

    /// <summary>Reads a column of text of fixed length as bytes, without a string per value.</summary>
    /// <param name="column">A text column of this table, of fixed length.</param>
    /// <param name="firstRow">First row, from 0.</param>
    /// <param name="rowCount">Number of rows.</param>
    /// <param name="destination">Receives the stored bytes, shape [rowCount, Repeat, Width], trailing blanks and what follows a NUL
    /// replaced by NUL.</param>
    /// <remarks>The bytes are the file's own: ASCII by the standard, whatever in real files.</remarks>
    /// <exception cref="ArgumentException">The column is no text of fixed length, or the range or a length does not fit.</exception>
    /// <exception cref="FitsException">The rows do not read.</exception>
    internal void ReadTextBytes(FitsColumn column, long firstRow, int rowCount, Span<byte> destination)
    {
        if (column.Type is not FitsType.Text || column.IsVariableLength)
            throw new ArgumentException($"Column {column} is no text of fixed length.", nameof(column));
        CheckRange(firstRow, rowCount, column.RowBytes, destination.Length, 0);
        for (int row = 0; row < rowCount; row++)
        {
            Span<byte> bytes = destination.Slice(row * column.RowBytes, column.RowBytes);
            RowText(column, firstRow + row, rowCount - row).CopyTo(bytes);
            for (int i = 0; i < column.Repeat; i++)
            {
                Span<byte> one = bytes.Slice(i * column.Width, column.Width);
                one[Trim(one).Length..].Clear();
            }
        }
    }

    private ReadOnlySpan<byte> RowText(FitsColumn column, long row, int rowsAhead)
    {
        bool isLoaded = row >= blockFirstRow && row < blockFirstRow + blockRowCount;
        return Rows(row, isLoaded ? 1 : Math.Min(rowsAhead, BlockRowCount)).Slice(column.OffsetBytes, column.RowBytes);
    }

    private ReadOnlySpan<byte> HeapText(FitsColumn column, long row)
    {
        (long length, long position) = Descriptor(column, row, 1);
        Span<byte> bytes = Scratch((int)length);
        if (length > 0)
            file.ReadBytes(hdu, position, bytes);
        return bytes;
    }

    /// <summary>A NUL ends a string (FITS 4.0 §7.3.3.1); blanks at its end are padding.</summary>
    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> bytes)
    {
        int nul = bytes.IndexOf((byte)0);
        return (nul < 0 ? bytes : bytes[..nul]).TrimEnd((byte)' ');
    }

    private static string Decode(ReadOnlySpan<byte> bytes) => (Utf8.IsValid(bytes) ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes);
}
