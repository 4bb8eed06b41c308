using System.Globalization;
using System.Text;

namespace Pile.Writing.Spill;

/// <summary>The rows of one unit's source that were skipped, as lines of a CSV file.</summary>
internal sealed class SkippedRows(SpillFile lines)
{
    /// <summary>The first line of a dataset's list.</summary>
    internal const string Header = "file,row,reason";

    internal long Count { get; private set; }

    internal void Add(string file, long? row, string reason)
    {
        lines.Append(Encoding.UTF8.GetBytes(Line(file, row, reason) + '\n'));
        Count++;
    }

    /// <summary>Returns one line of the list. Rows are counted from 0; null for a file or an object that is skipped as a whole.</summary>
    internal static string Line(string file, long? row,
        string reason) => $"{Quoted(file)},{row?.ToString(CultureInfo.InvariantCulture)},{Quoted(reason)}";

    /// <summary>Reads the lines of a dataset's list: the inverse of <see cref="Line"/>.</summary>
    internal static IEnumerable<(string File, long? Row, string Reason)> Parse(string list)
    {
        int at = list.StartsWith(Header, StringComparison.Ordinal) ? Header.Length + 1 : 0;
        while (at < list.Length)
            yield return (Field(list, ref at), long.TryParse(Field(list, ref at), NumberStyles.None, CultureInfo.InvariantCulture,
                out long row) ? row : null, Field(list, ref at));
    }

    private static string Field(string list, ref int at)
    {
        StringBuilder field = new();
        bool isQuoted = at < list.Length && list[at] == '"';
        for (at += isQuoted ? 1 : 0; at < list.Length; at++)
            if (isQuoted && list[at] == '"')
                if (at + 1 < list.Length && list[at + 1] == '"')
                    field.Append(list[++at]);
                else
                    isQuoted = false;
            else if (!isQuoted && list[at] is ',' or '\n')
                break;
            else
                field.Append(list[at]);
        at++;
        return field.ToString();
    }

    private static string Quoted(string text) => text.AsSpan().ContainsAny("\",\r\n")
        ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
