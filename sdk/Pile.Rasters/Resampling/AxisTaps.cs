namespace Pile.Rasters;

/// <summary>Which pixels of a raster the pixels of another grid are computed from, along one axis.</summary>
/// <remarks>A centre on the border of two pixels is in the one with the larger number, as in GDAL: floor(u + 10⁻¹⁰).</remarks>
internal sealed class AxisTaps
{
    private const double Tie = 1e-10;

    /// <summary>Computes the taps of a window.</summary>
    /// <param name="first">The first pixel of the window, in the grid.</param>
    /// <param name="count">The number of pixels.</param>
    /// <param name="step">The width of a pixel of the grid, in pixels of the raster.</param>
    /// <param name="origin">The edge of pixel 0 of the grid, in pixels of the raster.</param>
    /// <param name="length">The number of pixels of the raster.</param>
    internal AxisTaps(int first, int count, double step, double origin, int length)
    {
        (Nearest, Left, Weight) = (new int[count], new int[count], new double[count]);
        (Low, High) = (int.MaxValue, -1);
        for (int i = 0; i < count; i++)
        {
            double at = origin + ((first + i + 0.5) * step), nearest = Math.Floor(at + Tie), left = Math.Floor(at - 0.5);
            if (!(nearest >= 0 && nearest < length))
            {
                Nearest[i] = -1;
                continue;
            }
            (Nearest[i], Left[i], Weight[i]) = ((int)nearest, (int)left, at - 0.5 - left);
            Low = Math.Max(0, Math.Min(Low, Math.Min((int)left, (int)nearest)));
            High = Math.Min(length - 1, Math.Max(High, Math.Max((int)left + 1, (int)nearest)));
        }
    }

    /// <summary>The pixel at the centre of each pixel; -1 outside the raster.</summary>
    internal int[] Nearest { get; }

    /// <summary>The last pixel whose centre is not right of the centre; may be -1.</summary>
    internal int[] Left { get; }

    /// <summary>The weight of the pixel after <see cref="Left"/>; that of <see cref="Left"/> is one minus it.</summary>
    internal double[] Weight { get; }

    /// <summary>The first pixel of the raster that is needed.</summary>
    internal int Low { get; }

    /// <summary>The last pixel of the raster that is needed; -1 if none is.</summary>
    internal int High { get; }
}
