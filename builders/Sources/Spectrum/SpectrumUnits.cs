using System.Text.RegularExpressions;
using Pile.Fits;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>Units that a file writes with words around them.</summary>
internal static partial class SpectrumUnits
{
    /// <summary>Returns the unit of a flux: that in the brackets of <c>Flux (10^-17 erg/s/cm^2/Ang)</c>, which SDSS writes.</summary>
    internal static string? OfFlux(string? text) => text is not null && Flux().Match(text) is { Success: true } match
        ? match.Groups["unit"].Value.Trim() : text;

    /// <summary>Returns the unit of wavelengths, their medium if the text names it, and whether the values are logarithms (base 10, as in
    /// the FITS Standard 4.0, section 4.3.1): <c>Angstrom (Vacuum)</c>, <c>Wavelength (Angstroms)</c>, <c>log(Angstrom)</c>.</summary>
    internal static (string? Unit, SpectralMedium Medium, bool IsLog10) OfWavelength(string? text)
    {
        if (text is null || Wavelength().Match(text) is not { Success: true } match)
            return (text, SpectralMedium.Undeclared, false);
        return (match.Groups["unit"].Value, match.Groups["medium"].Value.ToLowerInvariant() switch
        {
            "vacuum" => SpectralMedium.Vacuum,
            "air" => SpectralMedium.Air,
            _ => SpectralMedium.Undeclared,
        }, match.Groups["log"].Success);
    }

    [GeneratedRegex(@"^\s*Flux\s*\((?<unit>.+)\)\s*$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Flux();

    [GeneratedRegex(@"^\s*((wave|wavelength|(?<log>log|log10))\s*\((?<unit>[^()]+)\)|(?<unit>[^()\s]+)(\s*\((?<medium>vacuum|air)\))?)\s*$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Wavelength();
}
