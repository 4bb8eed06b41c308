using System.Globalization;

namespace Pile.Drawing;

/// <summary>How a map of a small field is drawn.</summary>
public sealed record LocalSkyMapOptions
{
    /// <summary>Title above the map; empty for none.</summary>
    public string Title { get; init; } = "";

    /// <summary>Width and height of the plot in pixels, without title, axes and legend.</summary>
    public int PlotPx { get; init; } = 420;

    /// <summary>The centre of the field in ICRS degrees; by default the mean direction of all positions.</summary>
    public (double RaDeg, double DecDeg)? Centre { get; init; }

    /// <summary>The full width of the field in degrees; by default wide enough for all positions.</summary>
    public double? WidthDeg { get; init; }
}

/// <summary>Draws positions of a small field on the plane tangent at its centre: north up, east to the left, with axes in angles from the
/// centre.</summary>
public static class LocalSkyMap
{
    private const double Left = 74;
    private const double Top = 58;
    private const double Right = 18;
    private const double LegendRowHeight = 22;
    private const int WantedTicks = 7;
    private const double SmallestWidthDeg = 1.0 / 3600;
    private const double LargestWidthDeg = 120; // beyond this the distortion of the tangent plane is too large
    private const double RadPerDeg = Math.PI / 180;

    /// <summary>Draws series of positions, each with its own mark, so that pairs are distinguishable from single positions.</summary>
    /// <param name="series">The positions; later series are drawn on top.</param>
    /// <param name="options">Centre, width and size.</param>
    /// <exception cref="ArgumentException">The coordinates of a series differ in number, no position determines a centre, or the size is
    /// below 150 pixels.</exception>
    public static SvgFigure Draw(IReadOnlyList<SkySeries> series, LocalSkyMapOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PlotPx, 150);
        foreach (SkySeries one in series)
            one.ThrowIfInconsistent();
        (double RaDeg, double DecDeg) centre = options.Centre ?? MeanDirection(series);
        (double XiDeg, double EtaDeg)[][] offsets = [.. series.Select(s => Offsets(s, centre))];
        double half = Math.Clamp(options.WidthDeg ?? 2.2 * Farthest(offsets), SmallestWidthDeg, LargestWidthDeg) / 2;
        offsets = [.. offsets.Select(o => Array.FindAll(o, p => Math.Max(Math.Abs(p.XiDeg), Math.Abs(p.EtaDeg)) <= half))];

        double size = options.PlotPx, bottom = Top + size;
        SvgCanvas canvas = new(Left + size + Right, bottom + 58 + LegendRowHeight * series.Count,
            options.Title.Length > 0 ? options.Title : "Map of a field");
        canvas.Title(Left, 22, options.Title, size + Right);
        string where = string.Create(CultureInfo.InvariantCulture,
            $"centre {centre.RaDeg:F5}° {centre.DecDeg:+0.00000;−0.00000;+0.00000}°, ICRS");
        canvas.Text(Left, 44, where, "note");
        DrawAxes(canvas, half, size);
        SvgCanvas window = canvas.Window(Left, Top, size, size);
        PlotScale x = new(-half, half, Left + size, Left), y = new(-half, half, bottom, Top);
        double shrink = offsets.Sum(o => o.Length) switch { <= 200 => 1, <= 1_000 => 0.6, _ => 0.3 };
        for (int i = 0; i < offsets.Length; i++)
            foreach ((double xi, double eta) in offsets[i])
                Mark(window, i, x[xi], y[eta], shrink);
        canvas.Rect(Left, Top, size, size, "frame");
        for (int i = 0; i < series.Count; i++)
        {
            double row = bottom + 66 + i * LegendRowHeight;
            Mark(canvas, i, Left + 8, row - 4, 1);
            canvas.Text(Left + 22, row, series[i].Legend(offsets[i].Length), "label");
        }

