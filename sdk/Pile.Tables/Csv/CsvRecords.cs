using System.Text;
using Pile.Format;
using Pile.Tables.Text;

namespace Pile.Tables.Csv;

/// <summary>Splits delimited text (RFC 4180).</summary>
/// <remarks>It accepts more than the RFC, because real files need it. Lines may end in LF, CR LF or CR; blanks around a field and around
/// its quotes are not part of it; blank lines are skipped; a quote inside an unquoted field is an ordinary character. With a blank as
/// delimiter, a run of blanks counts as one.</remarks>
/// <param name="stream">The text in UTF-8.</param>
/// <param name="delimiter">The byte between fields.</param>
/// <param name="path">The file, for messages.</param>
/// <param name="hasComments">True if lines that begin with <c>#</c> are comments wherever they are, as in plain text; in CSV they may be
/// data.</param>
internal sealed class CsvRecords(Stream stream, byte delimiter, string path, bool hasComments) : TextRecords(stream, path)
{
    private const byte Quote = (byte)'"';

    /// <summary>True for a table of VizieR, which may be followed by others with headers of their own.</summary>
    internal bool MayHaveSecondTable { get; init; }

    private protected override bool IsComment => hasComments && !IsQuoted(0) && Field(0) is [(byte)'#', ..];

    /// <summary>Skips lines that begin with <c>#</c>, and blank ones, up to the first other line.</summary>
    /// <returns>The skipped comments, without <c>#</c>, also several, and one blank after it.</returns>
    internal List<string> SkipComments()
    {
        List<string> comments = [];
        while (TryTakeLine("#\n\r"u8, out ReadOnlySpan<byte> line))
            if (!line.IsEmpty)
                comments.Add(Encoding.UTF8.GetString(line.TrimStart((byte)'#') is [(byte)' ', .. var text] ? text
                    : line.TrimStart((byte)'#')));
        return comments;
    }

    private protected override bool TrySplit(int start, out int after, out long lines)
    {
        ReadOnlySpan<byte> buffer = Bytes;
        int at = start, end = buffer.Length;
        (after, lines) = (at, 0);
        if (MayHaveSecondTable && HeadOfTable(buffer[start..]) is { IsEmpty: false } head)
        {
            int length = buffer[start..].IndexOfAny((byte)'\n', (byte)'\r');
            if (length < 0 && !AtEnd)
                return false;
            string name = Encoding.UTF8.GetString(buffer[(start + head.Length)..(length < 0 ? end : start + length)]).Trim(' ', '\t', ':');
            throw new SourceUnreadableException(Path,
                $"a second table{(name.Length > 0 && head[^1] != '\t' ? $", '{name}'," : "")} begins in line {NextLine}",
                "Save each table, with its header, in a file of its own");
        }
        while (true)
        {
            while (at < end && (buffer[at] == (byte)' ' || (buffer[at] == (byte)'\t' && delimiter != (byte)'\t')))
                at++;
            FieldForm kind = FieldForm.Plain;
            int fieldStart = at, fieldEnd;
            if (at < end && buffer[at] == Quote)
            {
                fieldStart++;
                if (!TryFindClosingQuote(fieldStart, ref lines, out fieldEnd, out kind))
                    return false;
                at = fieldEnd + 1;
                while (at < end && buffer[at] == (byte)' ' && delimiter != (byte)' ')
                    at++;
                if (at == end && !AtEnd)
                    return false;
                if (at < end && buffer[at] != delimiter && buffer[at] is not ((byte)'\n' or (byte)'\r'))
                    throw new SourceUnreadableException(Path,
                        $"line {NextLine + lines}, field {FieldCount + 1}: text follows a closing quote",
                        "Double the quotes inside the field, or remove them");
            }
            else
            {
                int length = buffer[at..].IndexOfAny(delimiter, (byte)'\n', (byte)'\r');
                if (length < 0 && !AtEnd)
                    return false;
                at = length < 0 ? end : at + length;
                fieldEnd = at;
                while (fieldEnd > fieldStart && buffer[fieldEnd - 1] is (byte)' ' or (byte)'\t')
                    fieldEnd--;
            }

            bool isBlankTail = delimiter == (byte)' ' && kind is FieldForm.Plain && fieldEnd == fieldStart && FieldCount > 0;
            if (!isBlankTail)
                AddField(fieldStart, fieldEnd, kind);
            if (at == end)
            {
                after = at;
                return true;
            }
            if (buffer[at] == delimiter)
            {
                at++;
                continue;
            }
            if (buffer[at] == (byte)'\r')
            {
                if (at + 1 == end && !AtEnd)
                    return false;
                if (at + 1 < end && buffer[at + 1] == (byte)'\n')
                    at++;
            }
            lines++;
            after = at + 1;
            return true;
        }
    }

    // The first line of a header is one of a catalogue, of a table, or, if the file has no such lines, of a column.
    private static ReadOnlySpan<byte> HeadOfTable(ReadOnlySpan<byte> line) => line.StartsWith("#Table"u8) ? "#Table"u8
        : line.StartsWith("#RESOURCE="u8) ? "#RESOURCE="u8 : line.StartsWith("#Column\t"u8) ? "#Column\t"u8 : default;

    private bool TryFindClosingQuote(int start, ref long lines, out int end, out FieldForm kind)
    {
        ReadOnlySpan<byte> buffer = Bytes;
        kind = FieldForm.Quoted;
        for (end = start; ;)
        {
            int step = buffer[end..].IndexOf(Quote);
            if (step < 0)
            {
                if (AtEnd)
                    throw new SourceUnreadableException(Path,
                        $"line {NextLine}, field {FieldCount + 1}: a quote is not closed", "Close it, or remove it");
                return false;
            }
            lines += buffer.Slice(end, step).Count((byte)'\n');
            end += step;
            if (end + 1 == buffer.Length && !AtEnd)
                return false;
            if (end + 1 >= buffer.Length || buffer[end + 1] != Quote)
                return true;
            kind = FieldForm.QuotedWithEscapes;
            end += 2;
        }
    }
}
