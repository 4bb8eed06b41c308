using System.Globalization;
using Pile.CrossMatch;
using Pile.Drawing;
using Pile.Format;
using Pile.Sky;

namespace Pile.Cli.Commands;

/// <summary>Draws the certificate of a match.</summary>
internal static class MatchFigures
{
    private const int WidthPx = 760, HeightPx = 440;
    private const double MapPx = 470, WholeSkyPx = 860, LargestFieldDeg = 50, SmallestHalfWidthDeg = 0.5 / 3600;

    /// <summary>Draws the pairs by separation with the expected level of chance coincidences.</summary>
    internal static SvgFigure Separations(RadiusCurve curve)
    {
        double radius = curve.RadiusArcsec[^1], width = curve.RadiusArcsec[0], most = Math.Max(curve.Pairs.Max(), curve.ChancePairs.Max());
        PlotFrame frame = new(WidthPx, HeightPx, "Separations", new("Separation", "arcsec", ValueRange.Exactly(0, radius)),
            new("Pairs", "", ValueRange.Exactly(0, 1.05 * Math.Max(most, 1))));
        SvgPath level = new();
        for (int bin = 0; bin < curve.Pairs.Length; bin++)
        {
            double left = frame.X[curve.RadiusArcsec[bin] - width], right = frame.X[curve.RadiusArcsec[bin]],
                top = frame.Y[curve.Pairs[bin]], chance = frame.Y[curve.ChancePairs[bin]];
            if (curve.Pairs[bin] > 0)
                frame.Window.Rect(left, top, right - left, frame.Base - top, "bar s1");
            _ = (bin == 0 ? level.MoveTo(left, chance) : level.LineTo(left, chance)).LineTo(right, chance);
        }
        frame.Window.Path(level, "model s2");
        frame.Legend("expected by chance", (x, y) => frame.Canvas.Path(new SvgPath().MoveTo(x - 6, y).LineTo(x + 6, y), "model s2"));
        frame.Legend("pairs", (x, y) => frame.Canvas.Rect(x - 5, y - 5, 10, 10, "bar s1"));
        return frame.Finish(CountText.Of(curve.Pairs.Sum(), "pair"));
    }

    /// <summary>Draws completeness and contamination by radius.</summary>
    internal static SvgFigure Curves(RadiusCurve curve)
    {
        PlotFrame frame = new(WidthPx, HeightPx, "Completeness and contamination",
            new("Radius", "arcsec", ValueRange.Exactly(0, curve.RadiusArcsec[^1])), new("Part", "", ValueRange.Exactly(0, 1.04)));
        foreach ((double[] values, string style, string name) in new[]
            { (curve.Contamination, "s2", "contamination"), (curve.Completeness, "s3", "completeness") })
        {
            SvgPath line = new();
            bool isOpen = false;
            for (int bin = 0; bin < values.Length; bin++)
            {
                bool isKnown = double.IsFinite(values[bin]);
                if (isKnown)
                    _ = isOpen ? line.LineTo(frame.X[curve.RadiusArcsec[bin]], frame.Y[values[bin]])
                        : line.MoveTo(frame.X[curve.RadiusArcsec[bin]], frame.Y[values[bin]]);
                isOpen = isKnown;
            }
            if (!line.IsEmpty)
                frame.Window.Path(line, $"model {style}");
            frame.Legend(name, (x, y) => frame.Canvas.Path(new SvgPath().MoveTo(x - 6, y).LineTo(x + 6, y), $"model {style}"));
        }
        return frame.Finish("within each radius");
    }

    /// <summary>Draws the offsets of pairs: dots, or a density if they are many.</summary>
    internal static SvgFigure Offsets(MatchDiagnostics drawn) => ScatterPlot.Draw([.. drawn.EastArcsec], [.. drawn.NorthArcsec], new()
    {
        Title = "Offsets from A to B",
        WidthPx = 620,
        HeightPx = 560,
        XName = "ΔRA · cos δ",
        XUnit = "arcsec",
        YName = "Δδ",
        YUnit = "arcsec",
    });

    /// <summary>Draws the density of matched or of unmatched rows on the sky; null without such rows.</summary>
    internal static SvgFigure? Sky(string title, MatchedCells cells, bool isMatched)
    {
        Dictionary<long, int> counts = cells.Cells.Select(c => (c.Pixel, Rows: isMatched ? c.Matched : c.Unmatched))
            .Where(c => c.Rows > 0).ToDictionary(c => c.Pixel, c => c.Rows);
        if (counts.Count == 0)
            return null;
        // Both maps of a side show the same part of the sky.
        (MapField field, double pixelsPerDeg) = FieldOf(cells);
        int order = cells.Order;
        // Cells are merged until they are visible.
        while (order > 0 && 360 / Math.Sqrt(Math.PI * Healpix.PixelCount(order)) * pixelsPerDeg < 3)
        {
            order--;
            counts = counts.GroupBy(c => c.Key >> 2).ToDictionary(g => g.Key, g => g.Sum(c => c.Value));
        }
        string note = string.Create(CultureInfo.InvariantCulture, $"{CountText.Of(counts.Values.Sum(c => (long)c), "row")} in "
            + $"{CountText.Of(counts.Count, "cell")}");
        return DensityMap.Draw(title, note, field, (raDeg, decDeg) => Math.Abs(decDeg) <= 90
            && counts.TryGetValue(Healpix.AngToPix(order, raDeg - (360 * Math.Floor(raDeg / 360)), decDeg), out int rows) ? rows : 0,
            new CountBar(counts.Values.Min(), counts.Values.Max()), "rows per cell");
    }

    private static (MapField Field, double PixelsPerDeg) FieldOf(MatchedCells cells)
    {
        (double Ra, double Dec)[] centres = [.. cells.Cells.Select(c => Healpix.PixToAng(cells.Order, c.Pixel))];
        (double x, double y, double z) = (0, 0, 0);
        foreach ((double ra, double dec) in centres)
        {
            UnitVector direction = UnitVector.FromRaDec(ra, dec);
            (x, y, z) = (x + direction.X, y + direction.Y, z + direction.Z);
        }
        (double raDeg, double decDeg) = new UnitVector(x, y, z).ToAngles();
        double farthestDeg = centres.Max(c => Separation.Arcsec(raDeg, decDeg, c.Ra, c.Dec)) / 3600,
            half = Math.Max(farthestDeg + (PixelRadius.MaxRad(cells.Order) * 180 / Math.PI), SmallestHalfWidthDeg);
        return farthestDeg <= LargestFieldDeg ? (new MapField.Zenithal(raDeg, decDeg, half), MapPx / (2 * half))
            : (new MapField.WholeSky(), WholeSkyPx / 324.0);
    }
}
