using System.Text.RegularExpressions;
using Pile.Format;

namespace Pile.Builders.Sources;

/// <summary>The words for Julian dates and for days since a known zero point: <c>BJD</c>, <c>MJD</c>, <c>BTJD</c>.</summary>
internal static partial class JulianWord
{
    private static readonly Dictionary<string, double> ZerosMjd = new(StringComparer.OrdinalIgnoreCase)
    {
        ["mjd"] = 0,
        ["jd"] = -TimeWords.JdOfMjdZero,
        ["rjd"] = 2_400_000 - TimeWords.JdOfMjdZero, // reduced Julian date
        ["tjd"] = 2_440_000.5 - TimeWords.JdOfMjdZero, // truncated Julian date of NASA
        ["btjd"] = 2_457_000 - TimeWords.JdOfMjdZero, // TESS
        ["bkjd"] = 2_454_833 - TimeWords.JdOfMjdZero, // Kepler
    };

    /// <summary>Returns the MJD of time 0 of a word that has one meaning: <c>mjd</c>, <c>jd</c>, <c>rjd</c>, <c>tjd</c>, <c>btjd</c>,
    /// <c>bkjd</c>.</summary>
    internal static bool TryZero(string word, out double zeroMjd) => ZerosMjd.TryGetValue(word, out zeroMjd);

    /// <summary>Returns whether a word in lower case is one for Julian dates, without other letters.</summary>
    internal static bool IsKnown(string word) => Find(word) is not null && Beginning().Match(word).Length == word.Length;

    /// <summary>Returns the word of <see cref="TryZero"/> that a word in lower case has the meaning of, also with letters before or after
    /// it (<c>obsjd</c>, <c>bjdtdb</c>); null for other words.</summary>
    internal static string? Find(string word)
    {
        Match match = Beginning().Match(word);
        if (!match.Success)
            match = Inside().Match(word);
        return !match.Success ? null
            : match.Value is ['b' or 'h' or 'g', .. var rest] && rest is "jd" or "mjd" ? match.Value[1..] : match.Value;
    }

    [GeneratedRegex("^(b[tk]jd|[bhg]?mjd|[bhgrt]?jd)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Beginning();

    // Before rjd and tjd may be the end of another word: startjd.
    [GeneratedRegex("(b[tk]jd|mjd|jd)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Inside();
}
