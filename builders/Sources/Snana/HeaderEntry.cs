using System.Globalization;
using System.Text.RegularExpressions;

namespace Pile.Builders.Sources.Snana;

/// <summary>A value in the header of a text file.</summary>
/// <param name="Name">The key; for the error in <c>KEY: value +- error</c>, the key followed by <c>_ERR</c>.</param>
/// <param name="Text">The value as written.</param>
/// <param name="Number">The value if it is one number, without the remark that may follow it; otherwise null.</param>
/// <param name="Line">The line of the file, from 1.</param>
internal sealed partial record HeaderEntry(string Name, string Text, string? Number, int Line)
{
    // A name of HDF5 may not contain '/'.
    [GeneratedRegex(@"(?<=^|\s)(?<name>[A-Za-z_][A-Za-z0-9_.()\[\]+-]*):(?=\s|$)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Key();

    /// <summary>Returns the entries of a line; none if the line does not begin with a key.</summary>
    /// <param name="text">The line without comment and outer blanks.</param>
    /// <param name="line">The number of the line, from 1.</param>
    /// <param name="invalid">Creates the error of a key whose value is invalid.</param>
    internal static IEnumerable<HeaderEntry> Parse(string text, int line, Func<string, string, Exception> invalid)
    {
        MatchCollection keys = Key().Matches(text);
        if (keys.Count == 0 || keys[0].Index != 0)
            yield break;
        for (int i = 0; i < keys.Count; i++)
        {
            int start = keys[i].Index + keys[i].Length, end = i + 1 < keys.Count ? keys[i + 1].Index : text.Length;
            string name = keys[i].Groups["name"].Value, value = text[start..end].Trim();
            string[] words = value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words is not [var first, .. var rest] || !IsNumber(first))
            {
                yield return new(name, value, null, line);
                continue;
            }
            string? error = ErrorOf(ref rest);
            if (error is not null && !IsNumber(error))
                throw invalid(name, $"'{value}' has no number after '+-'");
            yield return new(name, value, Array.Exists(rest, IsNumber) ? null : first, line);
            if (error is not null)
                yield return new($"{name}_ERR", error, error, line);
        }
    }

    /// <summary>Parses a number.</summary>
    internal static bool TryNumber(string text, out double number)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number))
            return true;
        // What C and Python write, and .NET does not read.
        number = text.ToUpperInvariant() switch
        {
            "INF" or "+INF" => double.PositiveInfinity,
            "-INF" => double.NegativeInfinity,
            _ => double.NaN,
        };
        return !double.IsNaN(number);
    }

    private static bool IsNumber(string text) => TryNumber(text, out _);

    /// <summary>Removes an error from the words after a value, and returns it; empty if it is missing, null without <c>+-</c>.</summary>
    private static string? ErrorOf(ref string[] words)
    {
        if (words is not [var sign, ..] || !(sign.StartsWith("+-", StringComparison.Ordinal) || sign is "+_" or "±"))
            return null;
        string error = sign.Length > 2 ? sign[2..] : words.Length > 1 ? words[1] : "";
        words = words[(sign.Length > 2 ? 1 : Math.Min(2, words.Length))..];
        return error;
    }
}
