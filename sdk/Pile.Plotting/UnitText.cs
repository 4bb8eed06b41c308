using System.Text.RegularExpressions;

namespace Pile.Plotting;

/// <summary>Formats units of columns for axes.</summary>
internal static partial class UnitText
{
    [GeneratedRegex(@"(?<base>[A-Za-zÅ\)]|\b10)(\*\*|\^)?\(?(?<power>[+-]?\d+)\)?", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Power();

    [GeneratedRegex(@"\b1e(?<power>[+-]?\d+)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Exponent();

    /// <summary>Returns a FITS or VO unit with superscripts: "10⁻¹⁷ erg s⁻¹ cm⁻² Å⁻¹" for "1e-17 erg/s/cm2/Angstrom".</summary>
    internal static string Of(string? unit)
    {
        if (string.IsNullOrWhiteSpace(unit))
            return "";
        string text = Exponent().Replace(unit, m => "10" + Superscript(m.Groups["power"].Value));
        text = text.Replace("Angstroms", "Å", StringComparison.OrdinalIgnoreCase)
            .Replace("Angstrom", "Å", StringComparison.OrdinalIgnoreCase)
            .Replace("Ang", "Å", StringComparison.Ordinal);
        text = Power().Replace(text, m => m.Groups["base"].Value + Superscript(m.Groups["power"].Value));
        return text.Replace("10⁺", "10", StringComparison.Ordinal);
    }

    private static string Superscript(string power) =>
        string.Concat(power.Select(c => c switch { '-' => '⁻', '+' => '⁺', _ => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0'] }));
}
