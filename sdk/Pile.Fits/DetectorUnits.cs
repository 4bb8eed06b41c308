using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Pile.Fits;

/// <summary>The units of detector counts in headers: <c>ELECTRONS/S</c>, <c>e-/s</c>, <c>counts/sec</c>, <c>DN</c>. wcslib supports none of
/// these spellings, and neither electrons nor DN; it takes counts, photons and ADU as one quantity.</summary>
internal static partial class DetectorUnits
{
    // Base units of wcslib that no unit of a detector has. Photons stay as they are.
    private static readonly FrozenDictionary<string, string> StandIns = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["count"] = "mol",
        ["ct"] = "mol",
        ["adu"] = "cd",
        ["electron"] = "bit",
        ["DN"] = "voxel",
    }.ToFrozenDictionary(StringComparer.Ordinal);

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

    /// <summary>Replaces the counts of a unit by base units of wcslib, one for each kind of them: a gain or an efficiency is between
    /// two kinds, so that they cannot be converted. The factor between two units of the same kind does not change.</summary>
    internal static string Substitute(string unit) => Word().Replace(unit, m => StandIns.GetValueOrDefault(m.Value, m.Value));

    [GeneratedRegex(@"^(?:(?<electron>electrons?|e-)|(?<count>counts?|cts?)|(?<photon>photons?)|DN)(?<rate>\s*/\s*(?:s|sec|second))?$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex CountOrRate();

    [GeneratedRegex("[A-Za-z]+", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Word();
}
