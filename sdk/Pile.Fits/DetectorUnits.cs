using System.Text.RegularExpressions;

namespace Pile.Fits;

/// <summary>The units of detector counts in headers: <c>ELECTRONS/S</c>, <c>e-/s</c>, <c>counts/sec</c>, <c>DN</c>. wcslib supports none of
/// these spellings, and neither electrons nor DN.</summary>
internal static partial class DetectorUnits
{
    private static readonly string[] Unsupported = ["electron", "DN"];

    /// <summary>Normalizes the spelling of a count or a rate of counts; returns
    /// other units unchanged. In a rate, S means seconds in either case.</summary>
    internal static string Normalize(string unit)
    {
        if (CountOrRate().Match(unit) is not { Success: true } match)
            return unit;
        string word = match.Groups["electron"].Success ? "electron"
            : match.Groups["count"].Success ? "count" : match.Groups["photon"].Success ? "photon" : "DN";
        return match.Groups["rate"].Success ? $"{word}/s" : word;
    }

    /// <summary>If both units contain the same word that wcslib does not support, replaces it by one that wcslib supports. The conversion
    /// factor does not change, because both units contain it.</summary>
    internal static (string From, string To) Substitute(string from, string to)
    {
        foreach (string word in Unsupported)
            if (Has(from, word) && Has(to, word) && !Photon().IsMatch(from) && !Photon().IsMatch(to))
                return (Replace(from, word), Replace(to, word));
        return (from, to);
    }

    private static bool Has(string unit, string word) => Word().Matches(unit).Any(m => m.Value == word);

    private static string Replace(string unit, string word) => Word().Replace(unit, m => m.Value == word ? "photon" : m.Value);

    [GeneratedRegex(@"^(?:(?<electron>electrons?|e-)|(?<count>counts?|cts?)|(?<photon>photons?)|DN)(?<rate>\s*/\s*(?:s|sec|second))?$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex CountOrRate();

    [GeneratedRegex("[A-Za-z]+", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Word();

    [GeneratedRegex(@"\b(?:photon|ph)\b", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Photon();
}
