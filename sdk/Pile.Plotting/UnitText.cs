using System.Text;
using System.Text.RegularExpressions;

namespace Pile.Plotting;

/// <summary>Formats units of columns for axes.</summary>
internal static partial class UnitText
{
    [GeneratedRegex(@"(?<base>[A-Za-zÅ\)]|\b10)(\*\*|\^)?\(?(?<power>[+-]?[0-9]+)\)?", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Power();

    [GeneratedRegex(@"\b1e(?<power>[+-]?[0-9]+)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Exponent();

    /// <summary>Returns a FITS or VO unit with superscripts: "10⁻¹⁷ erg s⁻¹ cm⁻² Å⁻¹" for "1e-17 erg/s/cm2/Angstrom".</summary>
    internal static string Of(string? unit)
    {
        if (string.IsNullOrWhiteSpace(unit))
            return "";
        string text = Replaced(Exponent(), unit, match => "10" + Superscript(match[2..]));
        text = text.Replace("Angstroms", "Å", StringComparison.OrdinalIgnoreCase)
            .Replace("Angstrom", "Å", StringComparison.OrdinalIgnoreCase)
            .Replace("Ang", "Å", StringComparison.Ordinal);
        text = Replaced(Power(), text, match => (match[0] == '1' ? "10" : match[..1])
            + Superscript(string.Concat(match.Skip(match[0] == '1' ? 2 : 1).Where(c => char.IsAsciiDigit(c) || c is '+' or '-'))));
        return text.Replace("10⁺", "10", StringComparison.Ordinal);
    }

    // Regex.Replace would compile a dozen generic methods when the program starts, which takes milliseconds.
    private static string Replaced(Regex regex, string text, Func<string, string> replacement)
    {
        StringBuilder replaced = new();
        int end = 0;
        foreach (ValueMatch match in regex.EnumerateMatches(text))
        {
            replaced.Append(text, end, match.Index - end).Append(replacement(text.Substring(match.Index, match.Length)));
            end = match.Index + match.Length;
        }
        return replaced.Append(text, end, text.Length - end).ToString();
    }

    private static string Superscript(string power) =>
        string.Concat(power.Select(c => c switch { '-' => '⁻', '+' => '⁺', _ => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0'] }));
}
