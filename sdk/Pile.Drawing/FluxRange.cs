namespace Pile.Drawing;

/// <summary>The span of a flux axis, and the number of good pixels outside it.</summary>
internal readonly record struct FluxRange(double Low, double High, int BeyondCount)
{
    private const int Window = 5;
    private const double Tail = 0.005;
    private const double Margin = 0.06;

    /// <summary>Returns the span of the running medians of five good pixels and of 99 % of the pixels themselves, with a margin.</summary>
    /// <remarks>Lines, the top of the highest one, and noise determine the span; spikes of one or two pixels do not.</remarks>
    public static FluxRange Of(ReadOnlySpan<float> flux, bool[] good)
    {
        var kept = new float[flux.Length];
        int n = 0;
        for (int i = 0; i < good.Length; i++)
            if (good[i])
                kept[n++] = flux[i];

        int width = Math.Min(Window, n);
        float low = float.PositiveInfinity, high = float.NegativeInfinity, peak = float.NegativeInfinity;
        Span<float> window = stackalloc float[Window];
        for (int i = 0; i + width <= n; i++)
        {
            kept.AsSpan(i, width).CopyTo(window);
            window[..width].Sort();
            float median = window[width / 2];
            if (median > high)
                peak = window[width - 1];
            (low, high) = (Math.Min(low, median), Math.Max(high, median));
        }

        Span<float> sorted = kept.AsSpan(0, n);
        sorted.Sort();
        low = Math.Min(low, sorted[(int)Math.Ceiling(Tail * (n - 1))]);
        // The top of the highest line is above the median around it, but not by more than twice its height.
        high = Math.Max(high, Math.Min(peak, (3 * high) - (2 * sorted[(n - 1) / 2])));
        high = Math.Max(high, sorted[(int)Math.Floor((1 - Tail) * (n - 1))]);
        double margin = high > low ? Margin * ((double)high - low) : high != 0 ? 0.1 * Math.Abs(high) : 1;
        (double bottom, double top) = (low - margin, high + margin);
        int beyond = 0;
        foreach (float value in sorted)
            beyond += value < bottom || value > top ? 1 : 0;
        return new(bottom, top, beyond);
    }
}
