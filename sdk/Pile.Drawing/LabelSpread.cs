namespace Pile.Drawing;

/// <summary>Separates labels along a line, moving each as little as possible.</summary>
internal static class LabelSpread
{
    /// <summary>Places labels at least a gap apart, so that the sum of squared shifts is minimal.</summary>
    /// <param name="wanted">The preferred positions of the labels, ascending.</param>
    /// <param name="gap">The minimum distance between two labels; it is reduced if they do not all fit.</param>
    /// <param name="low">The low end of the available range.</param>
    /// <param name="high">The high end.</param>
    /// <returns>The positions, ascending, within the range.</returns>
    /// <remarks>After subtracting the gaps this is isotonic regression, which is solved by pooling adjacent violators (Ayer et al. 1955,
    /// Ann. Math. Stat. 26, 641). Clamping its solution to the range keeps it optimal there.</remarks>
    public static double[] Place(ReadOnlySpan<double> wanted, double gap, double low, double high)
    {
        int n = wanted.Length;
        if (n > 1)
            gap = Math.Min(gap, (high - low) / (n - 1));
        var mean = new double[n];
        var size = new int[n];
        int pools = 0;
        for (int i = 0; i < n; i++)
        {
            (mean[pools], size[pools]) = (wanted[i] - i * gap, 1);
            for (pools++; pools > 1 && mean[pools - 2] > mean[pools - 1]; pools--)
            {
                int both = size[pools - 2] + size[pools - 1];
                mean[pools - 2] = (mean[pools - 2] * size[pools - 2] + mean[pools - 1] * size[pools - 1]) / both;
                size[pools - 2] = both;
            }
        }

        var placed = new double[n];
        for (int pool = 0, i = 0; pool < pools; pool++)
            for (int k = 0; k < size[pool]; k++, i++)
                placed[i] = Math.Clamp(mean[pool], low, Math.Max(low, high - (n - 1) * gap)) + i * gap;
        return placed;
    }
}
