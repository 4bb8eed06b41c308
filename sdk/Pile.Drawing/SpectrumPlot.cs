using System.Globalization;
using static Pile.Drawing.SvgCanvas;

namespace Pile.Drawing;

/// <summary>Draws flux against wavelength.</summary>
public static class SpectrumPlot
{
    private const double Left = 72;
    private const double Right = 16;
    private const double Bottom = 52;
    private const double HeaderHeight = 34;
    private const double LeaderHeight = 14;
    private const double LegendRowHeight = 22;
    private const int NarrowPx = 800; // title and legend do not fit into one row
    private const double RestAxisHeight = 24;
    private const double RestLabelWidth = 130;
    private const double LabelGap = 14;
    private const double LabelFontSize = 11.5;
    private const int WantedTicksAcross = 8;
    private const int WantedTicksUp = 6;

    /// <summary>Draws a spectrum with axes, its noise and model if given, and labelled lines if the redshift is given.</summary>
    /// <param name="spectrum">The arrays and their meaning.</param>
    /// <param name="options">Size, title and lines; the defaults suit a page of full width.</param>
    /// <returns>The drawing. Masked, padded and non-finite pixels are gaps. The flux axis spans the running medians of five good pixels and
    /// 99 % of all good ones, so that single bad pixels do not determine it. The number of pixels outside it is written in the
    /// corner.</returns>
    /// <exception cref="ArgumentException">Arrays differ in length, or the size is too small for a plot.</exception>
    public static SvgFigure Draw(SpectrumArrays spectrum, SpectrumPlotOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        options ??= new();
        spectrum.ThrowIfInconsistent();
        bool[] good = spectrum.Good();
        SvgCanvas canvas = new(options.WidthPx, options.HeightPx, options.Title.Length > 0 ? options.Title : "Spectrum");
        if (!Array.Exists(good, g => g))
        {
            canvas.Title(Left, 22, options.Title, options.WidthPx - Left);
            canvas.Text(options.WidthPx / 2.0, options.HeightPx / 2.0, "no good pixels", "note", Anchor.Middle);
            return canvas.ToFigure();
        }

        (double minimum, double maximum) = WavelengthRange(spectrum.WavelengthAngstrom.Span, good);
        List<(SpectralLine Line, double Angstrom)> lines = LinesWithin(spectrum, options.Lines, minimum, maximum);
        double labelHeight = lines.Count > 0 ? LeaderHeight + 8 + lines.Max(l => TextWidth(l.Line.Label, LabelFontSize)) : 0;
        bool hasRestAxis = options.ShowsRestFrame && spectrum.Z is { } known && double.IsFinite(known) && known > -1;
        double restHeight = hasRestAxis ? RestAxisHeight : 0, top = HeaderHeight + (IsNarrow(options) ? LegendRowHeight : 0) + labelHeight
            + restHeight, bottom = options.HeightPx - Bottom, right = options.WidthPx - Right;
        if (right - Left < 100 || bottom - top < 60)
            throw new ArgumentException($"{options.WidthPx} × {options.HeightPx} pixels are too small for a plot with labels; the usual "
                + "size is 960 × 420.", nameof(options));

        PlotScale x = new(minimum, maximum, Left, right);
        FluxRange flux = FluxRange.Of(spectrum.Flux.Span, good);
        PlotScale y = new(flux.Low, flux.High, bottom, top);
        DrawAxes(canvas, spectrum, x, y);
        SvgCanvas window = canvas.Window(Left, top, right - Left, bottom - top);
        bool hasMasked = options.ShowsMasked && DrawMasked(window, spectrum.WavelengthAngstrom.Span, good, x, top, bottom);
        DrawLines(canvas, lines, x, top, bottom, restHeight);
        if (hasRestAxis)
            DrawRestAxis(canvas, spectrum.Z!.Value, x, top);
        DrawTraces(window, spectrum, good, x, y, options.SmoothPixels);
        canvas.Rect(Left, top, right - Left, bottom - top, "frame");
        double legendStart = DrawLegend(canvas, spectrum, right, IsNarrow(options) ? LegendRowHeight : 0, hasMasked, options.SmoothPixels);
        canvas.Title(Left, 22, options.Title, (IsNarrow(options) ? right : legendStart) - Left);
        if (flux.BeyondCount > 0)
            canvas.Text(right, options.HeightPx - 12,
                flux.BeyondCount == 1 ? "1 pixel off scale" : string.Create(CultureInfo.InvariantCulture,
                    $"{flux.BeyondCount:N0} pixels off scale"), "note", Anchor.End);
        return canvas.ToFigure();
    }

    private static bool IsNarrow(SpectrumPlotOptions options) => options.WidthPx < NarrowPx
        && (options.SmoothPixels > 1 || options.ShowsMasked);

    private static (double Minimum, double Maximum) WavelengthRange(ReadOnlySpan<double> wavelength, bool[] good)
    {
        double minimum = double.PositiveInfinity, maximum = double.NegativeInfinity;
        for (int i = 0; i < good.Length; i++)
            if (good[i])
                (minimum, maximum) = (Math.Min(minimum, wavelength[i]), Math.Max(maximum, wavelength[i]));
        return maximum > minimum ? (minimum, maximum) : (minimum - 1, maximum + 1);
    }

