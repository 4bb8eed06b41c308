using System.Globalization;
using static Pile.Drawing.SvgCanvas;

namespace Pile.Drawing;

/// <summary>How a map of the whole sky is drawn.</summary>
public sealed record SkyMapOptions
{
    /// <summary>Title above the map; empty for none.</summary>
    public string Title { get; init; } = "";

    /// <summary>The width of the drawing in pixels, which determines the height.</summary>
    public int WidthPx { get; init; } = 960;

    /// <summary>The projection.</summary>
    public AllSkyProjection Projection { get; init; } = AllSkyProjection.Mollweide;

    /// <summary>The right ascension in the middle of the map, in degrees.</summary>
    public double CentreRaDeg { get; init; } = 180;

    /// <summary>True to draw the galactic plane.</summary>
    public bool ShowGalacticPlane { get; init; } = true;
}

/// <summary>Draws positions on a map of the whole sky: ICRS, north up, right ascension increasing to the left.</summary>
public static class SkyMap
{
    internal const double Margin = 46;
    internal const double HeaderHeight = 40;
    private const double LegendRowHeight = 22;
    internal const double HalfWidthDeg = 162.0277; // √8 · 180/π, the half width of both projections
    private const int GraticuleDeg = 30;
    private const int SparseCount = 200; // up to this number dots are large with a rim, to be visible among dense series

    /// <summary>Draws series of positions over a graticule of 30°.</summary>
    /// <param name="series">The positions; later series are drawn on top.</param>
    /// <param name="options">Projection, centre and size.</param>
    /// <returns>The drawing. Positions at the same pixel are one dot, so that the size does not grow with the number of rows.</returns>
    /// <exception cref="ArgumentException">The coordinates of a series differ in number, or the map would be narrower than 300
    /// pixels.</exception>
    public static SvgFigure Draw(IReadOnlyList<SkySeries> series, SkyMapOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.WidthPx, 300);
        foreach (SkySeries one in series)
            one.ThrowIfInconsistent();

        double scale = (options.WidthPx - 2 * Margin) / (2 * HalfWidthDeg);
        SkyPlane plane = new(options, options.WidthPx / 2.0, HeaderHeight + HalfWidthDeg / 2 * scale, scale);
        (SvgPath Dots, int DrawnCount)[] layers = [.. series.Select(s => Dots(s, plane))];
        List<double[]> legend = LegendRows(series, layers, options);
        double mapBottom = HeaderHeight + HalfWidthDeg * scale;
        SvgCanvas canvas = new(options.WidthPx, mapBottom + 30 + LegendRowHeight * legend.Count,
            options.Title.Length > 0 ? options.Title : "Map of the sky");
        canvas.Title(Margin, 24, options.Title, options.WidthPx - 2 * Margin - 120);
        canvas.Text(options.WidthPx - Margin, 24, $"ICRS, {options.Projection}", "note", Anchor.End);
        DrawGraticule(canvas, plane);
        if (options.ShowGalacticPlane)
            canvas.Path(GalacticPlane(plane), "galaxy");
        for (int i = 0; i < layers.Length; i++)
        {
            double size = DotSize(layers[i].DrawnCount);
            if (layers[i].DrawnCount <= SparseCount)
                canvas.Path(layers[i].Dots, "dots-halo", size + 2);
            canvas.Path(layers[i].Dots, "dots " + FigureStyle.Series(i), size);
        }

