namespace Pile.Rasters;

/// <summary>Which pixels of a raster the pixels of another grid are computed from, along one axis.</summary>
internal sealed class AxisTaps
{
    /// <summary>Computes the taps of a window.</summary>
    /// <param name="axis">The pixels of the grid in the raster.</param>
    /// <param name="first">The first pixel of the window, in the grid.</param>
    /// <param name="count">The number of pixels.</param>
    internal AxisTaps(AxisPositions axis, int first, int count)
    {
        (Nearest, Left, Weight, WeightSum) = (new int[count], new int[count], new double[count], axis.Denominator);
        (Low, High) = (int.MaxValue, -1);
        for (int i = 0; i < count; i++)
        {
            (double nearest, double left, double weight) = axis.Of((long)first + i);
            if (!(nearest >= 0 && nearest < axis.Length))
            {
                Nearest[i] = -1;
                continue;
            }
            (Nearest[i], Left[i], Weight[i]) = ((int)nearest, (int)left, weight);
            Low = Math.Max(0, Math.Min(Low, Math.Min((int)left, (int)nearest)));
            High = Math.Min(axis.Length - 1, Math.Max(High, Math.Max((int)left + 1, (int)nearest)));
        }
    }

    /// <summary>The pixel at the centre of each pixel; -1 outside the raster.</summary>
    internal int[] Nearest { get; }

    /// <summary>The last pixel whose centre is not right of the centre; may be -1.</summary>
    internal int[] Left { get; }

    /// <summary>The weight of the pixel after <see cref="Left"/>; that of <see cref="Left"/> is <see cref="WeightSum"/> minus it.</summary>
    internal double[] Weight { get; }

    /// <summary>The sum of the two weights.</summary>
    internal double WeightSum { get; }

    /// <summary>The first pixel of the raster that is needed.</summary>
    internal int Low { get; }

    /// <summary>The last pixel of the raster that is needed; -1 if none is.</summary>
    internal int High { get; }
}
