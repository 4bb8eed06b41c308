namespace Pile.Plotting;

/// <summary>Enlarges images of few pixels smoothly, by cubic convolution of their fluxes.</summary>
/// <remarks>Source: R. Keys, IEEE Trans. ASSP 29 (1981) 1153, with a = -1/2.</remarks>
internal static class PixelInterpolation
{
    private const int Taps = 4;

    /// <summary>Enlarges a plane. Places whose nearest pixel has no value have none; pixels without a value do not change others.</summary>
    /// <param name="plane">The fluxes, row by row, NaN for missing ones.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="factor">How many times wider and higher the result is.</param>
    internal static float[] Enlarge(float[] plane, int width, int factor)
    {
        int height = plane.Length / width, wide = width * factor, high = height * factor;
        float[] result = new float[wide * high];
        Span<double> across = stackalloc double[Taps], down = stackalloc double[Taps];
        for (int y = 0; y < high; y++)
        {
            (int top, int nearestY) = Weights(y, factor, down);
            for (int x = 0; x < wide; x++)
            {
                (int left, int nearestX) = Weights(x, factor, across);
                float nearest = plane[(nearestY * width) + nearestX];
                if (!float.IsFinite(nearest))
                {
                    result[(y * wide) + x] = float.NaN;
                    continue;
                }
                double sum = 0;
                for (int i = 0; i < Taps; i++)
                    for (int j = 0; j < Taps; j++)
                    {
                        float value = plane[(Math.Clamp(top + i, 0, height - 1) * width) + Math.Clamp(left + j, 0, width - 1)];
                        sum += down[i] * across[j] * (float.IsFinite(value) ? value : nearest);
                    }
                result[(y * wide) + x] = (float)sum;
            }
        }
        return result;
    }

    private static (int First, int Nearest) Weights(int place, int factor, Span<double> weights)
    {
        double position = ((place + 0.5) / factor) - 0.5;
        int floor = (int)Math.Floor(position);
        double t = position - floor;
        weights[0] = t * (-0.5 + (t * (1 - (0.5 * t))));
        weights[1] = 1 + (t * t * (-2.5 + (1.5 * t)));
        weights[2] = t * (0.5 + (t * (2 - (1.5 * t))));
        weights[3] = t * t * (-0.5 + (0.5 * t));
        return (floor - 1, place / factor);
    }
}
