using Pile.Drawing;

namespace Pile.Plotting;

/// <summary>How rows are drawn. Settings that do not apply to a kind of picture are ignored.</summary>
internal sealed record PlotSettings
{
    /// <summary>The width of plots along an axis, in pixels at the usual size of text.</summary>
    public int WidthPx { get; init; } = 960;

    /// <summary>The pixels of a running mean of spectra; 1 for none.</summary>
    public int SmoothPixels { get; init; } = 1;

    /// <summary>The period to fold light curves with, in the unit of their times.</summary>
    public double? Period { get; init; }

    /// <summary>The time of phase 0; null for the first one.</summary>
    public double? Epoch { get; init; }

    /// <summary>The curve from flux to brightness.</summary>
    public StretchCurve Stretch { get; init; } = StretchCurve.Asinh;

    /// <summary>The flux drawn black and the flux drawn white; null to derive them from the pixels.</summary>
    public (double Black, double White)? Limits { get; init; }

    /// <summary>A single band to draw; null for a composite, if there are at least two.</summary>
    public string? Band { get; init; }

    /// <summary>The bands of a composite, reddest first; null to choose them.</summary>
    public (string Red, string Green, string Blue)? Rgb { get; init; }

    /// <summary>The factors of the fluxes of a composite, red first: bands of equal flux are red for most galaxies.</summary>
    public (double Red, double Green, double Blue)? Weights { get; init; }

    /// <summary>The spaxel whose spectrum is drawn, from 0; null for the brightest.</summary>
    public (int X, int Y)? Spaxel { get; init; }

    /// <summary>True to enlarge images smoothly instead of as squares.</summary>
    public bool Interpolates { get; init; }

    /// <summary>Reads what pictures show of other rows and catalogues; null to show nothing else.</summary>
    public IRowSurroundings? Surroundings { get; init; }

    /// <summary>True if the rows are read in the native view.</summary>
    public bool Native { get; init; }
}
