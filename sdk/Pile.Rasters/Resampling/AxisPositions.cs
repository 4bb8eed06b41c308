namespace Pile.Rasters;

/// <summary>Where the centres of the pixels of a grid are in a raster, along one axis.</summary>
/// <remarks>The widths of pixels usually are whole or short decimal numbers, so that all centres are fractions with a small common
/// denominator. Weights are then its numerators, whole numbers whose sums are exact: a result of 1.5 is not 1.4999…, as with weights of
/// 1/6 in floating point, and is rounded up. Other centres are floating-point numbers. A centre on the border of two pixels is in the one
/// with the larger number, as in GDAL: floor(u + 10⁻¹⁰).</remarks>
internal sealed class AxisPositions
{
    private const double Tie = 1e-10;

    // Four products of two weights and a number of 32 bits have an exact sum in a float64: 1024² · 2³² < 2⁵³.
    private const int LargestDenominator = 1024;

    private readonly long numeratorStep, numeratorOrigin;

    /// <param name="step">The width of a pixel of the grid, in pixels of the raster.</param>
    /// <param name="origin">The edge of pixel 0 of the grid, in pixels of the raster.</param>
    /// <param name="count">The number of pixels of the grid.</param>
    /// <param name="length">The number of pixels of the raster.</param>
    internal AxisPositions(double step, double origin, int count, int length)
    {
        (Step, Origin, Length) = (step, origin, length);
        double first = origin + (0.5 * step);
        for (int even = 2; even <= LargestDenominator; even += 2)
            if (IsWhole(even * first, even * Tie) && IsWhole(even * step, even * Tie / count))
            {
                (Denominator, numeratorOrigin, numeratorStep) = (even, (long)Math.Round(even * first), (long)Math.Round(even * step));
                return;
            }
    }

    /// <summary>The width of a pixel of the grid, in pixels of the raster.</summary>
    internal double Step { get; }

    /// <summary>The edge of pixel 0 of the grid, in pixels of the raster.</summary>
    internal double Origin { get; }

    /// <summary>The number of pixels of the raster.</summary>
    internal int Length { get; }

    /// <summary>The common denominator, an even number; 1 if weights are fractions of 1.</summary>
    internal int Denominator { get; } = 1;

    /// <summary>Returns the pixel of the raster with the centre of a pixel of the grid, the last pixel whose centre is not right of it, and
    /// the weight of the pixel after that one.</summary>
    internal (double Nearest, double Left, double Weight) Of(long pixel)
    {
        if (Denominator is 1)
        {
            double at = Origin + ((pixel + 0.5) * Step), before = Math.Floor(at - 0.5);
            return (Math.Floor(at + Tie), before, at - 0.5 - before);
        }
        long numerator = numeratorOrigin + (pixel * numeratorStep), shifted = numerator - (Denominator / 2);
        double left = Math.Floor((double)shifted / Denominator);
        return (Math.Floor((double)numerator / Denominator), left, shifted - (left * Denominator));
    }

    private static bool IsWhole(double number, double tolerance) =>
        Math.Abs(number) < 1L << 50 && Math.Abs(number - Math.Round(number)) <= tolerance;
}
