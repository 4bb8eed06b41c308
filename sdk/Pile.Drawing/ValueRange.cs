namespace Pile.Drawing;

/// <summary>The span of an axis.</summary>
/// <param name="Low">The low end.</param>
/// <param name="High">The high end, above the low one.</param>
/// <param name="BeyondCount">The number of finite values outside it.</param>
internal readonly record struct ValueRange(double Low, double High, long BeyondCount)
{
    private const double Tail = 0.01;
    private const double ReachOfTails = 3; // in spans of the central 98 %: transits and flares remain visible, wild values do not rule
    private const double Margin = 0.04;
    private const double Largest = 1e307; // sums and differences of larger numbers may be infinite; they are outside of every axis

    /// <summary>Differences below it are drawn as equal: a tenth of a denormal number may be 0.</summary>
    internal const double SmallestSpan = 1e-290;

    /// <summary>Returns the span of the finite values with a margin, without values far outside the central 98 %.</summary>
    /// <exception cref="ArgumentException">No value is finite.</exception>
    public static ValueRange Of(ReadOnlySpan<double> values)
    {
        double[] sorted = new double[values.Length];
        int n = 0;
        foreach (double value in values)
            if (double.IsFinite(value))
                sorted[n++] = Math.Clamp(value, -Largest, Largest);
        if (n == 0)
            throw new ArgumentException("There is no finite value.", nameof(values));
        sorted.AsSpan(0, n).Sort();
        double tailLow = sorted[(int)(Tail * (n - 1))], tailHigh = sorted[(int)Math.Ceiling((1 - Tail) * (n - 1))];
        double reach = ReachOfTails * (tailHigh - tailLow);
        double low = reach > 0 ? Math.Max(sorted[0], tailLow - reach) : sorted[0],
            high = reach > 0 ? Math.Min(sorted[n - 1], tailHigh + reach) : sorted[n - 1];
        double margin = high - low > SmallestSpan ? Margin * (high - low) : Math.Abs(high) > SmallestSpan ? 0.1 * Math.Abs(high) : 1;
        (low, high) = (low - margin, high + margin);
        long beyond = 0;
        foreach (double value in values)
            beyond += double.IsFinite(value) && (value < low || value > high) ? 1 : 0;
        return new(low, high, beyond);
    }

    /// <summary>Returns a range as it is, for example of phases.</summary>
    public static ValueRange Exactly(double low, double high) => new(low, high, 0);
}
