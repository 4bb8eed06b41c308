using Pile.Format;

namespace Pile.Tables.Csv;

/// <summary>Splits delimited text (RFC 4180) into records, one at a time, without a string per field.</summary>
/// <remarks>It accepts more than the RFC, because real files need it. Lines may end in LF, CR LF or CR; blanks around a field and around
/// its quotes are not part of it; blank lines are skipped; a quote inside an unquoted field is an ordinary character. With a blank as
/// delimiter, a run of blanks counts as one.</remarks>
internal sealed class CsvRecords : IDisposable
{
    private const int InitialBytes = 1 << 18;
    private const int LongestRecordBytes = 1 << 26;
    private const byte Quote = (byte)'"';

    private readonly Stream stream;
    private readonly string path;
    private readonly byte delimiter;
    private byte[] buffer = new byte[InitialBytes];
    private int next;
    private int end;
    private bool atEnd;
    private int[] fieldStarts = new int[64];
    private int[] fieldEnds = new int[64];
    private FieldKind[] fieldKinds = new FieldKind[64];
    private byte[] unescaped = [];
    private long nextLine = 1;

    private enum FieldKind : byte { Plain, Quoted, QuotedWithEscapes }

    /// <summary>Reads from a stream's current position.</summary>
    /// <param name="stream">The text in UTF-8, which is disposed with the records.</param>
    /// <param name="delimiter">The byte between fields.</param>
    /// <param name="path">The file, for messages.</param>
    internal CsvRecords(Stream stream, byte delimiter, string path) => (this.stream, this.delimiter, this.path) = (stream, delimiter, path);

    /// <summary>The number of fields of the current record.</summary>
    internal int FieldCount { get; private set; }

    /// <summary>The line on which the current record begins, from 1.</summary>
    internal long Line { get; private set; }

    /// <summary>Returns one field of the current record, without its quotes, valid until another field or record is requested.</summary>
    internal ReadOnlySpan<byte> Field(int index)
    {
        ReadOnlySpan<byte> raw = buffer.AsSpan(fieldStarts[index]..fieldEnds[index]);
        return fieldKinds[index] is FieldKind.QuotedWithEscapes ? Unescape(raw) : raw;
    }

    /// <summary>Returns whether a field is quoted.</summary>
    internal bool IsQuoted(int index) => fieldKinds[index] is not FieldKind.Plain;

