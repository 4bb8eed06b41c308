using System.Globalization;

namespace Pile.Drawing;

/// <summary>Round numbers along an axis, multiples of 1, 2 or 5 times a power of ten, with their labels.</summary>
internal sealed class AxisTicks
{
    private const int LargestPlainExponent = 4; // beyond 99,999 and below 0.001, a power of ten moves into the axis label
    private const int SmallestPlainExponent = -3;

    /// <param name="minimum">Low end of the range.</param>
    /// <param name="maximum">High end, above the low one.</param>
    /// <param name="wantedCount">The approximate number of ticks; there are between half and twice as many.</param>
    public AxisTicks(double minimum, double maximum, int wantedCount)
    {
        if (!(maximum > minimum) || !double.IsFinite(maximum - minimum))
            throw new ArgumentException($"Expected a finite range with its ends in order, got {minimum} to {maximum}.");

        Step = RoundUp((maximum - minimum) / wantedCount);
        long first = (long)Math.Ceiling(minimum / Step - 1e-9), last = (long)Math.Floor(maximum / Step + 1e-9);
        Values = new double[last - first + 1];
        for (int i = 0; i < Values.Length; i++)
            Values[i] = (first + i) * Step;

        int exponent = (int)Math.Floor(Math.Log10(Math.Max(Math.Abs(minimum), Math.Abs(maximum))));
        Exponent = exponent is > LargestPlainExponent or < SmallestPlainExponent ? exponent : 0;
        int decimals = Math.Clamp(Exponent - (int)Math.Floor(Math.Log10(Step) + 1e-9), 0, 15);
        double unit = Math.Pow(10, Exponent);
        Labels = [.. Values.Select(v => Label(Math.Round(v / unit, decimals), decimals))];
    }

    /// <summary>The distance between ticks.</summary>
    public double Step { get; }

    /// <summary>The ticks, ascending.</summary>
    public double[] Values { get; }

    /// <summary>The labels of the ticks, in units of 10^<see cref="Exponent"/>.</summary>
    public string[] Labels { get; }

    /// <summary>The power of ten that is left to the axis label; usually 0.</summary>
    public int Exponent { get; }

    /// <summary>Returns the smallest of 1, 2, 5 × 10ⁿ that is not below a positive number.</summary>
    public static double RoundUp(double value)
    {
        double power = PowerBelow(value);
        double lead = value / power;
        return lead <= 1 + 1e-9 ? power : lead <= 2 + 1e-9 ? 2 * power : lead <= 5 + 1e-9 ? 5 * power : 10 * power;
    }

    /// <summary>Returns the largest of 1, 2, 5 × 10ⁿ that is not above a positive number.</summary>
    public static double RoundDown(double value)
    {
        double power = PowerBelow(value);
        double lead = value / power;
        return lead >= 10 - 1e-9 ? 10 * power : lead >= 5 - 1e-9 ? 5 * power : lead >= 2 - 1e-9 ? 2 * power : power;
    }

    /// <summary>Returns an axis label with the power of ten that the ticks leave out: "Flux (10⁻¹⁷ Jy)" for "Flux" and "Jy".</summary>
    public string WithUnit(string name, string unit)
    {
        string power = Exponent == 0 ? "" : "10" + Superscript(Exponent);
        string inside = string.Join(unit.Length > 0 && char.IsAsciiDigit(unit[0]) ? " × " : " ",
            new[] { power, unit }.Where(t => t.Length > 0));
        return inside.Length > 0 ? $"{name} ({inside})" : name;
    }

    private static double PowerBelow(double value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return Math.Pow(10, Math.Floor(Math.Log10(value)));
    }

    private static string Label(double value, int decimals) =>
        (value == 0 ? 0 : value).ToString("F" + decimals, CultureInfo.InvariantCulture).Replace('-', '−');

    private static string Superscript(int exponent) =>
        string.Concat(exponent.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']));
}
