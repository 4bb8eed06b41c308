using System.Globalization;
using Pile.Drawing;
using Pile.Format;

namespace Pile.Plotting;

/// <summary>Draws where a chip is: its outline among the chips of its scene, over longitude and latitude.</summary>
internal static class ChipMap
{
    private const double SmallestSpanDeg = 1e-4, MarginFraction = 0.12, WidthPx = 420;
    private const double HalfTurn = 180;

    internal static SvgFigure Draw(ChipPlace place, double heightPx)
    {
        double[][] chip = [.. place.Chip], scene = [.. place.Scene];
        double[] longitudes = [.. chip.Concat(scene).SelectMany(ring => ring.Where((_, i) => i % 2 == 0))];
        if (longitudes.Max() - longitudes.Min() > HalfTurn) // across the antimeridian
            (chip, scene) = (Array.ConvertAll(chip, Eastwards), Array.ConvertAll(scene, Eastwards));
        (ValueRange x, ValueRange y) = (Range([.. chip, .. scene], 0), Range([.. chip, .. scene], 1));
        double stretch = Math.Max(Math.Cos((y.Low + y.High) / 2 * Math.PI / 180), 0.1),
            wide = (x.High - x.Low) * stretch, high = y.High - y.Low;
        // The narrower span grows, so that a degree to the north is as long as the same distance to the east.
        if (wide < high)
            x = Grown(x, high / stretch);
        else
            y = Grown(y, wide);
        PlotFrame frame = new(WidthPx, Math.Clamp(heightPx, 320, 540), "", new("Longitude, WGS 84", "deg", x), new("Latitude", "deg", y),
            bottom: 72);
        foreach (double[] ring in scene)
            frame.Window.Path(Outline(frame, ring), "frame");
        foreach (double[] ring in chip)
        {
            frame.Window.Path(Outline(frame, ring), "band s2");
            frame.Window.Path(Outline(frame, ring), "model s2");
        }
        return frame.Finish(place.SceneChips == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
            $"{CountText.Of(place.SceneChips, "chip")} of its scene"));
    }

    private static SvgPath Outline(PlotFrame frame, double[] ring)
    {
        SvgPath path = new();
        for (int i = 0; i + 1 < ring.Length; i += 2)
            path = i == 0 ? path.MoveTo(frame.X[ring[i]], frame.Y[ring[i + 1]]) : path.LineTo(frame.X[ring[i]], frame.Y[ring[i + 1]]);
        return path;
    }

    private static double[] Eastwards(double[] ring) => [.. ring.Select((v, i) => i % 2 == 0 && v < 0 ? v + 360 : v)];

    private static ValueRange Range(double[][] rings, int axis)
    {
        double[] values = [.. rings.SelectMany(ring => ring.Where((_, i) => i % 2 == axis))];
        (double low, double high) = (values.Min(), values.Max());
        double margin = Math.Max(MarginFraction * (high - low), SmallestSpanDeg);
        return ValueRange.Exactly(low - margin, high + margin);
    }

    private static ValueRange Grown(ValueRange range, double span)
    {
        double middle = (range.Low + range.High) / 2;
        return ValueRange.Exactly(middle - (span / 2), middle + (span / 2));
    }
}