    private static List<(SpectralLine Line, double Angstrom)> LinesWithin(SpectrumArrays spectrum, IReadOnlyList<SpectralLine> lines,
        double minimum, double maximum) =>
        spectrum.Z is { } z && double.IsFinite(z) && z > -1
            ? [.. lines.Select(l => (Line: l, Angstrom: l.ObservedAngstrom(z, spectrum.Medium)))
                .Where(l => l.Angstrom >= minimum && l.Angstrom <= maximum).OrderBy(l => l.Angstrom)]
            : [];

    private static void DrawAxes(SvgCanvas canvas, SpectrumArrays spectrum, PlotScale x, PlotScale y)
    {
        AxisTicks across = new(x.FromLow, x.FromHigh, WantedTicksAcross), up = new(y.FromLow, y.FromHigh, WantedTicksUp);
        for (int i = 0; i < across.Values.Length; i++)
        {
            double at = x[across.Values[i]];
            canvas.Line(at, y.ToHigh, at, y.ToLow, "grid");
            canvas.Text(at, y.ToLow + 18, across.Labels[i], "tick", Anchor.Middle);
        }

        for (int i = 0; i < up.Values.Length; i++)
        {
            double at = y[up.Values[i]];
            canvas.Line(x.ToLow, at, x.ToHigh, at, up.Values[i] == 0 ? "zero" : "grid");
            canvas.Text(x.ToLow - 7, at + 4, up.Labels[i], "tick", Anchor.End);
        }

        string medium = !spectrum.IsMediumDeclared ? "medium not declared" : spectrum.Medium is WavelengthMedium.Air ? "air" : "vacuum";
        canvas.Text((x.ToLow + x.ToHigh) / 2, y.ToLow + 40, across.WithUnit($"Observed wavelength, {medium}", "Å"), "label", Anchor.Middle);
        canvas.Text(18, (y.ToLow + y.ToHigh) / 2, up.WithUnit(spectrum.Quantity, spectrum.FluxUnit), "label", Anchor.Middle, upwards: true);
    }

    // Labels are written upwards above the frame and moved sideways; a bent leader connects each to its wavelength.
    private static void DrawLines(SvgCanvas canvas, List<(SpectralLine Line, double Angstrom)> lines, PlotScale x, double frameTop,
        double bottom, double restHeight)
    {
        double top = frameTop - restHeight;
        double[] at = [.. lines.Select(l => x[l.Angstrom])];
        double[] placed = LabelSpread.Place(at, LabelGap, x.ToLow + LabelGap / 2, x.ToHigh - LabelGap / 2);
        for (int i = 0; i < at.Length; i++)
        {
            string colour = lines[i].Line.Kind is LineKind.Emission ? FigureStyle.Series(2) : FigureStyle.Series(3);
            canvas.Line(at[i], top, at[i], bottom, "guide " + colour);
            canvas.Path(new SvgPath().MoveTo(at[i], top).LineTo(placed[i], top - LeaderHeight + 3).LineTo(placed[i], top - LeaderHeight),
                "leader " + colour);
            canvas.Text(placed[i] + 4, top - LeaderHeight - 3, lines[i].Line.Label, "line-label " + colour, upwards: true);
        }
    }

    /// <summary>Draws ticks of λ / (1 + z) on the upper edge. The medium of the spectrum is not converted: the axis is a scale.</summary>
    private static void DrawRestAxis(SvgCanvas canvas, double z, PlotScale x, double top)
    {
        PlotScale rest = new(x.FromLow / (1 + z), x.FromHigh / (1 + z), x.ToLow, x.ToHigh);
        AxisTicks ticks = new(rest.FromLow, rest.FromHigh, WantedTicksAcross);
        for (int i = 0; i < ticks.Values.Length; i++)
        {
            double at = rest[ticks.Values[i]];
            canvas.Line(at, top - 5, at, top, "frame");
            if (at < x.ToHigh - RestLabelWidth)
                canvas.Text(at, top - 9, ticks.Labels[i], "tick on-map", Anchor.Middle);
        }

        canvas.Text(x.ToHigh, top - 9, ticks.WithUnit("rest frame", "Å"), "tick on-map", Anchor.End);
    }

    /// <summary>Shades the pixels that are not drawn: masked, without noise, or not finite.</summary>
    private static bool DrawMasked(SvgCanvas window, ReadOnlySpan<double> wavelength, bool[] good, PlotScale x, double top, double bottom)
    {
        SvgPath areas = new();
        double start = double.NaN, end = double.NaN;
        for (int i = 0; i < good.Length; i++)
        {
            if (good[i] || !(wavelength[i] > 0) || !double.IsFinite(wavelength[i]))
                continue;
            double half = i > 0 && i + 1 < good.Length ? Math.Abs(wavelength[i + 1] - wavelength[i - 1]) / 4 : 0;
            (double left, double right) = (Math.Max(x[wavelength[i] - half], x.ToLow), Math.Min(x[wavelength[i] + half], x.ToHigh));
            if (right < x.ToLow || left > x.ToHigh)
                continue;
            if (left > end + 0.5 || double.IsNaN(end))
                Add(ref start, left);
            end = Math.Max(right, left + 0.5);
        }

        double none = 0;
        Add(ref start, none);
        return !areas.IsEmpty;

        void Add(ref double from, double next)
        {
            if (!double.IsNaN(from))
                areas.MoveTo(from, top).LineTo(end, top).LineTo(end, bottom).LineTo(from, bottom).Close();
            from = next;
        }
    }

