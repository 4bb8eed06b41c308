using System.Globalization;
using System.Text.RegularExpressions;

namespace Pile.Builders.Sources;

/// <summary>Derives the unit of an inverse variance.</summary>
internal static partial class InverseSquareUnit
{
    /// <summary>One factor of a unit: a power of ten or a name, and its power.</summary>
    [GeneratedRegex(@"\G(?<sign>[\s.*/]*?/)?[\s.*]*(?:(?<ten>10)(?:\*\*|\^)?\(?(?<tens>[+-]?\d+)\)?|1[eE](?<tens>[+-]?\d+)|"
        + @"(?<name>[A-Za-z]+)(?:(?:\*\*|\^)?\(?(?<power>[+-]?\d+)\)?)?)(?=$|[\s.*/])",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Factor();

    /// <summary>Returns the unit of 1/σ² for the unit of σ, for example <c>10**40 Angstrom2 cm4 erg-2 s2</c> for <c>10**-20
    /// Angstrom-1 cm-2 erg s-1</c>.</summary>
    /// <remarks>Every factor has its own power, because readers of FITS units (FITS 4.0 §4.3.1) do not support the power of a product that
    /// contains a number. Numbers without a unit have none. A unit that is not recognized becomes <c>(unit)**-2</c>, which is readable for
    /// people.</remarks>
    internal static string Of(string unit)
    {
        string text = unit.Trim();
        List<string> factors = [];
        int end = 0;
        while (end < text.Length && Factor().Match(text, end) is { Success: true, Length: > 0 } match)
        {
            end = match.Index + match.Length;
            bool isName = match.Groups["name"].Success;
            string digits = match.Groups[isName ? "power" : "tens"].Value;
            int power = (digits.Length == 0 ? 1 : int.Parse(digits, CultureInfo.InvariantCulture))
                * (match.Groups["sign"].Success ? 2 : -2);
            factors.Add(string.Create(CultureInfo.InvariantCulture, $"{(isName ? match.Groups["name"].Value : "10**")}{power}"));
        }
        return text.Length == 0 ? "" : end == text.Length && factors.Count > 0 ? string.Join(' ', factors) : $"({text})**-2";
    }
}
