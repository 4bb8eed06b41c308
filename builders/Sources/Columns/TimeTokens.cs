using System.Globalization;
using System.Text.RegularExpressions;

namespace Pile.Builders.Sources;

/// <summary>Divides the name or the unit of a column of times into words and numbers.</summary>
internal static partial class TimeTokens
{
    private const int SmallNumber = 1_000; // below, numbers without a sign are those of bands, apertures or columns

    /// <summary>A word of letters, or a number.</summary>
    /// <param name="Word">The word in lower case; empty for a number.</param>
    /// <param name="Number">The number without its sign; NaN if it is unclear where it ends.</param>
    /// <param name="Sign"><c>-</c> or <c>+</c>; null without a sign.</param>
    internal readonly record struct Token(string Word, double Number, char? Sign)
    {
        /// <summary>True for a number that may be an offset.</summary>
        internal bool IsOffset => Word.Length == 0 && (Sign is not null || !(Number < SmallNumber));
    }

    /// <summary>Returns the words and numbers of a text in their order.</summary>
    /// <remarks>A minus sign is that of the number after it; other hyphens connect words. A plus sign may also follow its number, as in
    /// <c>2450000+HJD</c>.</remarks>
    internal static List<Token> Of(string text)
    {
        List<Token> tokens = [];
        foreach (Match match in Part().Matches(Dash().Replace(text, "-")))
            if (match.Groups["letters"].Success)
                tokens.AddRange(WordsOf(match.Value).Select(word => new Token(word, double.NaN, null)));
            else
                tokens.Add(NumberOf(match));
        return tokens;
    }

    // Programs join words (obsjd) or divide them by case (obsJD); only the second can be divided.
    private static string[] WordsOf(string letters)
    {
        string[] parts = [.. CamelCase().Split(letters).Select(part => part.ToLowerInvariant())];
        return parts.Any(part => JulianWord.IsKnown(part) || part is "julian" or "modified") ? parts : [letters.ToLowerInvariant()];
    }

    private static Token NumberOf(Match match)
    {
        (Group before, Group after) = (match.Groups["before"], match.Groups["after"]);
        double number = double.Parse(Blank().Replace(match.Groups["number"].Value, ""), NumberStyles.Float, CultureInfo.InvariantCulture);
        char? sign = before.Success ? before.Value[0] : after.Success ? '+' : null;
        bool isUnclear = (before.Success && after.Success) || match.Groups["rest"].Length > 0
            || (match.Groups["glued"].Success && (sign is not null || number >= SmallNumber));
        return new("", isUnclear ? double.NaN : number, sign);
    }

    [GeneratedRegex("[\u2010-\u2015\u2212]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Dash();

    // A number: digits, also in groups (2 450 000), a fraction, an exponent. Another fraction, digits or operator after it, or letters
    // other than those of a unit or a time scale, make it unclear.
    [GeneratedRegex(@"(?<letters>\p{L}+)"
        + @"|((?<before>[+-])[\s([]*)?"
        + @"(?<number>(\d{1,3}([ ,\u00A0\u2009\u202F]\d{3})+(?!\d)|\d+)(\.\d*)?([eE][+-]?\d+)?)"
        + @"(?<rest>[.,'][.\d]+|\s*[*^/\u00D7]+\s*\d[\d*^]*|\s+\d[\d.]*)?"
        + @"(?<glued>(?=\p{L})(?!(d|days?|utc|tai|tdb|tt|[bhm]?jd)(\P{L}|$)))?"
        + @"([)\]\s]*(?<after>\+))?",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Part();

    [GeneratedRegex(@"[ ,\u00A0\u2009\u202F]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Blank();

    [GeneratedRegex(@"(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex CamelCase();
}
