using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pile.Builders.Sources.DesiSpectrum;

/// <summary>The widths of Gaussians fitted to the columns of a resolution matrix.</summary>
internal static class LineProfile
{
    // The wings of a resolution matrix are noise, and partly negative.
    private const double MinShareOfPeak = 0.1;

    /// <summary>Computes σ in pixels; NaN where fewer than three points are above the wings, or they have no maximum.</summary>
    /// <remarks>Weighted least squares of a parabola to the logarithm, weights value²: H. Guo, IEEE Signal Processing Magazine 28 (2011)
    /// 134.</remarks>
    /// <param name="profiles">The diagonals of the matrix, shape [diagonal, pixel].</param>
    /// <param name="sigma">Receives σ of each pixel.</param>
    internal static void SigmaPixels(ReadOnlySpan<float> profiles, Span<double> sigma)
    {
        int pixels = sigma.Length, diagonals = profiles.Length / pixels, pixel = 0;
        for (; pixel <= pixels - Vector512<double>.Count; pixel += Vector512<double>.Count)
            SigmaPixels(profiles[pixel..], pixels, diagonals).CopyTo(sigma[pixel..]);
        if (pixel == pixels)
            return;
        // The rest with the same instructions, because other ones may round in another way.
        Span<float> rest = stackalloc float[diagonals * Vector512<double>.Count];
        rest.Clear();
        for (int d = 0; d < diagonals; d++)
            profiles.Slice((d * pixels) + pixel, pixels - pixel).CopyTo(rest[(d * Vector512<double>.Count)..]);
        Vector512<double> last = SigmaPixels(rest, Vector512<double>.Count, diagonals);
        for (int i = 0; pixel < pixels; i++, pixel++)
            sigma[pixel] = last[i];
    }

    private static Vector512<double> SigmaPixels(ReadOnlySpan<float> profiles, int stride, int diagonals)
    {
        ref float first = ref MemoryMarshal.GetReference(profiles);
        Vector512<double> peak = Vector512<double>.Zero;
        for (int d = 0; d < diagonals; d++)
            peak = Vector512.Max(peak, Load(ref first, d * stride));
        Vector512<double> least = peak * MinShareOfPeak, inverse = Vector512<double>.One / peak;
        Vector512<double> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, t0 = default, t1 = default, t2 = default,
            points = default;
        for (int d = 0; d < diagonals; d++)
        {
            Vector512<double> value = Load(ref first, d * stride), isUsed = Vector512.GreaterThan(value, least);
            if (isUsed.AsInt64() == Vector512<long>.Zero)
                continue;
            double x = d - (diagonals / 2);
            Vector512<double> relative = Vector512.ConditionalSelect(isUsed, value * inverse, Vector512<double>.One),
                weight = isUsed & (relative * relative), log = weight * Vector512.Log(relative);
            s0 += weight;
            s1 = Plus(s1, weight, x);
            s2 = Plus(s2, weight, x * x);
            s3 = Plus(s3, weight, x * x * x);
            s4 = Plus(s4, weight, x * x * x * x);
            t0 += log;
            t1 = Plus(t1, log, x);
            t2 = Plus(t2, log, x * x);
            points += isUsed & Vector512<double>.One;
        }
        // Cramer's rule for the coefficient of x².
        Vector512<double> determinant = (s0 * ((s2 * s4) - (s3 * s3))) - (s1 * ((s1 * s4) - (s2 * s3))) + (s2 * ((s1 * s3) - (s2 * s2)));
        Vector512<double> curvature =
            ((s0 * ((s2 * t2) - (s3 * t1))) - (s1 * ((s1 * t2) - (s2 * t1))) + (t0 * ((s1 * s3) - (s2 * s2)))) / determinant;
        Vector512<double> isFitted = Vector512.GreaterThanOrEqual(points, Vector512.Create(3.0))
            & Vector512.LessThan(curvature, Vector512<double>.Zero);
        return Vector512.ConditionalSelect(isFitted, Vector512.Sqrt(Vector512.Create(-0.5) / curvature), Vector512.Create(double.NaN));
    }

    /// <summary>Adds a product, which is not rounded before: the same bits on every machine.</summary>
    private static Vector512<double> Plus(Vector512<double> sum, Vector512<double> value, double factor) =>
        Vector512.FusedMultiplyAdd(value, Vector512.Create(factor), sum);

    private static Vector512<double> Load(ref float first, int at)
    {
        (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(Vector256.LoadUnsafe(ref first, (nuint)at));
        return Vector512.Create(lower, upper);
    }
}