    /// <summary>Skips lines that begin with <c>#</c>, and blank ones, up to the first other line.</summary>
    /// <returns>The skipped comments, without the <c>#</c> and one blank after it.</returns>
    internal List<string> SkipComments()
    {
        List<string> comments = [];
        while (Peek() is not null)
        {
            if (nextLine == 1 && buffer.AsSpan(next, end - next).StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
                next += 3;
            if (Peek() is not { } first || (first is not ((byte)'#' or (byte)'\n' or (byte)'\r')))
                break;
            ReadOnlySpan<byte> line = TakeLine();
            if (!line.IsEmpty)
                comments.Add(System.Text.Encoding.UTF8.GetString(line is [_, (byte)' ', ..] ? line[2..] : line[1..]));
        }
        return comments;
    }

    /// <summary>Moves to the next record.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="SourceUnreadableException">A quoted field does not end.</exception>
    internal bool MoveNext()
    {
        while (true)
        {
            if (!TryParse(out int next, out long lines))
            {
                if (!Fill())
                    return false;
                continue;
            }
            (Line, nextLine, this.next) = (nextLine, nextLine + lines, next);
            if (FieldCount > 1 || IsQuoted(0) || fieldEnds[0] > fieldStarts[0])
                return true; // otherwise a blank line
        }
    }

    public void Dispose() => stream.Dispose();

    /// <summary>Finds the fields of the record at the front of the buffer.</summary>
    /// <returns>False if its end is not in the buffer yet, or if there is no record.</returns>
    private bool TryParse(out int next, out long lines)
    {
        int at = this.next;
        (next, lines, FieldCount) = (at, 0, 0);
        if (at == end)
            return false;
        while (true)
        {
            while (at < end && (buffer[at] == (byte)' ' || (buffer[at] == (byte)'\t' && delimiter != (byte)'\t')))
                at++;
            FieldKind kind = FieldKind.Plain;
            int start = at, fieldEnd;
            if (at < end && buffer[at] == Quote)
            {
                start++;
                if (!TryFindClosingQuote(start, ref lines, out fieldEnd, out kind))
                    return false;
                at = fieldEnd + 1;
                while (at < end && buffer[at] == (byte)' ' && delimiter != (byte)' ')
                    at++;
                if (at == end && !atEnd)
                    return false;
                if (at < end && buffer[at] != delimiter && buffer[at] is not ((byte)'\n' or (byte)'\r'))
                    throw new SourceUnreadableException(path,
                        $"line {nextLine + lines}, field {FieldCount + 1}: text follows a closing quote",
                        "Double the quotes inside the field, or remove them");
            }
            else
            {
                int length = buffer.AsSpan(at, end - at).IndexOfAny(delimiter, (byte)'\n', (byte)'\r');
                if (length < 0 && !atEnd)
                    return false;
                at = length < 0 ? end : at + length;
                fieldEnd = at;
                while (fieldEnd > start && buffer[fieldEnd - 1] is (byte)' ' or (byte)'\t')
                    fieldEnd--;
            }

            bool isBlankTail = delimiter == (byte)' ' && kind is FieldKind.Plain && fieldEnd == start && FieldCount > 0;
            if (!isBlankTail)
                AddField(start, fieldEnd, kind);
            if (at == end)
            {
                next = at;
                return true;
            }
            if (buffer[at] == delimiter)
            {
                at++;
                continue;
            }
            if (buffer[at] == (byte)'\r')
            {
                if (at + 1 == end && !atEnd)
                    return false;
                if (at + 1 < end && buffer[at + 1] == (byte)'\n')
                    at++;
            }
            lines++;
            next = at + 1;
            return true;
        }
    }

    private bool TryFindClosingQuote(int start, ref long lines, out int end, out FieldKind kind)
    {
        kind = FieldKind.Quoted;
        for (end = start; ;)
        {
            int step = buffer.AsSpan(end, this.end - end).IndexOf(Quote);
            if (step < 0)
            {
                if (atEnd)
                    throw new SourceUnreadableException(path,
                        $"line {nextLine}, field {FieldCount + 1}: a quote is not closed", "Close it, or remove it");
                return false;
            }
            lines += buffer.AsSpan(end, step).Count((byte)'\n');
            end += step;
            if (end + 1 == this.end && !atEnd)
                return false;
            if (end + 1 >= this.end || buffer[end + 1] != Quote)
                return true;
            kind = FieldKind.QuotedWithEscapes;
            end += 2;
        }
    }

    private void AddField(int start, int end, FieldKind kind)
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
            if (raw[i] == Quote)
                i++;
        }
        return unescaped.AsSpan(0, length);
    }

    private byte? Peek() => next < end || Fill() ? buffer[next] : null;

    private ReadOnlySpan<byte> TakeLine()
    {
        int length;
        while ((length = buffer.AsSpan(next, end - next).IndexOf((byte)'\n')) < 0 && Fill()) { }
        if (length < 0)
            length = end - next;
        ReadOnlySpan<byte> line = buffer.AsSpan(next, length).TrimEnd((byte)'\r');
        next = Math.Min(next + length + 1, end);
        nextLine++;
        return line;
    }

    /// <summary>Moves the remaining bytes to the front and reads more.</summary>
    /// <returns>False if there are no more bytes.</returns>
    private bool Fill()
    {
        if (atEnd)
            return false;
        int left = end - next;
        if (next > 0)
            buffer.AsSpan(next, left).CopyTo(buffer);
        else if (left == buffer.Length)
        {
            if (left >= LongestRecordBytes)
                throw new SourceUnreadableException(path, $"the record at line {nextLine} is longer than {LongestRecordBytes >> 20} MiB",
                    "A quote may not be closed there");
            Array.Resize(ref buffer, 2 * left);
        }
        (next, end) = (0, left);
        int read = stream.Read(buffer, end, buffer.Length - end);
        end += read;
        atEnd = read == 0;
        return !atEnd || left > 0;
    }
}
