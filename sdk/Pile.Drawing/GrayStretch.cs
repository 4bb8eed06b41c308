namespace Pile.Drawing;

/// <summary>The curve from flux to gray.</summary>
public enum StretchCurve
{
    /// <summary>asinh(10 t) / asinh(10): linear near the sky, logarithmic in bright cores.</summary>
    Asinh,

    /// <summary>t, unchanged.</summary>
    Linear,

    /// <summary>log(1000 t + 1) / log(1001).</summary>
    Log,
}

/// <summary>Draws one band in gray: t = (flux − black) / (white − black), clamped to [0, 1], through a curve, times 255.</summary>
/// <param name="Curve">The curve; asinh and log have the constants that are the defaults of astropy.visualization.</param>
/// <param name="Black">Flux drawn as 0.</param>
/// <param name="White">Flux drawn as 255; above <paramref name="Black"/>.</param>
public readonly record struct GrayStretch(StretchCurve Curve, double Black, double White)
{
    private const double WhiteQuantile = 0.998; // bright cores saturate, single hot pixels do not set the scale
    private const double LowestWhiteSkySigma = 10; // an empty field stays dark
    private const double AsinhSlope = 10;
    private const double LogSlope = 1000;

    /// <summary>Chooses black as the sky median minus 1 σ, and white as the 99.8 % quantile, at least 10 σ above black.</summary>
    /// <param name="plane">Flux, shape [n]; NaN or infinite is no data.</param>
    /// <param name="curve">The curve.</param>
    public static GrayStretch FromSky(ReadOnlySpan<float> plane, StretchCurve curve = StretchCurve.Asinh)
    {
        SkyLevel sky = SkyLevel.Of(plane);
        double black = sky.Median - sky.Sigma;
        double white = Math.Max(SkyLevel.Quantile(plane, WhiteQuantile), black + LowestWhiteSkySigma * sky.Sigma);
        return new(curve, black, white > black ? white : black + 1);
    }

    /// <summary>Draws a band.</summary>
    /// <param name="plane">Flux, shape [height, width]; NaN or infinite is no data, drawn as <see cref="LuptonRgb.NoData"/>.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="rows">The position of row 0: <see cref="RowOrder.BottomUp"/> for FITS, whose rows are drawn in reverse order.</param>
    /// <param name="destination">Receives gray counts, rows from the top, shape [height, width]; must have exactly this length.</param>
    /// <exception cref="ArgumentException">The plane is not a whole number of rows, the destination has another length, or white is not
    /// above black.</exception>
    public void Render(ReadOnlySpan<float> plane, int width, RowOrder rows, Span<byte> destination)
    {
        int height = ImageRows.Count(plane.Length, width);
        if (destination.Length != plane.Length)
            throw new ArgumentException($"Expected a destination of {plane.Length} bytes, got {destination.Length}.", nameof(destination));
        if (!(White > Black) || !double.IsFinite(White - Black))
            throw new ArgumentException($"Expected white above black, both finite, got {Black} and {White}.", nameof(destination));

        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<float> source = plane.Slice(ImageRows.Source(y, height, rows) * width, width);
            for (int x = 0; x < width; x++)
                destination[y * width + x] = Count(source[x]);
        }
    }

    private byte Count(float flux)
    {
        if (!float.IsFinite(flux))
            return LuptonRgb.NoData;
        double t = Math.Clamp((flux - Black) / (White - Black), 0, 1);
        double gray = Curve switch
        {
            StretchCurve.Asinh => Math.Asinh(AsinhSlope * t) / Math.Asinh(AsinhSlope),
            StretchCurve.Log => Math.Log(LogSlope * t + 1) / Math.Log(LogSlope + 1),
            _ => t,
        };
        return (byte)Math.Round(255 * gray);
    }
}
