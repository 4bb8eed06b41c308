namespace Pile.Drawing;

/// <summary>
/// Colour composites that preserve colours at every brightness: the same asinh factor, from the mean of the bands, for all three.
/// Source: Lupton et al. 2004, PASP 116, 133; the normalisation of the factor is that of astropy.visualization.make_lupton_rgb.
/// </summary>
public static class LuptonRgb
{
    /// <summary>The gray, in counts, of pixels without data in any of the bands: neither sky nor object.</summary>
    public const byte NoData = 0x70;

    private const double MaximumCount = 255;

    /// <summary>Draws three bands as red, green and blue.</summary>
    /// <param name="red">Flux of the band drawn red, the reddest, shape [height, width], in the same unit as the others; NaN or infinite is
    /// no data.</param>
    /// <param name="green">Flux of the band drawn green, the same shape and unit.</param>
    /// <param name="blue">Flux of the band drawn blue, the same shape and unit.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="stretch">The parameters, for instance <see cref="LuptonStretch.FromSky"/>.</param>
    /// <param name="rows">The position of row 0: <see cref="RowOrder.BottomUp"/> for FITS, whose rows are drawn in reverse order.</param>
    /// <param name="destination">Receives red, green, blue of each pixel, rows from the top, shape [height, width, 3]; must have exactly
    /// this length.</param>
    /// <exception cref="ArgumentException">The bands differ in length or are not whole rows, the destination is not three times as long, or
    /// the stretch is not above 0.</exception>
    /// <remarks>If the brightest channel would exceed 255, all three are scaled down, so that the colour is preserved. Negative flux in a
    /// band is drawn as 0.</remarks>
    public static void Render(ReadOnlySpan<float> red, ReadOnlySpan<float> green, ReadOnlySpan<float> blue, int width,
        in LuptonStretch stretch, RowOrder rows, Span<byte> destination)
    {
        ThrowIfLengthsDiffer(red, green, blue);
        int height = ImageRows.Count(red.Length, width);
        if (destination.Length != red.Length * 3)
            throw new ArgumentException($"Expected a destination of {red.Length * 3} bytes, got {destination.Length}.",
                nameof(destination));
        if (!(stretch.Stretch > 0) || !double.IsFinite(stretch.Q))
            throw new ArgumentException($"Expected a stretch above 0 and a finite Q, got {stretch}.", nameof(stretch));

        double q = Math.Abs(stretch.Q) < 1.0 / (1 << 23) ? 0.1 : Math.Min(stretch.Q, 1e10);
        double softening = q / stretch.Stretch;
        double slope = 0.1 * MaximumCount / Math.Asinh(0.1 * q);
        for (int y = 0; y < height; y++)
        {
            int source = ImageRows.Source(y, height, rows) * width;
            Span<byte> row = destination.Slice(y * width * 3, width * 3);
            for (int x = 0; x < width; x++, source++)
                Pixel(red[source] - stretch.MinimumRed, green[source] - stretch.MinimumGreen, blue[source] - stretch.MinimumBlue,
                    softening, slope, row.Slice(x * 3, 3));
        }
    }

    internal static void ThrowIfLengthsDiffer(ReadOnlySpan<float> red, ReadOnlySpan<float> green, ReadOnlySpan<float> blue)
    {
        if (red.Length != green.Length || green.Length != blue.Length)
            throw new ArgumentException($"Expected three bands of the same shape, got {red.Length}, {green.Length} and {blue.Length} "
                + "pixels: resample them to a common grid first.");
    }

    private static void Pixel(double red, double green, double blue, double softening, double slope, Span<byte> rgb)
    {
        double mean = (red + green + blue) / 3;
        if (!double.IsFinite(mean))
        {
            rgb.Fill(NoData);
            return;
        }

        double factor = mean <= 0 ? 0 : Math.Asinh(mean * softening) * slope / mean;
        red = Math.Max(red * factor, 0);
        green = Math.Max(green * factor, 0);
        blue = Math.Max(blue * factor, 0);
        double brightest = Math.Max(red, Math.Max(green, blue));
        double scale = brightest >= MaximumCount ? MaximumCount / brightest : 1;
        rgb[0] = (byte)(red * scale);
        rgb[1] = (byte)(green * scale);
        rgb[2] = (byte)(blue * scale);
    }
}
