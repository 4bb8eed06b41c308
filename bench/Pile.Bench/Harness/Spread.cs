using System.Globalization;

namespace Pile.Bench.Harness;

/// <summary>The median, minimum and maximum of repeated measurements.</summary>
internal readonly record struct Spread(double Median, double Least, double Most)
{
    internal static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return new Spread(sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1]);
    }

    /// <summary>Returns the measurements in another unit.</summary>
    internal Spread Times(double factor) => new(Median * factor, Least * factor, Most * factor);

    /// <summary>Returns the median with its unit, and the range.</summary>
    internal string Text(string format, string unit) => string.Create(CultureInfo.InvariantCulture,
        $"{Median.ToString(format, CultureInfo.InvariantCulture)}{unit} ({Least.ToString(format, CultureInfo.InvariantCulture)} – "
            + $"{Most.ToString(format, CultureInfo.InvariantCulture)})");
}