        return canvas.ToFigure();
    }

    private static (double RaDeg, double DecDeg) MeanDirection(IReadOnlyList<SkySeries> series)
    {
        double x = 0, y = 0, z = 0;
        foreach (SkySeries one in series)
        {
            for (int i = 0; i < one.RaDeg.Length; i++)
            {
                (double sinRa, double cosRa) = Math.SinCos(one.RaDeg.Span[i] * RadPerDeg);
                (double sinDec, double cosDec) = Math.SinCos(one.DecDeg.Span[i] * RadPerDeg);
                if (double.IsFinite(sinRa + sinDec))
                    (x, y, z) = (x + cosDec * cosRa, y + cosDec * sinRa, z + sinDec);
            }
        }

        if (x == 0 && y == 0 && z == 0)
            throw new ArgumentException("There is no position to determine the centre of the map: set LocalSkyMapOptions.Centre.",
                nameof(series));
        double ra = Math.Atan2(y, x) / RadPerDeg;
        return (ra < 0 ? ra + 360 : ra, Math.Atan2(z, Math.Sqrt(x * x + y * y)) / RadPerDeg);
    }

    private static (double XiDeg, double EtaDeg)[] Offsets(SkySeries series, (double RaDeg, double DecDeg) centre)
    {
        var offsets = new List<(double, double)>(series.RaDeg.Length);
        for (int i = 0; i < series.RaDeg.Length; i++)
        {
            (double xi, double eta) = SkyProjection.Tangent(centre.RaDeg, centre.DecDeg, series.RaDeg.Span[i], series.DecDeg.Span[i]);
            if (double.IsFinite(xi + eta))
                offsets.Add((xi, eta));
        }

        return [.. offsets];
    }

    private static double Farthest((double XiDeg, double EtaDeg)[][] offsets) =>
        offsets.SelectMany(o => o).Select(p => Math.Max(Math.Abs(p.XiDeg), Math.Abs(p.EtaDeg))).DefaultIfEmpty(0).Max();

    private static void DrawAxes(SvgCanvas canvas, double halfDeg, double size)
    {
        (double perDeg, string unit) = halfDeg * 2 > 3 ? (1.0, "deg") : halfDeg * 2 > 3.0 / 60 ? (60.0, "arcmin") : (3600.0, "arcsec");
        AxisTicks ticks = new(-halfDeg * perDeg, halfDeg * perDeg, WantedTicks);
        PlotScale x = new(-halfDeg * perDeg, halfDeg * perDeg, Left + size, Left),
            y = new(-halfDeg * perDeg, halfDeg * perDeg, Top + size, Top);
        for (int i = 0; i < ticks.Values.Length; i++)
        {
            (double across, double up) = (x[ticks.Values[i]], y[ticks.Values[i]]);
            canvas.Line(across, Top, across, Top + size, "grid");
            canvas.Line(Left, up, Left + size, up, "grid");
            canvas.Text(across, Top + size + 18, ticks.Labels[i], "tick", Anchor.Middle);
            canvas.Text(Left - 7, up + 4, ticks.Labels[i], "tick", Anchor.End);
        }

        canvas.Text(Left + size / 2, Top + size + 38, ticks.WithUnit("Offset to the east, ξ", unit), "label", Anchor.Middle);
        canvas.Text(18, Top + size / 2, ticks.WithUnit("Offset to the north, η", unit), "label", Anchor.Middle, upwards: true);
    }

    // Marks differ in shape as well as in colour, and the first three remain visible at the same position.
    private static void Mark(SvgCanvas canvas, int series, double x, double y, double size)
    {
        string style = "mark " + FigureStyle.Series(series);
        double r = 6 * size;
        switch (series % 4)
        {
            case 0:
                canvas.Circle(x, y, r, style);
                break;
            case 1:
                canvas.Path(new SvgPath().MoveTo(x - r, y).LineTo(x + r, y).MoveTo(x, y - r).LineTo(x, y + r), style);
                break;
            case 2:
                canvas.Rect(x - 1.2 * r, y - 1.2 * r, 2.4 * r, 2.4 * r, style);
                break;
            default:
                canvas.Path(new SvgPath().MoveTo(x - r, y - r).LineTo(x + r, y + r).MoveTo(x - r, y + r).LineTo(x + r, y - r), style);
                break;
        }
    }
}
