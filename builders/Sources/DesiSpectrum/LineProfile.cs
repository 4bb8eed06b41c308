namespace Pile.Builders.Sources.DesiSpectrum;

/// <summary>The width of a Gaussian fitted to a column of a resolution matrix.</summary>
internal static class LineProfile
{
    // The wings of a resolution matrix are noise, and partly negative.
    private const double MinShareOfPeak = 0.1;

    /// <summary>Returns σ in pixels; NaN if fewer than three points are above the wings, or they have no maximum.</summary>
    /// <remarks>Weighted least squares of a parabola to the logarithm, weights value²: H. Guo, IEEE Signal Processing Magazine 28 (2011)
    /// 134.</remarks>
    /// <param name="profile">The diagonals, one per pixel.</param>
    internal static double SigmaPixels(ReadOnlySpan<float> profile)
    {
        double peak = 0;
        foreach (float value in profile)
            peak = Math.Max(peak, value);
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, t0 = 0, t1 = 0, t2 = 0;
        int points = 0, centre = profile.Length / 2;
        for (int i = 0; i < profile.Length; i++)
            if (profile[i] > MinShareOfPeak * peak)
            {
                double x = i - centre, relative = profile[i] / peak, weight = relative * relative, log = weight * Math.Log(relative);
                (s0, s1, s2, s3, s4) = (s0 + weight, s1 + (weight * x), s2 + (weight * x * x), s3 + (weight * x * x * x),
                    s4 + (weight * x * x * x * x));
                (t0, t1, t2) = (t0 + log, t1 + (log * x), t2 + (log * x * x));
                points++;
            }
        // Cramer's rule for the coefficient of x².
        double determinant = (s0 * ((s2 * s4) - (s3 * s3))) - (s1 * ((s1 * s4) - (s2 * s3))) + (s2 * ((s1 * s3) - (s2 * s2)));
        double curvature = ((s0 * ((s2 * t2) - (s3 * t1))) - (s1 * ((s1 * t2) - (s2 * t1))) + (t0 * ((s1 * s3) - (s2 * s2)))) / determinant;
        return points >= 3 && curvature < 0 ? Math.Sqrt(-0.5 / curvature) : double.NaN;
    }
}
