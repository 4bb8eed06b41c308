using System.Globalization;

namespace Pile.Drawing;

/// <summary>The scale from counts to colours: logarithmic from 1 to the largest count, or linear if the largest is below 10.</summary>
/// <param name="Lowest">The value of the darkest colour.</param>
/// <param name="Largest">The value of the lightest colour.</param>
internal readonly record struct CountBar(double Lowest, double Largest)
{
    public const double WidthPx = 86;

    private bool IsLog => Lowest > 0 && Largest / Lowest >= 10;

    /// <summary>Returns the place of a value on the scale, 0 to 1.</summary>
    public double this[double value] => Largest <= Lowest ? 1
        : IsLog ? Math.Log(value / Lowest) / Math.Log(Largest / Lowest) : (value - Lowest) / (Largest - Lowest);

    /// <summary>Draws the bar with its ticks.</summary>
    public void Draw(SvgCanvas canvas, double x, double top, double height, string label)
    {
        canvas.Image(x, top, 14, height, ColourMap.Bar());
        canvas.Rect(x, top, 14, height, "frame");
        double last = double.PositiveInfinity;
        foreach (double value in Ticks())
        {
            double y = top + (height * (1 - this[value]));
            if (last - y < 15)
                continue;
            canvas.Text(x + 20, y + 4, Label(value), "tick");
            last = y;
        }

        canvas.Text(x + WidthPx - 20, top + (height / 2), label, "label", Anchor.Middle, upwards: true);
    }

    private List<double> Ticks()
    {
        if (Largest <= Lowest)
            return [Largest];
        if (!IsLog)
        {
            double lowest = Lowest;
            return [lowest, .. new AxisTicks(lowest, Largest, 5).Values.Where(v => v > lowest)];
        }

        List<double> ticks = [Lowest];
        for (double decade = Math.Pow(10, Math.Floor(Math.Log10(Lowest)) + 1); decade <= Largest * 1.0001; decade *= 10)
            ticks.Add(decade);
        if (this[ticks[^1]] < 0.85)
            ticks.Add(Largest);
        return ticks;
    }

    private static string Label(double value) => value switch
    {
        >= 1e6 or < 1e-3 and > 0 => value.ToString("0.#e0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
