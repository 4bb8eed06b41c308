using System.Buffers;
using Pile.Format;

namespace Pile.Tables.Text;

/// <summary>Splits a text file into records, one at a time, without a string per field.</summary>
internal abstract class TextRecords : IDisposable
{
    private const int InitialBytes = 1 << 18;
    private const int LongestRecordBytes = 1 << 26;

    private readonly Stream stream;
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(InitialBytes); // a table may have millions of small files
    private int next;
    private int[] fieldStarts = new int[64];
    private int[] fieldEnds = new int[64];
    private FieldForm[] fieldKinds = new FieldForm[64];
    private byte[] unescaped = [];

    /// <summary>Reads from a stream's current position.</summary>
    /// <param name="stream">The text in UTF-8, which is disposed with the records.</param>
    /// <param name="path">The file, for messages.</param>
    private protected TextRecords(Stream stream, string path) => (this.stream, Path) = (stream, path);

    private protected enum FieldForm : byte { Plain, Quoted, QuotedWithEscapes }

    /// <summary>The number of fields of the current record.</summary>
    internal int FieldCount { get; private protected set; }

    /// <summary>The line on which the current record begins, from 1.</summary>
    internal long Line { get; private set; }

    private protected string Path { get; }

    /// <summary>What to do if a record is too long.</summary>
    private protected virtual string RemedyForLongRecords => "A quote may not be closed there";

    /// <summary>True if the current record is a comment, which is skipped.</summary>
    private protected virtual bool IsComment => false;

    /// <summary>The line of the record that is split, from 1.</summary>
    private protected long NextLine { get; private set; } = 1;

    /// <summary>True if the buffer has the end of the file.</summary>
    private protected bool AtEnd { get; private set; }

    /// <summary>The bytes in the buffer.</summary>
    private protected Span<byte> Bytes => buffer.AsSpan(0, End);

    /// <summary>The end of the bytes in the buffer.</summary>
    private protected int End { get; private set; }

    /// <summary>Returns one field of the current record, without its quotes, valid until another field or record is requested.</summary>
    internal ReadOnlySpan<byte> Field(int index)
    {
        ReadOnlySpan<byte> raw = buffer.AsSpan(fieldStarts[index]..fieldEnds[index]);
        return fieldKinds[index] is FieldForm.QuotedWithEscapes ? Unescape(raw) : raw;
    }

    /// <summary>Returns whether a field is quoted.</summary>
    internal bool IsQuoted(int index) => fieldKinds[index] is not FieldForm.Plain;

    /// <summary>Moves to the next record.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="SourceUnreadableException">A quoted field does not end.</exception>
    internal bool MoveNext()
    {
        while (true)
        {
            FieldCount = 0;
            if (next == End || !TrySplit(next, out int after, out long lines))
            {
                if (!Fill())
                    return false;
                continue;
            }
            (Line, NextLine, next) = (NextLine, NextLine + lines, after);
            bool isBlank = FieldCount == 0 || (FieldCount == 1 && !IsQuoted(0) && fieldEnds[0] == fieldStarts[0]);
            if (!isBlank && !IsComment)
                return true;
        }
    }

    /// <summary>Takes the next line if it begins with one of some bytes.</summary>
    /// <param name="firstBytes">The bytes; a line feed or a carriage return for blank lines.</param>
    /// <param name="line">The line without its end, valid until the next call.</param>
    /// <returns>False at the end, or if the line begins with another byte.</returns>
    internal bool TryTakeLine(ReadOnlySpan<byte> firstBytes, out ReadOnlySpan<byte> line)
    {
        line = default;
        if (next == End && !Fill())
            return false;
        if (NextLine == 1 && buffer.AsSpan(next, End - next).StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            next += 3;
        if ((next == End && !Fill()) || !firstBytes.Contains(buffer[next]))
            return false;
        line = TakeLine();
        return true;
    }

    /// <summary>Skips lines.</summary>
    internal void SkipLines(int count)
    {
        for (int i = 0; i < count && (next < End || Fill()); i++)
            TakeLine();
    }

    public void Dispose()
    {
        stream.Dispose();
        Return(ref buffer);
        (next, End, AtEnd) = (0, 0, true);
    }

    /// <summary>Finds the fields of the record at a position in the buffer.</summary>
    /// <param name="start">The position.</param>
    /// <param name="after">The position after the record.</param>
    /// <param name="lines">The number of lines of the record.</param>
    /// <returns>False if the end of the record is not in the buffer yet.</returns>
    private protected abstract bool TrySplit(int start, out int after, out long lines);

    private protected void AddField(int start, int end, FieldForm kind)
    {
        if (FieldCount == fieldStarts.Length)
        {
            Array.Resize(ref fieldStarts, 2 * FieldCount);
            Array.Resize(ref fieldEnds, 2 * FieldCount);
            Array.Resize(ref fieldKinds, 2 * FieldCount);
        }
        (fieldStarts[FieldCount], fieldEnds[FieldCount], fieldKinds[FieldCount]) = (start, end, kind);
        FieldCount++;
    }

    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> raw)
    {
        if (unescaped.Length < raw.Length)
            unescaped = new byte[2 * raw.Length];
        int length = 0;
        for (int i = 0; i < raw.Length; i++)
        {
            unescaped[length++] = raw[i];
            if (raw[i] == (byte)'"')
                i++;
        }
        return unescaped.AsSpan(0, length);
    }

    private ReadOnlySpan<byte> TakeLine()
    {
        int length;
        while ((length = buffer.AsSpan(next, End - next).IndexOf((byte)'\n')) < 0 && Fill()) { }
        if (length < 0)
            length = End - next;
        ReadOnlySpan<byte> line = buffer.AsSpan(next, length).TrimEnd((byte)'\r');
        next = Math.Min(next + length + 1, End);
        NextLine++;
        return line;
    }

    private void Grow()
    {
        byte[] small = buffer;
        buffer = ArrayPool<byte>.Shared.Rent(2 * small.Length);
        small.CopyTo(buffer.AsSpan());
        Return(ref small);
    }

    private static void Return(ref byte[] rented)
    {
        if (rented.Length > 0)
            ArrayPool<byte>.Shared.Return(rented);
        rented = [];
    }

    /// <summary>Moves the remaining bytes to the front and reads more.</summary>
    /// <returns>False if there are no more bytes.</returns>
    private bool Fill()
    {
        if (AtEnd)
            return false;
        int left = End - next;
        if (next > 0)
            buffer.AsSpan(next, left).CopyTo(buffer);
        else if (left == buffer.Length)
        {
            if (left >= LongestRecordBytes)
                throw new SourceUnreadableException(Path, $"the record at line {NextLine} is longer than {LongestRecordBytes >> 20} MiB",
                    RemedyForLongRecords);
            Grow();
        }
        (next, End) = (0, left);
        int read = stream.Read(buffer, End, buffer.Length - End);
        End += read;
        AtEnd = read == 0;
        return !AtEnd || left > 0;
    }
}
