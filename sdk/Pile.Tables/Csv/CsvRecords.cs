using Pile.Format;

namespace Pile.Tables.Csv;

/// <summary>Splits delimited text (RFC 4180) into records, one at a time, without a string per field.</summary>
/// <remarks>Beyond the RFC, as real files ask: lines may end in LF, CR LF or CR; blanks around a field and around its quotes are not part of it;
/// blank lines are skipped; a quote inside an unquoted field is a character like any other. With a blank as delimiter, runs of them count as one.</remarks>
internal sealed class CsvRecords : IDisposable
{
    private const int InitialBytes = 1 << 18;
    private const int LongestRecordBytes = 1 << 26;
    private const byte Quote = (byte)'"';

    private readonly Stream _stream;
    private readonly string _path;
    private readonly byte _delimiter;
    private byte[] _buffer = new byte[InitialBytes];
    private int _next;
    private int _end;
    private bool _atEnd;
    private int[] _fieldStarts = new int[64];
    private int[] _fieldEnds = new int[64];
    private FieldKind[] _fieldKinds = new FieldKind[64];
    private byte[] _unescaped = [];
    private long _nextLine = 1;

    private enum FieldKind : byte { Plain, Quoted, QuotedWithEscapes }

    /// <summary>Reads from a stream's present position on.</summary>
    /// <param name="stream">The text, UTF-8; it is disposed with the records.</param>
    /// <param name="delimiter">The byte between fields.</param>
    /// <param name="path">The file, for messages.</param>
    internal CsvRecords(Stream stream, byte delimiter, string path) => (_stream, _delimiter, _path) = (stream, delimiter, path);

    /// <summary>Fields of the present record.</summary>
    internal int FieldCount { get; private set; }

    /// <summary>The line on which the present record begins, from 1.</summary>
    internal long Line { get; private set; }

    /// <summary>One field of the present record, without its quotes. It lives until another field or record is asked for.</summary>
    internal ReadOnlySpan<byte> Field(int index)
    {
        ReadOnlySpan<byte> raw = _buffer.AsSpan(_fieldStarts[index].._fieldEnds[index]);
        return _fieldKinds[index] is FieldKind.QuotedWithEscapes ? Unescape(raw) : raw;
    }

    /// <summary>Whether a field stood in quotes.</summary>
    internal bool IsQuoted(int index) => _fieldKinds[index] is not FieldKind.Plain;

