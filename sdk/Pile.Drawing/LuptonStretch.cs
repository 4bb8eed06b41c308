namespace Pile.Drawing;

/// <summary>The parameters of a colour composite, in the flux unit that the three bands share.</summary>
/// <param name="MinimumRed">Flux drawn black in the red band: its sky level.</param>
/// <param name="MinimumGreen">The same for the green band.</param>
/// <param name="MinimumBlue">The same for the blue band.</param>
/// <param name="Stretch">The flux scale, above 0. Up to a tenth of it the picture is nearly linear, where 0.1 · stretch is 25.5 of 255
/// counts.</param>
/// <param name="Q">Softening: larger values compress bright parts more; 0 is treated as 0.1, nearly linear.</param>
public readonly record struct LuptonStretch(double MinimumRed, double MinimumGreen, double MinimumBlue, double Stretch, double Q)
{
    /// <summary>The Q that <see cref="FromSky"/> uses, and the usual one.</summary>
    public const double UsualQ = 8;

    // One σ of sky becomes about 13 counts: noise is visible, and the sky still looks dark.
    private const double StretchPerSkySigma = 20;

    /// <summary>Creates parameters with the same minimum for all three bands, as for images with the sky already subtracted.</summary>
    public LuptonStretch(double minimum, double stretch, double q)
        : this(minimum, minimum, minimum, stretch, q)
    {
    }

    /// <summary>Chooses parameters from the sky: black is each band's own sky median, the stretch 20 σ of the sky noise of the mean of the
    /// bands, Q is 8.</summary>
    /// <param name="red">Flux of the band drawn red, the reddest, shape [n]; NaN is no data.</param>
    /// <param name="green">Flux of the band drawn green, shape [n].</param>
    /// <param name="blue">Flux of the band drawn blue, shape [n].</param>
    /// <returns>The parameters. For images without noise the stretch is a hundredth of the brightest pixel; for constant
    /// ones it is 1.</returns>
    /// <exception cref="ArgumentException">The bands differ in length.</exception>
    public static LuptonStretch FromSky(ReadOnlySpan<float> red, ReadOnlySpan<float> green, ReadOnlySpan<float> blue)
    {
        LuptonRgb.ThrowIfLengthsDiffer(red, green, blue);
        double minimumRed = SkyLevel.Of(red).Median, minimumGreen = SkyLevel.Of(green).Median, minimumBlue = SkyLevel.Of(blue).Median;
        var mean = new float[red.Length];
        for (int i = 0; i < mean.Length; i++)
            mean[i] = (float)((red[i] - minimumRed + green[i] - minimumGreen + blue[i] - minimumBlue) / 3);

        double stretch = StretchPerSkySigma * SkyLevel.Of(mean).Sigma;
        if (!(stretch > 0))
            stretch = SkyLevel.Quantile(mean, 1) / 100;
        return new(minimumRed, minimumGreen, minimumBlue, stretch > 0 ? stretch : 1, UsualQ);
    }
}
