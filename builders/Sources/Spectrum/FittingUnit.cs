using System.Globalization;
using System.Text.RegularExpressions;
using Pile.Fits;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>Suggests a unit in which float32 can represent values.</summary>
internal static partial class FittingUnit
{
    [GeneratedRegex(@"^10(\*\*|\^)?\(?(?<power>[+-]?[0-9]+)\)?[ *.]*(?<rest>.*)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex PowerOfTen();

    /// <summary>Says what to do about values that float32 cannot represent.</summary>
    /// <param name="unit">The unit of the values; null or empty for none.</param>
    /// <param name="values">The values of the quantity, all positive, or their absolute values; not empty.</param>
    internal static string Remedy(string? unit, double[] values)
    {
        Array.Sort(values);
        // A typical value is then from 1 to 10.
        int power = (int)Math.Floor(Math.Log10(values[values.Length / 2]));
        string range = string.Create(CultureInfo.InvariantCulture, $"The values are from {values[0]:G3} to {values[^1]:G3}; ");
        return power == 0 ? $"{range}correct those that differ from the others in the file, or leave out this file"
            : string.IsNullOrWhiteSpace(unit) ? $"{range}multiply flux and noise by 10**{-power} in the file"
            : $"{range}set 'unit' in the recipe's source to {Of(unit.Trim(), power) ?? $"one that is 10**{power} of '{unit.Trim()}'"}";
    }

    private static string? Of(string unit, int power)
    {
        Match match = PowerOfTen().Match(unit);
        int of = power + (match.Success ? int.Parse(match.Groups["power"].ValueSpan, CultureInfo.InvariantCulture) : 0);
        string suggested = $"{(of == 0 ? "" : $"10**{of} ")}{(match.Success ? match.Groups["rest"].Value : unit)}";
        return UnitFactors.TryConvert(suggested, unit, 1, out double factor) && Math.Abs((factor / Math.Pow(10, power)) - 1) < 1e-6
            ? $"'{suggested}'" : null;
    }
}
