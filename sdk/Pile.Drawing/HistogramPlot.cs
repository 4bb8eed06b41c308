using System.Globalization;

namespace Pile.Drawing;

/// <summary>Draws the distribution of one column.</summary>
internal static class HistogramPlot
{
    private const int FewestBins = 8, MostBins = 80;
    private const double LargestExactInteger = 1L << 52; // beyond it, float64 has no halves between integers

    /// <summary>Draws counts in bins of equal width.</summary>
    /// <param name="values">Values, NaN for missing.</param>
    /// <param name="options">Name, unit and size.</param>
    /// <param name="isInteger">True for integers: bins do not divide one.</param>
    /// <exception cref="ArgumentException">No value is finite.</exception>
    public static SvgFigure Draw(ReadOnlySpan<double> values, ColumnPlotOptions options, bool isInteger = false)
    {
        double[] finite = new double[values.Length];
        int n = 0;
        foreach (double value in values)
            if (double.IsFinite(value))
                finite[n++] = value;
        if (n == 0)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"None of {values.Length:N0} rows has a finite value of '{options.XName}'."), nameof(values));
        (double low, double width, int[] counts) = Bin(finite.AsSpan(0, n), isInteger);
        double high = low + (width * counts.Length);
        PlotFrame frame = new(options.WidthPx, options.HeightPx, options.Title,
            new(options.XName, options.XUnit, ValueRange.Exactly(low, high), options.IsXReversed),
            new("Rows", "", ValueRange.Exactly(0, 1.05 * Math.Max(counts.Max(), 1))));
        for (int i = 0; i < counts.Length; i++)
        {
            double a = frame.X[low + (i * width)], b = frame.X[low + ((i + 1) * width)], top = frame.Y[counts[i]];
            if (counts[i] > 0)
                frame.Window.Rect(Math.Min(a, b), top, Math.Abs(b - a), frame.Base - top, "bar s1");
        }

        int missing = values.Length - n, outside = n - counts.Sum();
        string note = string.Create(CultureInfo.InvariantCulture, $"{n:N0} rows");
        if (outside > 0)
            note += string.Create(CultureInfo.InvariantCulture, $", {outside:N0} off scale");
        return frame.Finish(missing == 0 ? note : note + string.Create(CultureInfo.InvariantCulture, $", {missing:N0} missing"));
    }

    /// <summary>Counts values in bins: Freedman and Diaconis 1981 (width 2 · IQR · n^(-1/3)), from 8 to 80 bins.</summary>
    internal static (double Low, double Width, int[] Counts) Bin(Span<double> finite, bool isInteger)
    {
        ValueRange range = ValueRange.Of(finite);
        finite.Sort();
        double smallest = Math.Clamp(finite[0], range.Low, range.High), largest = Math.Clamp(finite[^1], range.Low, range.High);
        double quartiles = finite[(int)(0.75 * (finite.Length - 1))] - finite[(int)(0.25 * (finite.Length - 1))];
        double span = largest - smallest > ValueRange.SmallestSpan ? largest - smallest : 0;
        double bins = quartiles > 0 ? span / (2 * quartiles / Math.Cbrt(finite.Length)) : Math.Sqrt(finite.Length);
        int count = (int)Math.Clamp(Math.Ceiling(bins), FewestBins, MostBins);
        double low = smallest, width = span > 0 ? span / count
            : Math.Abs(smallest) > ValueRange.SmallestSpan ? Math.Abs(smallest) * 0.1 : 1;
        if (isInteger && Math.Max(Math.Abs(smallest), Math.Abs(largest)) < LargestExactInteger)
        {
            width = Math.Max(Math.Ceiling((span + 1) / MostBins), Math.Max(1, Math.Floor((span + 1) / count)));
            (low, count) = (Math.Floor(smallest) - 0.5, (int)Math.Ceiling((span + 1) / width));
        }
        else if (span == 0)
        {
            (low, count) = (smallest - (width / 2), 1);
        }

        int[] counts = new int[count];
        foreach (double value in finite)
        {
            if (value < low || value > low + (width * count))
                continue;
            counts[Math.Min((int)((value - low) / width), count - 1)]++; // the last bin includes its upper border
        }

        return (low, width, counts);
    }
}
