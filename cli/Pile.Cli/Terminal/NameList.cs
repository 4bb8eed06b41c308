using System.Text.RegularExpressions;

namespace Pile.Cli.Terminal;

/// <summary>Names as people type them, with commas between them: columns, bands.</summary>
internal static partial class NameList
{
    /// <summary>The names of a list. A name that has a comma itself stands in double quotes, as in SQL, also behind its side: <c>a."mag,
    /// total"</c>.</summary>
    /// <param name="list">The list.</param>
    /// <param name="option">Whose value it is, for the message.</param>
    /// <exception cref="UsageException">A quote is not closed.</exception>
    internal static string[] Split(string list, string option)
    {
        if (!list.Contains('"', StringComparison.Ordinal))
            return list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        List<string> names = [];
        foreach (Match name in ListedName().Matches(list))
        {
            if (name.Groups["bare"].ValueSpan.StartsWith('"'))
                throw new UsageException($"{option} {list}: a double quote is not closed, or something other than a comma stands behind "
                    + "it.");
            names.Add(name.Groups["side"].Value + (name.Groups["quoted"] is { Success: true } quoted
                ? quoted.Value.Replace("\"\"", "\"", StringComparison.Ordinal) : name.Groups["bare"].Value.Trim()));
        }
        return [.. names.Where(n => n.Length > 0)];
    }

    [GeneratedRegex("""\G\s*(?:(?<side>[ab]\.)?"(?<quoted>(?:[^"]|"")+)"\s*|(?<bare>[^,]*))(?:,|$)""", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex ListedName();
}
