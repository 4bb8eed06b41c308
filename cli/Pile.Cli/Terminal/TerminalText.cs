using System.Buffers;
using System.Globalization;
using System.Text;

namespace Pile.Cli.Terminal;

/// <summary>Writes text to stdout and stderr so that no value can move the cursor, change colours or reverse the order of
/// characters.</summary>
/// <remarks>Names, values and messages of servers may contain any characters. JSON and files keep them unchanged. Here control,
/// bidirectional and invisible characters are written as escapes: <c>\t</c>, <c>\u001b</c>, <c>\u202e</c>.</remarks>
internal static class TerminalText
{
    // Unicode: C0, DEL and C1; line and paragraph separators; format characters, except the joiners of scripts and emoji.
    private static readonly SearchValues<char> Hidden = SearchValues.Create([
        .. Range('\u0000', '\u001f'), .. Range('\u007f', '\u009f'), '\u061c', '\u180e', '\u200b', '\u200e', '\u200f',
        .. Range('\u2028', '\u202e'), .. Range('\u2060', '\u2064'), .. Range('\u2066', '\u206f'), '\ufeff', .. Range('\ufff9', '\ufffb')]);

    /// <summary>Standard output; line feeds are kept.</summary>
    internal static TextWriter Output => CommandStreams.Current.Output;

    /// <summary>Standard error; line feeds are kept.</summary>
    internal static TextWriter Error => CommandStreams.Current.Error;

    /// <summary>Escapes a value, including line feeds.</summary>
    internal static string Escape(string text) => Escape(text, keepLineFeeds: false);

    /// <summary>Indents all lines of a text except the first, so that a line feed in a value does not start a new message.</summary>
    internal static string Indent(string text, int width = 2) => text.ReplaceLineEndings("\n" + new string(' ', width));

    /// <summary>Escapes a text, with or without its line feeds.</summary>
    internal static string Escape(string text, bool keepLineFeeds)
    {
        int next = text.AsSpan().IndexOfAny(Hidden);
        if (next < 0)
            return text;
        StringBuilder escaped = new(text.Length + 16);
        ReadOnlySpan<char> rest = text;
        for (; next >= 0; next = rest.IndexOfAny(Hidden))
        {
            escaped.Append(rest[..next]).Append(rest[next] switch
            {
                '\n' => keepLineFeeds ? "\n" : "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                char c => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
            });
            rest = rest[(next + 1)..];
        }
        return escaped.Append(rest).ToString();
    }

    private static IEnumerable<char> Range(char first, char last) => Enumerable.Range(first, last - first + 1).Select(c => (char)c);
}
