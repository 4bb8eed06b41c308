using System.Text.RegularExpressions;

namespace Pile.Fits;

/// <summary>What detectors count, as headers write it: <c>ELECTRONS/S</c>, <c>e-/s</c>, <c>counts/sec</c>, <c>DN</c>. wcslib knows none of
/// these spellings, and electrons and DN not at all.</summary>
internal static partial class DetectorUnits
{
    private static readonly string[] UnknownToWcslib = ["electron", "DN"];

    /// <summary>A count or a rate of counts in one spelling; anything else as it is. An S in a rate is seconds, whatever its
    /// case.</summary>
    internal static string Spell(string unit)
    {
        if (CountOrRate().Match(unit) is not { Success: true } match)
            return unit;
        string word = match.Groups["electron"].Success ? "electron"
            : match.Groups["count"].Success ? "count" : match.Groups["photon"].Success ? "photon" : "DN";
        return match.Groups["rate"].Success ? $"{word}/s" : word;
    }

    /// <summary>Where both units have one of the words that wcslib does not know, puts one that it knows in its place: it counts alike, and
    /// both must have it.</summary>
    internal static (string From, string To) Known(string from, string to)
    {
        foreach (string word in UnknownToWcslib)
            if (Has(from, word) && Has(to, word) && !Photon().IsMatch(from) && !Photon().IsMatch(to))
                return (Replace(from, word), Replace(to, word));
        return (from, to);
    }

    private static bool Has(string unit, string word) => Word().Matches(unit).Any(m => m.Value == word);

    private static string Replace(string unit, string word) => Word().Replace(unit, m => m.Value == word ? "photon" : m.Value);

    [GeneratedRegex(@"^(?:(?<electron>electrons?|e-)|(?<count>counts?|cts?)|(?<photon>photons?)|DN)(?<rate>\s*/\s*(?:s|sec|second))?$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CountOrRate();

    [GeneratedRegex("[A-Za-z]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();

    [GeneratedRegex(@"\b(?:photon|ph)\b", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Photon();
}
