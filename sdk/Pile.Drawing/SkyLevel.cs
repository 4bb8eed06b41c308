namespace Pile.Drawing;

/// <summary>The sky of an image, estimated from its pixels: level and noise in the image's own unit.</summary>
/// <param name="Median">Median of the pixels taken as sky.</param>
/// <param name="Sigma">Noise of one pixel: 1.4826 times the median absolute deviation, which is σ for Gaussian noise; 0 for noiseless
/// images.</param>
internal readonly record struct SkyLevel(double Median, double Sigma)
{
    private const double SigmaPerMad = 1.4826; // 1 / Φ⁻¹(3/4)
    private const double ClipSigma = 3;
    private const int MaximumRounds = 10;

    /// <summary>Estimates the sky as median and MAD of the finite pixels, with iterative clipping at 3 σ.</summary>
    /// <param name="plane">Pixels in any order; NaN and infinities are no data.</param>
    /// <returns>The level; (0, 0) if no pixel is finite.</returns>
    /// <remarks>An object that fills most of the frame raises the level: then set the stretch explicitly.</remarks>
    public static SkyLevel Of(ReadOnlySpan<float> plane)
    {
        float[] sky = Finite(plane);
        float[] deviation = new float[sky.Length];
        Array.Sort(sky);
        Span<float> kept = sky;
        SkyLevel level = default;
        for (int round = 0; round < MaximumRounds && kept.Length > 0; round++)
        {
            float median = MiddleOf(kept);
            for (int i = 0; i < kept.Length; i++)
                deviation[i] = Math.Abs(kept[i] - median);
            Array.Sort(deviation, 0, kept.Length);
            level = new(median, SigmaPerMad * MiddleOf(deviation.AsSpan(0, kept.Length)));
            Span<float> next = Within(kept, level.Median - ClipSigma * level.Sigma, level.Median + ClipSigma * level.Sigma);
            if (next.Length == kept.Length || level.Sigma == 0)
                break;
            kept = next;
        }

        return level;
    }

    /// <summary>Returns a quantile of the finite pixels; NaN if no pixel is finite.</summary>
    internal static double Quantile(ReadOnlySpan<float> plane, double fraction)
    {
        float[] sorted = Finite(plane);
        Array.Sort(sorted);
        return sorted.Length == 0 ? double.NaN : sorted[(int)(fraction * (sorted.Length - 1))];
    }

    private static float[] Finite(ReadOnlySpan<float> plane)
    {
        var finite = new float[plane.Length];
        int n = 0;
        foreach (float value in plane)
            if (float.IsFinite(value))
                finite[n++] = value;
        return finite[..n];
    }

    private static Span<float> Within(Span<float> sorted, double low, double high)
    {
        int first = 0, end = sorted.Length;
        while (first < end && sorted[first] < low)
            first++;
        while (end > first && sorted[end - 1] > high)
            end--;
        return sorted[first..end];
    }

    private static float MiddleOf(ReadOnlySpan<float> sorted)
    {
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : sorted[half - 1] + (sorted[half] - sorted[half - 1]) / 2;
    }
}