    /// <summary>Skips lines that begin with <c>#</c>, and blank ones, up to the first other line.</summary>
    /// <returns>The skipped comments, without the <c>#</c> and one blank after it.</returns>
    internal List<string> SkipComments()
    {
        List<string> comments = [];
        while (Peek() is not null)
        {
            if (_nextLine == 1 && _buffer.AsSpan(_next, _end - _next).StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
                _next += 3;
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
            (Line, _nextLine, _next) = (_nextLine, _nextLine + lines, next);
            if (FieldCount > 1 || IsQuoted(0) || _fieldEnds[0] > _fieldStarts[0])
                return true; // else a blank line
        }
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>Finds the fields of the record at the front of the buffer.</summary>
    /// <returns>False when its end is not in the buffer yet, or there is no record.</returns>
    private bool TryParse(out int next, out long lines)
    {
        int at = _next;
        (next, lines, FieldCount) = (at, 0, 0);
        if (at == _end)
            return false;
        while (true)
        {
            while (at < _end && (_buffer[at] == (byte)' ' || (_buffer[at] == (byte)'\t' && _delimiter != (byte)'\t')))
                at++;
            FieldKind kind = FieldKind.Plain;
            int start = at, end;
            if (at < _end && _buffer[at] == Quote)
            {
                start++;
                if (!TryFindClosingQuote(start, ref lines, out end, out kind))
                    return false;
                at = end + 1;
                while (at < _end && _buffer[at] == (byte)' ' && _delimiter != (byte)' ')
                    at++;
                if (at == _end && !_atEnd)
                    return false;
                if (at < _end && _buffer[at] != _delimiter && _buffer[at] is not ((byte)'\n' or (byte)'\r'))
                    throw new SourceUnreadableException(_path, $"line {_nextLine + lines}, field {FieldCount + 1}: text follows a closing quote", "Double the quotes inside the field, or remove them");
            }
            else
            {
                int length = _buffer.AsSpan(at, _end - at).IndexOfAny(_delimiter, (byte)'\n', (byte)'\r');
                if (length < 0 && !_atEnd)
                    return false;
                at = length < 0 ? _end : at + length;
                end = at;
                while (end > start && _buffer[end - 1] is (byte)' ' or (byte)'\t')
                    end--;
            }

            bool isBlankTail = _delimiter == (byte)' ' && kind is FieldKind.Plain && end == start && FieldCount > 0;
            if (!isBlankTail)
                AddField(start, end, kind);
            if (at == _end)
            {
                next = at;
                return true;
            }
            if (_buffer[at] == _delimiter)
            {
                at++;
                continue;
            }
            if (_buffer[at] == (byte)'\r')
            {
                if (at + 1 == _end && !_atEnd)
                    return false;
                if (at + 1 < _end && _buffer[at + 1] == (byte)'\n')
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
            int step = _buffer.AsSpan(end, _end - end).IndexOf(Quote);
            if (step < 0)
            {
                if (_atEnd)
                    throw new SourceUnreadableException(_path, $"line {_nextLine}, field {FieldCount + 1}: a quote is opened and never closed", "Close it, or remove it");
                return false;
            }
            lines += _buffer.AsSpan(end, step).Count((byte)'\n');
            end += step;
            if (end + 1 == _end && !_atEnd)
                return false;
            if (end + 1 >= _end || _buffer[end + 1] != Quote)
                return true;
            kind = FieldKind.QuotedWithEscapes;
            end += 2;
        }
    }

    private void AddField(int start, int end, FieldKind kind)
    {
        if (FieldCount == _fieldStarts.Length)
        {
            Array.Resize(ref _fieldStarts, 2 * FieldCount);
            Array.Resize(ref _fieldEnds, 2 * FieldCount);
            Array.Resize(ref _fieldKinds, 2 * FieldCount);
        }
        (_fieldStarts[FieldCount], _fieldEnds[FieldCount], _fieldKinds[FieldCount]) = (start, end, kind);
        FieldCount++;
    }

    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> raw)
    {
        if (_unescaped.Length < raw.Length)
            _unescaped = new byte[2 * raw.Length];
        int length = 0;
        for (int i = 0; i < raw.Length; i++)
        {
            _unescaped[length++] = raw[i];
            if (raw[i] == Quote)
                i++;
        }
        return _unescaped.AsSpan(0, length);
    }

    private byte? Peek() => _next < _end || Fill() ? _buffer[_next] : null;

    private ReadOnlySpan<byte> TakeLine()
    {
        int length;
        while ((length = _buffer.AsSpan(_next, _end - _next).IndexOf((byte)'\n')) < 0 && Fill()) { }
        if (length < 0)
            length = _end - _next;
        ReadOnlySpan<byte> line = _buffer.AsSpan(_next, length).TrimEnd((byte)'\r');
        _next = Math.Min(_next + length + 1, _end);
        _nextLine++;
        return line;
    }

    /// <summary>Moves what is left to the front and reads on.</summary>
    /// <returns>False when there is nothing more, and nothing is left.</returns>
    private bool Fill()
    {
        if (_atEnd)
            return false;
        int left = _end - _next;
        if (_next > 0)
            _buffer.AsSpan(_next, left).CopyTo(_buffer);
        else if (left == _buffer.Length)
        {
            if (left >= LongestRecordBytes)
                throw new SourceUnreadableException(_path, $"the record at line {_nextLine} is longer than {LongestRecordBytes >> 20} MiB", "A quote may be opened and never closed there");
            Array.Resize(ref _buffer, 2 * left);
        }
        (_next, _end) = (0, left);
        int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _atEnd = read == 0;
        return !_atEnd || left > 0;
    }
}
