using System.Text;
using System.Text.Unicode;

namespace Pile.Fits;

/// <content>Reads columns of text.</content>
internal sealed partial class FitsTable
{
    /// <summary>Reads a range of rows of a text column.</summary>
    /// <param name="column">A text column of this table, of fixed or variable length.</param>
    /// <param name="firstRow">The first row, from 0.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="destination">Receives strings without trailing blanks and NULs, shape [rowCount, Repeat] ([rowCount] for variable
    /// length).</param>
    /// <param name="isNull">Receives which values are null (TNULL of an ASCII table), unless empty. Binary tables have no null
    /// text.</param>
    /// <remarks>FITS allows ASCII only, but real files contain UTF-8 and Latin-1
    /// too: valid UTF-8 is decoded as UTF-8, other bytes as Latin-1.</remarks>
    /// <exception cref="ArgumentException">The column is not text, or the range or a length is not valid.</exception>
    /// <exception cref="FitsException">The rows cannot be read.</exception>
    internal void ReadText(FitsColumn column, long firstRow, int rowCount, Span<string> destination, Span<bool> isNull = default)
    {
        if (column.Type is not FitsType.Text)
            throw new ArgumentException($"Column {column} has the type {column.Type}, not text.", nameof(column));
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

    /// <summary>Reads a range of rows of a fixed-length text column as bytes, without creating strings.</summary>
    /// <param name="column">A text column of this table, of fixed length.</param>
    /// <param name="firstRow">The first row, from 0.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="destination">Receives the stored bytes, shape [rowCount, Repeat, Width], with trailing blanks and everything after a
    /// NUL replaced by NUL.</param>
    /// <remarks>The bytes are not converted: ASCII according to the standard, other encodings in some files.</remarks>
    /// <exception cref="ArgumentException">The column is not fixed-length text, or the range or a length is not valid.</exception>
    /// <exception cref="FitsException">The rows cannot be read.</exception>
    internal void ReadTextBytes(FitsColumn column, long firstRow, int rowCount, Span<byte> destination)
    {
        if (column.Type is not FitsType.Text || column.IsVariableLength)
            throw new ArgumentException($"Column {column} is not a column of fixed-length text.", nameof(column));
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

    /// <summary>Removes a NUL and everything after it (FITS 4.0 §7.3.3.1), and trailing blanks, which are padding.</summary>
    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> bytes)
    {
        int nul = bytes.IndexOf((byte)0);
        return (nul < 0 ? bytes : bytes[..nul]).TrimEnd((byte)' ');
    }

    private static string Decode(ReadOnlySpan<byte> bytes) => (Utf8.IsValid(bytes) ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes);
}
