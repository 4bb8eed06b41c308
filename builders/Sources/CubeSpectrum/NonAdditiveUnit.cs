using System.Text.RegularExpressions;

namespace Pile.Builders.Sources.CubeSpectrum;

/// <summary>Detects units of values that do not add up over spaxels.</summary>
internal static partial class NonAdditiveUnit
{
    /// <summary>Returns the reason why values of a unit cannot be summed, for messages; null if the unit is not one of these.</summary>
    internal static string? Reason(string unit) =>
        HasFactor(Temperature(), unit) ? $"'{unit}' is a brightness temperature, which does not add up over spaxels"
        : HasFactor(Logarithm(), unit) ? $"'{unit}' is a magnitude or another logarithm, which does not add up over spaxels"
        // Standards for Astronomical Catalogues, section 3.2.3
        : unit is ['[', ..] ? $"'{unit}' is a logarithm, which does not add up over spaxels: brackets mean log10" : null;

    // A gain in Jy/K is not a temperature, and fluxes per dex add up.
    private static bool HasFactor(Regex word, string unit) => word.Matches(unit).Any(m => !FluxUnit.IsInverse(unit, m));

    // FITS has only K and its prefixes. Telescopes also write the name of the unit, or that of the temperature: main beam (MB), antenna
    // (A), brightness (B), radiation (R).
    [GeneratedRegex(@"(?<![A-Za-z_])((deg(rees?)?[\s_]*|[mu\u00b5\u03bcMG])?K|(deg(rees?)?[\s_]*|milli|micro|[mu\u00b5\u03bc])?kelvins?|"
        + @"T_?(MB|A|B|R))(?![A-Za-z])" + FluxUnit.Power,
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Temperature();

    [GeneratedRegex(@"(?<![A-Za-z_])(((AB|ST|Vega)[_\s]*)?[munk\u00b5\u03bc]?mag(s|nitudes?)?(?![A-Za-z])|dex(?![A-Za-z])|dB[A-Za-z]*|"
        + "decibels?(?![A-Za-z])|(ln|lg)(?![A-Za-z])|(?-i:(log|LOG|Log)(?![a-z])))" + FluxUnit.Power,
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Logarithm();
}
