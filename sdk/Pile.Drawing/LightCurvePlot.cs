using System.Globalization;

namespace Pile.Drawing;

/// <summary>How a light curve is drawn.</summary>
internal sealed record LightCurvePlotOptions
{
    public string Title { get; init; } = "";

    public int WidthPx { get; init; } = 960;

    public int HeightPx { get; init; } = 420;

    /// <summary>The axis of times without its unit: scale and zero point.</summary>
    public required string TimeName { get; init; }

    /// <summary>The unit of the times.</summary>
    public string TimeUnit { get; init; } = "d";

    public required string ValueName { get; init; }

    public string ValueUnit { get; init; } = "";

    /// <summary>True for magnitudes, which decrease upwards.</summary>
    public bool IsMagnitude { get; init; }

    /// <summary>The period to fold with, in the unit of the times; null for none.</summary>
    public double? Period { get; init; }

    /// <summary>The time of phase 0; by default the first one, as in astropy's <c>TimeSeries.fold</c>.</summary>
    public double? Epoch { get; init; }
}

/// <summary>Draws brightness against time or phase: a mark for each measurement, nothing in gaps.</summary>
internal static class LightCurvePlot
{
    private const int ManyCount = 3000; // beyond it marks are dots, without error bars
    private const double MarkRadius = 3;

    /// <summary>Draws the bands of a light curve.</summary>
    /// <exception cref="ArgumentException">There is no measurement with time and value, or the period is not above 0.</exception>
    public static SvgFigure Draw(IReadOnlyList<LightCurveArrays> bands, LightCurvePlotOptions options)
    {
        if (options.Period is { } period && !(period > 0 && double.IsFinite(period)))
            throw new ArgumentException($"The period must be above 0; it is {period.ToString(CultureInfo.InvariantCulture)}.",
                nameof(options));
        double[] values = [.. Good(bands, (band, i) => band.Value[i])], times = [.. Good(bands, (band, i) => band.Time[i])];
        int flagged = bands.Sum(band => Enumerable.Range(0, band.Time.Length).Count(i => band.IsMeasured(i) && !band.IsGood(i)));
        if (values.Length == 0)
            throw new ArgumentException(flagged > 0 ? $"All {flagged} measurements are flagged."
                : "No measurement has both time and value.",
                nameof(bands));
        double epoch = options.Epoch ?? times.Min();
        ValueRange range = ValueRange.Of(values);
        // Times are not cut: a lonely early measurement is as important as the others.
        double margin = times.Max() > times.Min() ? 0.02 * (times.Max() - times.Min()) : 1;
        PlotAxis x = options.Period is { } p
            ? new(string.Create(CultureInfo.InvariantCulture,
                $"Phase (period {p:R} {options.TimeUnit}, phase 0 at {options.TimeName} = {epoch:0.#####})"), "",
                ValueRange.Exactly(-0.5, 0.5))
            : new(options.TimeName, options.TimeUnit, ValueRange.Exactly(times.Min() - margin, times.Max() + margin));
        PlotFrame frame = new(options.WidthPx, options.HeightPx, options.Title, x,
            new(options.ValueName, options.ValueUnit, range, options.IsMagnitude));
        for (int band = 0; band < bands.Count; band++)
            DrawBand(frame, bands[band], band, values.Length, time =>
                frame.X[options.Period is { } fold ? Phase(time, epoch, fold) : time]);
        if (flagged > 0)
            frame.Legend(string.Create(CultureInfo.InvariantCulture, $"flagged ({flagged:N0})"),
                (mx, my) => frame.Canvas.Path(new SvgPath().Dot(mx, my), "flagged", 4));
        for (int band = bands.Count - 1; band >= 0 && bands.Count > 1; band--)
        {
            int series = band;
            SvgPath mark = new();
            frame.Legend(bands[band].Band, (mx, my) =>
            {
                SeriesMark.Add(mark, series, mx, my, 4);
                frame.Canvas.Path(mark, "solid " + FigureStyle.Series(series));
            });
        }

        string count = string.Create(CultureInfo.InvariantCulture, $"{values.Length:N0} measurement{(values.Length == 1 ? "" : "s")}");
        return frame.Finish(range.BeyondCount == 0 ? count : string.Create(CultureInfo.InvariantCulture,
            $"{count}, {range.BeyondCount:N0} off scale"));
    }

    /// <summary>Returns the phase of a time, in [-0.5, 0.5).</summary>
    public static double Phase(double time, double epoch, double period)
    {
        double phase = ((time - epoch) / period) + 0.5;
        return phase - Math.Floor(phase) - 0.5;
    }

    private static IEnumerable<double> Good(IReadOnlyList<LightCurveArrays> bands, Func<LightCurveArrays, int, double> value) =>
        bands.SelectMany(band => Enumerable.Range(0, band.Time.Length).Where(band.IsGood).Select(i => value(band, i)));

    private static void DrawBand(PlotFrame frame, LightCurveArrays band, int series, int count, Func<double, double> place)
    {
        SvgPath marks = new(), errors = new(), flagged = new();
        bool isMany = count > ManyCount;
        for (int i = 0; i < band.Time.Length; i++)
        {
            if (!band.IsMeasured(i))
                continue;
            (double x, double y) = (place(band.Time[i]), Height(band.Value[i]));
            if (!band.IsGood(i))
            {
                flagged.Dot(x, y);
                continue;
            }

            if (isMany)
                marks.Dot(x, y);
            else
                SeriesMark.Add(marks, series, x, y, MarkRadius);
            if (!isMany && band.Error.Length > 0 && double.IsFinite(band.Error[i]) && band.Error[i] > 0)
                errors.MoveTo(x, Height(band.Value[i] - band.Error[i])).LineTo(x, Height(band.Value[i] + band.Error[i]));
        }

        string colour = FigureStyle.Series(series);
        frame.Window.Path(flagged, "flagged", 2);
        frame.Window.Path(errors, "errors " + colour);
        if (isMany)
            frame.Window.Path(marks, "dots " + colour, 2);
        else
            frame.Window.Path(marks, "solid " + colour);

        double Height(double value) => Math.Clamp(frame.Y[value], -10_000, 10_000);
    }
}
