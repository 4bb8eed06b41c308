using System.Globalization;
using System.Text.RegularExpressions;
using Pile.Fits;

namespace Pile.Builders.Sources;

/// <summary>Derives the unit of an inverse variance.</summary>
internal static partial class InverseSquareUnit
{
    /// <summary>One factor of a unit: a power of ten or a name, and its power.</summary>
    [GeneratedRegex(@"\G(?<sign>[\s.*/]*?/)?[\s.*]*(?:(?<ten>10)(?:\*\*|\^)?\(?(?<tens>[+-]?\d+)\)?|1[eE](?<tens>[+-]?\d+)|"
        + @"(?<name>[A-Za-z]+)(?:(?<exponent>\*\*|\^)?\(?(?<power>[+-]?\d+)\)?)?)(?=$|[\s.*/])",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Factor();

    /// <summary>A product in parentheses, such as <c>(s cm2 Angstrom)</c>, and its power. Parentheses after a name are those of a function
    /// or of a power.</summary>
    [GeneratedRegex(@"\G(?<sign>[\s.*/]*?/)?[\s.*]*\((?<product>(?:[^()]|\([+-]?\d+\))*)\)(?:(?:\*\*|\^)?\(?(?<power>[+-]?\d+)\)?)?"
        + @"(?=$|[\s.*/])",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Product();

    /// <summary>Returns the unit of 1/σ² for the unit of σ, for example <c>10**40 Angstrom2 cm4 erg-2 s2</c> for <c>10**-20
    /// Angstrom-1 cm-2 erg s-1</c>.</summary>
    /// <remarks>Every factor has its own power, because readers of FITS units (FITS 4.0 §4.3.1) do not support the power of a product that
    /// contains a number. Numbers without a unit have none. A unit that is not recognized becomes <c>(unit)**-2</c>, which is readable for
    /// people.</remarks>
    internal static string Of(string unit)
    {
        string text = unit.Trim();
        List<string> factors = [];
        return text.Length == 0 ? "" : TryAdd(text, -2, factors) ? string.Join(' ', factors) : $"({text})**-2";
    }

    /// <summary>Adds the factors of a product, raised to a power.</summary>
    private static bool TryAdd(string text, int outerPower, List<string> factors)
    {
        int end = 0, before = factors.Count;
        while (end < text.Length)
        {
            Match product = Product().Match(text, end), match = product.Success ? product : Factor().Match(text, end);
            if (match.Length == 0)
                break;
            end = match.Index + match.Length;
            bool isTen = match.Groups["tens"].Success;
            string digits = match.Groups[isTen ? "tens" : "power"].Value;
            int power = (digits.Length == 0 ? 1 : int.Parse(digits, CultureInfo.InvariantCulture))
                * (match.Groups["sign"].Success ? -outerPower : outerPower);
            if (!product.Success && !isTen && digits.Length > 0 && char.IsAsciiDigit(digits[0]) && !match.Groups["exponent"].Success
                && !FitsUnits.IsKnown(match.Groups["name"].Value))
                return false; // FLAM16 is a name
            if (product.Success && !TryAdd(match.Groups["product"].Value.Trim(), power, factors))
                return false;
            if (!product.Success)
                factors.Add(string.Create(CultureInfo.InvariantCulture, $"{(isTen ? "10**" : match.Groups["name"].Value)}{power}"));
        }
        return end == text.Length && factors.Count > before;
    }
}
