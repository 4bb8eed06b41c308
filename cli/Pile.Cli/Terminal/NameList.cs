using System.Text.RegularExpressions;

namespace Pile.Cli.Terminal;

/// <summary>Parses comma-separated names on the command line: columns or bands.</summary>
internal static partial class NameList
{
    /// <summary>Splits a list into names.</summary>
    /// <remarks>A name with a comma is in double quotes, as in SQL, also after a side: <c>a."mag, total"</c>.</remarks>
    /// <param name="list">The list.</param>
    /// <param name="option">The option, for the message.</param>
    /// <exception cref="UsageException">A quote is not closed.</exception>
    internal static string[] Split(string list, string option)
    {
        if (!list.Contains('"', StringComparison.Ordinal))
            return list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        List<string> names = [];
        foreach (Match name in ListedName().Matches(list))
        {
            if (name.Groups["bare"].ValueSpan.StartsWith('"'))
                throw new UsageException($"{option} {list}: a double quote is not closed, or is not followed by a comma.");
            names.Add(name.Groups["side"].Value + (name.Groups["quoted"] is { Success: true } quoted
                ? quoted.Value.Replace("\"\"", "\"", StringComparison.Ordinal) : name.Groups["bare"].Value.Trim()));
        }
        return [.. names.Where(n => n.Length > 0)];
    }

    [GeneratedRegex("""\G\s*(?:(?<side>[ab]\.)?"(?<quoted>(?:[^"]|"")+)"\s*|(?<bare>[^,]*))(?:,|$)""", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex ListedName();
}