        DrawRaLabels(canvas, plane, options.CentreRaDeg);
        DrawLegend(canvas, series, layers, legend, mapBottom + 26);
        return canvas.ToFigure();
    }

    private static (SvgPath Dots, int DrawnCount) Dots(SkySeries series, SkyPlane plane)
    {
        SvgPath path = new();
        HashSet<(int, int)> taken = [];
        int count = 0;
        for (int i = 0; i < series.RaDeg.Length; i++)
        {
            (double ra, double dec) = (series.RaDeg.Span[i], series.DecDeg.Span[i]);
            if (!double.IsFinite(ra) || !(Math.Abs(dec) <= 90))
                continue;
            count++;
            (double x, double y) = plane.Place(ra, dec);
            if (taken.Add(((int)Math.Round(x), (int)Math.Round(y))))
                path.Dot(Math.Round(x, 1), Math.Round(y, 1));
        }

        return (path, count);
    }

    private static double DotSize(int count) => count switch { <= SparseCount => 6, <= 2_000 => 3.5, <= 20_000 => 2.2, _ => 1.4 };

    internal static void DrawGraticule(SvgCanvas canvas, SkyPlane plane)
    {
        for (int offset = -180; offset <= 180; offset += GraticuleDeg)
        {
            SvgPath meridian = new();
            for (int latitude = -90; latitude <= 90; latitude += 2)
                plane.Continue(meridian, offset, latitude, latitude == -90);
            canvas.Path(meridian, Math.Abs(offset) == 180 ? "frame" : "grid");
        }

        for (int latitude = -60; latitude <= 60; latitude += GraticuleDeg)
        {
            SvgPath parallel = new();
            for (int offset = -180; offset <= 180; offset += 4)
                plane.Continue(parallel, offset, latitude, offset == -180);
            canvas.Path(parallel, "grid");
            (double x, double y) = plane.PlaceOffset(180, latitude);
            canvas.Text(x - 6, y + 4, string.Create(CultureInfo.InvariantCulture, $"{latitude:+0;−0;0}°"), "tick", Anchor.End);
        }
    }

    internal static void DrawRaLabels(SvgCanvas canvas, SkyPlane plane, double centreRaDeg)
    {
        for (int offset = -120; offset <= 120; offset += 2 * GraticuleDeg)
        {
            (double x, double y) = plane.PlaceOffset(offset, 0);
            double ra = ((centreRaDeg + offset) % 360 + 360) % 360;
            canvas.Text(x + 3, y + 14, string.Create(CultureInfo.InvariantCulture, $"{ra:0.##}°"), "tick on-map");
        }
    }

    // The pole and the origin of galactic coordinates, J2000: Hipparcos and Tycho Catalogues vol. 1, §1.5.3.
    internal static SvgPath GalacticPlane(SkyPlane plane)
    {
        const double PoleRaDeg = 192.85948, PoleDecDeg = 27.12825, RadPerDeg = Math.PI / 180;
        (double sinPole, double cosPole) = Math.SinCos(PoleDecDeg * RadPerDeg);
        SvgPath path = new();
        double previous = double.NaN;
        for (int step = 0; step <= 360; step++)
        {
            (double sin, double cos) = Math.SinCos(step * RadPerDeg); // angle along the plane from its ascending node
            double dec = Math.Asin(cosPole * sin) / RadPerDeg;
            double ra = PoleRaDeg + 90 + Math.Atan2(sinPole * sin, cos) / RadPerDeg;
            double offset = plane.OffsetOf(ra);
            plane.Continue(path, offset, dec, double.IsNaN(previous) || Math.Abs(offset - previous) > 180);
            previous = offset;
        }

        return path;
    }

    private static List<double[]> LegendRows(IReadOnlyList<SkySeries> series, (SvgPath Dots, int DrawnCount)[] layers,
        SkyMapOptions options)
    {
        double x = Margin;
        List<double[]> rows = [];
        List<double> row = [];
        IEnumerable<string> texts = series.Select((s, i) => s.Legend(layers[i].DrawnCount))
            .Concat(options.ShowGalacticPlane ? ["galactic plane"] : []);
        foreach (string text in texts)
        {
            double width = TextWidth(text) + 46;
            if (row.Count > 0 && x + width > options.WidthPx - Margin)
            {
                rows.Add([.. row]);
                row.Clear();
                x = Margin;
            }

            row.Add(x);
            x += width;
        }

        if (row.Count > 0)
            rows.Add([.. row]);
        return rows;
    }

    private static void DrawLegend(SvgCanvas canvas, IReadOnlyList<SkySeries> series, (SvgPath Dots, int DrawnCount)[] layers,
        List<double[]> rows, double y)
    {
        int i = 0;
        foreach (double[] row in rows)
        {
            foreach (double x in row)
            {
                if (i < series.Count)
                    canvas.Circle(x + 6, y - 4, 4.5, "solid " + FigureStyle.Series(i));
                else
                    canvas.Line(x - 4, y - 4, x + 14, y - 4, "galaxy");
                canvas.Text(x + 18, y, i < series.Count ? series[i].Legend(layers[i].DrawnCount) : "galactic plane", "label");
                i++;
            }

            y += LegendRowHeight;
        }
    }
}
