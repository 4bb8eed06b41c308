using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Pile.CrossMatch;

/// <summary>Parses <see cref="CrossMatchOptions.ErrorsA"/>: a word and its columns, <c>ellipse95:MAJ,MIN,PA</c>.</summary>
internal static partial class ErrorText
{
    private static readonly (string Word, ErrorKind Kind, int Percent, int Least, int Most)[] Words =
    [
        ("ellipse", ErrorKind.Ellipse, 0, 3, 3), ("ellipse68", ErrorKind.Ellipse, 68, 3, 3), ("ellipse90", ErrorKind.Ellipse, 90, 3, 3),
        ("ellipse95", ErrorKind.Ellipse, 95, 3, 3), ("covariance", ErrorKind.Covariance, 0, 2, 3),
        ("ivar", ErrorKind.InverseVariance, 0, 2, 2),
    ];

    /// <summary>Parses a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="side">The side, whose columns are named.</param>
    /// <param name="option">The option property, for messages.</param>
    /// <exception cref="ArgumentException">The word is unknown, or a column is missing.</exception>
    internal static ErrorSource Parse(string text, MatchSide side, string option)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string word = colon < 0 ? text : text[..colon].Trim();
        if (colon < 0 || Array.FindIndex(Words, w => w.Word.Equals(word, StringComparison.OrdinalIgnoreCase)) is not (>= 0 and var at))
            throw new ArgumentException($"{option} '{text}': expected ellipse:MAJOR,MINOR,ANGLE, ellipse68:, ellipse90: or ellipse95: with "
                + "the same columns, covariance:RA_ERROR,DEC_ERROR[,CORRELATION], or ivar:RA_IVAR,DEC_IVAR.");
        (_, ErrorKind kind, int percent, int least, int most) = Words[at];
        ImmutableArray<string> names = [.. Name().Matches(text[(colon + 1)..])
            .Select(m => m.Groups["quoted"] is { Success: true } quoted ? quoted.Value.Replace("\"\"", "\"", StringComparison.Ordinal)
                : m.Groups["bare"].Value.Trim())];
        if (names.Length < least || names.Length > most)
            throw new ArgumentException($"{option} '{text}': {word} requires {(least == most ? $"{least}" : $"{least} or {most}")} "
                + $"columns; there are {names.Length}.");
        return new ErrorSource(kind, [.. names.Select(name => side.Require(name).Name)]) { Percent = percent };
    }

    [GeneratedRegex("""\G\s*(?:"(?<quoted>(?:[^"]|"")+)"\s*|(?<bare>[^,]+))(?:,|$)""", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Name();
}
