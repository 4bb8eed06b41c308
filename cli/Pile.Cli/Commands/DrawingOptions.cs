using System.CommandLine;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Drawing;
using Pile.Plotting;

namespace Pile.Cli.Commands;

/// <summary>The options of <c>pile plot</c> that say how rows are drawn.</summary>
internal static class DrawingOptions
{
    private static readonly Option<int> Width = new("--width")
    {
        Description = "The width of spectra and light curves in pixels, 400 to 4000; the size of text is fixed. PNG has twice as many.",
        HelpName = "PX",
        DefaultValueFactory = _ => 960
    };
    private static readonly Option<int> Smooth = new("--smooth") { Description = "Of spectra: a mean over N pixels.", HelpName = "N" };
    private static readonly Option<double?> Period = CommonOptions.Number("--period", "DAYS",
        "Of light curves: fold with a period, in days.");
    private static readonly Option<double?> Epoch = CommonOptions.Number("--epoch", "TIME",
        "With --period: the time of phase 0, as in the column; by default the first time.");
    private static readonly Option<string> Stretch = new("--stretch")
    {
        Description = "Of images: asinh, linear or log.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "asinh"
    };
    private static readonly Option<string?> Limits = new("--limits")
    {
        Description = "Of images: the values drawn black and white; of composites, the minimum and the stretch.",
        HelpName = "BLACK,WHITE"
    };
    private static readonly Option<string?> Band = new("--band") { Description = "Of images: one band, in gray.", HelpName = "NAME" };
    private static readonly Option<string?> Rgb = new("--rgb")
    {
        Description = "Of images: a colour composite of three bands, red first.",
        HelpName = "b1,b2,b3"
    };
    private static readonly Option<string?> Weights = new("--weights")
    {
        Description = "Of colour composites: factors of the fluxes, red first, for example 1,1.4,3.",
        HelpName = "R,G,B"
    };
    private static readonly Option<string?> Spaxel = new("--spaxel")
    {
        Description = "Of cubes: the spaxel whose spectrum is drawn, from 0; by default the brightest.",
        HelpName = "X,Y"
    };
    private static readonly Option<bool> Interpolate = new("--interpolate")
    {
        Description = "Of images: enlarge smoothly instead of as squares."
    };
    private static readonly Option<bool> Native = new("--native") { Description = "Use the names of the survey, without aliases." };

    /// <summary>Returns the options.</summary>
    internal static Option[] All()
    {
        Stretch.AcceptOnlyFromAmong("asinh", "linear", "log");
        CommonOptions.RequireCount(Smooth, "pixels");
        return [Width, Smooth, Period, Epoch, Stretch, Limits, Band, Rgb, Weights, Spaxel, Interpolate, Native];
    }

    /// <summary>Returns the values that were given.</summary>
    /// <exception cref="UsageException">A value is not valid.</exception>
    internal static PlotSettings SettingsOf(ParseResult parsed) => new()
    {
        WidthPx = parsed.GetValue(Width) is >= 400 and <= 4000 and var width ? width
            : throw new UsageException($"--width {parsed.GetValue(Width)}: expected a number of pixels from 400 to 4000."),
        SmoothPixels = parsed.GetValue(Smooth) is > 0 and var pixels ? pixels : 1,
        Period = parsed.GetValue(Period) is { } period ? period > 0 && double.IsFinite(period) ? period
            : throw new UsageException($"--period {period.ToString(CultureInfo.InvariantCulture)}: expected a number of days above 0.")
                : null,
        Epoch = parsed.GetValue(Epoch),
        Stretch = Enum.Parse<StretchCurve>(parsed.GetRequiredValue(Stretch), ignoreCase: true),
        Limits = parsed.GetValue(Limits) is { } limits ? LimitsOf(limits) : null,
        Band = parsed.GetValue(Band),
        Rgb = parsed.GetValue(Rgb) is not { } rgb ? null : NameList.Split(rgb, "--rgb") is [var r, var g, var b] ? (r, g, b)
            : throw new UsageException($"--rgb {rgb}: expected three bands, for example z,r,g."),
        Weights = parsed.GetValue(Weights) is { } weights ? WeightsOf(weights) : null,
        Spaxel = parsed.GetValue(Spaxel) is not { } spaxel ? null : spaxel.Split(',') is [var x, var y]
            && int.TryParse(x, NumberStyles.None, CultureInfo.InvariantCulture, out int column)
            && int.TryParse(y, NumberStyles.None, CultureInfo.InvariantCulture, out int row) ? (column, row)
            : throw new UsageException($"--spaxel {spaxel}: expected column and row from 0, for example 12,30."),
        Interpolates = parsed.GetValue(Interpolate),
        Native = parsed.GetValue(Native),
    };

    private static (double, double) LimitsOf(string text) => text.Split(',') is [var low, var high]
        && double.TryParse(low, NumberStyles.Float, CultureInfo.InvariantCulture, out double black)
        && double.TryParse(high, NumberStyles.Float, CultureInfo.InvariantCulture, out double white)
        && double.IsFinite(black) && double.IsFinite(white) && white > black ? (black, white)
        : throw new UsageException($"--limits {text}: expected two numbers, the smaller one first, for example -0.1,5.");

    private static (double, double, double) WeightsOf(string text) =>
        text.Split(',').Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double weight)
            && double.IsFinite(weight) && weight > 0 ? weight : double.NaN).ToArray() is [var r, var g, var b]
        && !double.IsNaN(r + g + b) ? (r, g, b)
        : throw new UsageException($"--weights {text}: expected three numbers above 0, red first, for example 1,1.4,3.");
}
