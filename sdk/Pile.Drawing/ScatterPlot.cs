using System.Globalization;

namespace Pile.Drawing;

/// <summary>What a plot of columns shows.</summary>
internal sealed record ColumnPlotOptions
{
    public string Title { get; init; } = "";

    public int WidthPx { get; init; } = 760;

    public int HeightPx { get; init; } = 560;

    public required string XName { get; init; }

    public string XUnit { get; init; } = "";

    public string YName { get; init; } = "";

    public string YUnit { get; init; } = "";

    public bool IsXReversed { get; init; }

    public bool IsYReversed { get; init; }
}

/// <summary>Draws two columns against each other: dots, or a density of counts where dots would hide each other.</summary>
internal static class ScatterPlot
{
    /// <summary>The number of points above which counts are drawn.</summary>
    public const int DensityAbove = 20_000;

    private const int CellPx = 4;

    /// <summary>Draws points.</summary>
    /// <param name="x">Values, NaN for missing.</param>
    /// <param name="y">Values of the same rows.</param>
    /// <param name="options">Names, units and size.</param>
    /// <exception cref="ArgumentException">No row has both values.</exception>
    public static SvgFigure Draw(double[] x, double[] y, ColumnPlotOptions options)
    {
        int points = 0;
        for (int i = 0; i < x.Length; i++)
            if (double.IsFinite(x[i]) && double.IsFinite(y[i]))
                (x[points], y[points++]) = (x[i], y[i]);
        int missing = x.Length - points;
        if (points == 0)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"None of {x.Length:N0} rows has finite values of both '{options.XName}' and '{options.YName}'."),
                nameof(x));
        Span<double> xs = x.AsSpan(0, points), ys = y.AsSpan(0, points);
        ValueRange xRange = ValueRange.Of(xs), yRange = ValueRange.Of(ys);
        bool isDensity = points > DensityAbove;
        PlotFrame frame = new(options.WidthPx, options.HeightPx, options.Title,
            new(options.XName, options.XUnit, xRange, options.IsXReversed), new(options.YName, options.YUnit, yRange, options.IsYReversed),
            isDensity ? CountBar.WidthPx : 18);
        int drawn = isDensity ? DrawDensity(frame, xs, ys) : DrawDots(frame, xs, ys);
        string note = string.Create(CultureInfo.InvariantCulture, $"{points:N0} rows");
        if (drawn < points)
            note += string.Create(CultureInfo.InvariantCulture, $", {points - drawn:N0} off scale");
        return frame.Finish(missing == 0 ? note
            : note + string.Create(CultureInfo.InvariantCulture, $", {missing:N0} without both values"));
    }

    private static int DrawDots(PlotFrame frame, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        SvgPath dots = new();
        int drawn = 0;
        for (int i = 0; i < x.Length; i++)
        {
            (double px, double py) = (frame.X[x[i]], frame.Y[y[i]]);
            if (px < frame.Left || px > frame.Right || py < frame.Top || py > frame.Base)
                continue;
            dots.Dot(px, py);
            drawn++;
        }

        frame.Window.Path(dots, "dots s1", x.Length switch { <= 300 => 5, <= 3000 => 3.2, _ => 2 });
        return drawn;
    }

    private static int DrawDensity(PlotFrame frame, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        int columns = (int)((frame.Right - frame.Left) / CellPx), rows = (int)((frame.Base - frame.Top) / CellPx), drawn = 0;
        int[] counts = new int[columns * rows];
        for (int i = 0; i < x.Length; i++)
        {
            double px = (frame.X[x[i]] - frame.Left) / (frame.Right - frame.Left) * columns,
                py = (frame.Y[y[i]] - frame.Top) / (frame.Base - frame.Top) * rows;
            if (!(px >= 0 && px < columns && py >= 0 && py < rows))
                continue;
            counts[((int)py * columns) + (int)px]++;
            drawn++;
        }

        CountBar bar = new(1, counts.Max());
        byte[] pixels = new byte[4 * counts.Length];
        for (int i = 0; i < counts.Length; i++)
            if (counts[i] > 0)
            {
                (pixels[4 * i], pixels[(4 * i) + 1], pixels[(4 * i) + 2]) = ColourMap.At(bar[counts[i]]);
                pixels[(4 * i) + 3] = byte.MaxValue;
            }

        frame.Window.Image(frame.Left, frame.Top, frame.Right - frame.Left, frame.Base - frame.Top,
            PixelBlocks.Encode(pixels, columns, rows, PngPixels.Rgba, CellPx * Math.Max(columns, rows), out _));
        bar.Draw(frame.Canvas, frame.Right + 12, frame.Top, frame.Base - frame.Top, "rows per cell");
        return drawn;
    }
}