    /// <summary>Returns running means of good pixels, weighted by their inverse variance; pixels that are not good stay NaN.</summary>
    internal static float[] Smooth(SpectrumArrays spectrum, bool[] good, int pixels)
    {
        ReadOnlySpan<float> flux = spectrum.Flux.Span, ivar = spectrum.Ivar.Span;
        float[] smooth = new float[good.Length];
        for (int i = 0; i < good.Length; i++)
        {
            double sum = 0, weights = 0;
            for (int j = Math.Max(i - (pixels / 2), 0); j <= Math.Min(i + ((pixels - 1) / 2), good.Length - 1); j++)
                if (good[j])
                {
                    double weight = ivar.IsEmpty ? 1 : ivar[j];
                    (sum, weights) = (sum + (weight * flux[j]), weights + weight);
                }
            smooth[i] = good[i] && weights > 0 ? (float)(sum / weights) : float.NaN;
        }

        return smooth;
    }

    private static void DrawTraces(SvgCanvas window, SpectrumArrays spectrum, bool[] good, PlotScale x, PlotScale y, int smoothPixels)
    {
        int n = good.Length;
        double[] across = new double[n], line = new double[n];
        for (int i = 0; i < n; i++)
            (across[i], line[i]) = good[i] ? (x[spectrum.WavelengthAngstrom.Span[i]], Height(spectrum.Flux.Span[i])) : (0, double.NaN);

        if (!spectrum.Ivar.IsEmpty)
        {
            double[] upper = new double[n], lower = new double[n];
            for (int i = 0; i < n; i++)
            {
                double sigma = 1 / Math.Sqrt(spectrum.Ivar.Span[i]);
                bool known = good[i] && double.IsFinite(sigma);
                upper[i] = known ? Height(spectrum.Flux.Span[i] + sigma) : double.NaN;
                lower[i] = known ? Height(spectrum.Flux.Span[i] - sigma) : double.NaN;
            }

            window.Path(ColumnTrace.Band(across, upper, lower), "band " + FigureStyle.Series(0));
        }

        window.Path(ColumnTrace.Line(across, line), (smoothPixels > 1 ? "trace faint " : "trace ") + FigureStyle.Series(0));
        if (smoothPixels > 1)
        {
            float[] smooth = Smooth(spectrum, good, smoothPixels);
            window.Path(ColumnTrace.Line(across, Array.ConvertAll(smooth, f => float.IsNaN(f) ? double.NaN : Height(f))),
                "model " + FigureStyle.Series(0));
        }

        if (spectrum.Model.IsEmpty)
            return;
        for (int i = 0; i < n; i++)
            line[i] = good[i] && float.IsFinite(spectrum.Model.Span[i]) ? Height(spectrum.Model.Span[i]) : double.NaN;
        window.Path(ColumnTrace.Line(across, line), "model " + FigureStyle.Series(1));

        // Extreme values stay far outside the window, but within what browsers can draw.
        double Height(double flux) => Math.Clamp(y[flux], -10_000, 10_000);
    }

    private static double DrawLegend(SvgCanvas canvas, SpectrumArrays spectrum, double right, double down, bool hasMasked,
        int smoothPixels)
    {
        double x = right;
        if (spectrum.Z is { } z && double.IsFinite(z))
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"z = {z:0.#####}").Replace('-', '−');
            canvas.Text(x, 22 + down, text, "label", Anchor.End);
            x -= TextWidth(text) + 22;
        }

        if (hasMasked)
            Entry("no data", "masked");
        if (!spectrum.Model.IsEmpty)
            Entry("model", "model " + FigureStyle.Series(1));
        if (!spectrum.Ivar.IsEmpty)
            Entry("±1σ", "band " + FigureStyle.Series(0));
        if (smoothPixels > 1)
            Entry($"mean of {smoothPixels} pixels", "model " + FigureStyle.Series(0));
        Entry("flux", (smoothPixels > 1 ? "trace faint " : "trace ") + FigureStyle.Series(0));
        return x;

        void Entry(string text, string style)
        {
            double start = x - TextWidth(text) - 28;
            canvas.Text(start + 26, 22 + down, text, "label");
            if (style is "masked" || style.StartsWith("band", StringComparison.Ordinal))
                canvas.Rect(start, 12 + down, 20, 10, style);
            else
                canvas.Path(new SvgPath().MoveTo(start, 17.5 + down).LineTo(start + 20, 17.5 + down), style);
            x = start - 16;
        }
    }
}
