using System.Globalization;
using System.Text.RegularExpressions;
using Pile.Fits;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>Suggests a unit in which float32 can represent values.</summary>
internal static partial class FittingUnit
{
    [GeneratedRegex(@"^(10(?![0-9])(\*\*|\^)?[({]?(?<power>[+-]?[0-9]{1,3})[)}]?|1(\.0*)?[eEdD](?<power>[+-]?[0-9]{1,3}))(?![0-9])[ *.]*"
        + "(?<rest>.*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex PowerOfTen();

    /// <summary>Says what to do about values that float32 cannot represent.</summary>
    /// <param name="unit">The unit of the values; null or empty for none.</param>
    /// <param name="values">The values of the quantity, all positive, or their absolute values; not empty.</param>
    /// <param name="flux">The flux of the spectrum in the unit.</param>
    /// <param name="ivar">Its inverse variances; NaN for unknown ones; null without noise.</param>
    internal static string Remedy(string? unit, double[] values, double[] flux, double[]? ivar)
    {
        Array.Sort(values);
        // A typical value is then from 1 to 10.
        int power = (int)Math.Floor(Math.Log10(values[values.Length / 2]));
        string range = string.Create(CultureInfo.InvariantCulture, $"The values are from {values[0]:G3} to {values[^1]:G3}; ");
        return power == 0 || !Fits(flux, ivar, power)
            ? $"{range}correct those that differ from the others in the file, set them to NaN, which marks bad pixels, or leave out this "
                + "file"
            : string.IsNullOrWhiteSpace(unit) ? $"{range}multiply flux and noise by 10**{-power} in the file"
            : $"{range}set 'unit' in the recipe's source to {Of(unit.Trim(), power) ?? $"one that is 10**{power} of '{unit.Trim()}'"}";
    }

    // The reader accepts the same values: an infinite flux, and inverse variances that become 0 if they are not more than half.
    private static bool Fits(double[] flux, double[]? ivar, int power)
    {
        double scale = Math.Pow(10, power);
        int known = 0, lost = 0;
        for (int i = 0; i < flux.Length; i++)
        {
            if (double.IsInfinity(flux[i]))
                continue;
            if (float.IsInfinity((float)(flux[i] / scale)))
                return false;
            if (ivar is null || double.IsNaN(ivar[i]))
                continue;
            float stored = (float)(ivar[i] * scale * scale);
            if (!float.IsFinite(stored))
                return false;
            if (double.IsNaN(flux[i]))
                continue;
            known++;
            lost += stored == 0 ? 1 : 0;
        }
        return lost <= known - lost;
    }

    private static string? Of(string unit, int power)
    {
        Match match = PowerOfTen().Match(unit);
        if (!match.Success && unit[0] is (>= '0' and <= '9') or '(')
            return null; // has another factor, beside which a second one would be hard to read
        int of = power + (match.Success ? int.Parse(match.Groups["power"].ValueSpan, CultureInfo.InvariantCulture) : 0);
        string suggested = $"{(of == 0 ? "" : $"10**{of} ")}{(match.Success ? match.Groups["rest"].Value : unit)}";
        return UnitFactors.TryConvert(suggested, unit, 1, out double factor) && Math.Abs((factor / Math.Pow(10, power)) - 1) < 1e-6
            ? $"'{suggested}'" : null;
    }
}
