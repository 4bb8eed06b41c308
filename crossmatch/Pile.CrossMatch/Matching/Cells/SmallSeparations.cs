using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Pile.Sky;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>Computes the separations of many near pairs at once. They agree with
/// <see cref="Separation.Arcsec(double, double, double, double)"/> to a relative error of about 1e-14.</summary>
/// <remarks>
/// The haversine of the angle, with short series: h = sin²(Δδ/2) + cos δ₁ cos δ₂ sin²(Δα/2), where cos δ₁ cos δ₂ = cos² δₘ - sin²(Δδ/2) and
/// δₘ is the mean declination. Pairs with larger arguments (near a pole, across RA 0/360, far apart) and pairs whose separation equals the
/// radius to 1e-12 are left to the scalar formula, which is the definition. No operation is fused, so that vectors of any width and scalar
/// code give the same bits.
/// </remarks>
internal static class SmallSeparations
{
    /// <summary>The largest half difference, in radians. The first omitted term of a series is then below 1e-15 of the sum.</summary>
    private const double LargestArgument = 0.01;

    private const double RadPerDeg = Math.PI / 180, ArcsecPerRad = 180 * 3600 / Math.PI;

    // Coefficients of the sine, accurate to 1e-16 up to 90 degrees (17! is 3.6e14; the terms alternate).
    private const double S3 = -1.0 / 6, S5 = 1.0 / 120, S7 = -1.0 / 5040, S9 = 1.0 / 362880, S11 = -1.0 / 39916800, S13 = 1.0 / 6227020800,
        S15 = -1.0 / 1307674368000,
        S17 = 1.0 / 355687428096000, S19 = -1.0 / 121645100408832000;

    // Coefficients of the arcsine.
    private const double A3 = 1.0 / 6, A5 = 3.0 / 40, A7 = 15.0 / 336;

    /// <summary>Computes separations; NaN for pairs that need the scalar formula.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Compute(ReadOnlySpan<double> raA, ReadOnlySpan<double> decA, ReadOnlySpan<double> raB, ReadOnlySpan<double> decB,
        double radiusArcsec, Span<double> separationArcsec)
    {
        int i = 0;
        double margin = (radiusArcsec * 1e-12) + 1e-13;
        if (Vector256.IsHardwareAccelerated)
        {
            ref double toSeparation = ref MemoryMarshal.GetReference(separationArcsec[..raA.Length]);
            ref double fromRaA = ref MemoryMarshal.GetReference(raA), fromDecA = ref MemoryMarshal.GetReference(decA[..raA.Length]);
            ref double fromRaB = ref MemoryMarshal.GetReference(raB[..raA.Length]),
                fromDecB = ref MemoryMarshal.GetReference(decB[..raA.Length]);
            for (; i <= raA.Length - 4; i += 4)
                Near(Vector256.LoadUnsafe(ref fromRaA, (nuint)i), Vector256.LoadUnsafe(ref fromDecA, (nuint)i),
                    Vector256.LoadUnsafe(ref fromRaB, (nuint)i), Vector256.LoadUnsafe(ref fromDecB, (nuint)i), radiusArcsec, margin)
                    .StoreUnsafe(ref toSeparation, (nuint)i);
        }
        for (; i < raA.Length; i++)
            separationArcsec[i] = Near(raA[i], decA[i], raB[i], decB[i], radiusArcsec, margin);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Near(Vector256<double> raA, Vector256<double> decA, Vector256<double> raB, Vector256<double> decB,
        double radiusArcsec, double margin)
    {
        const double half = 0.5 * RadPerDeg;
        Vector256<double> halfRa = (raB - raA) * half, halfDec = (decB - decA) * half;
        Vector256<double> coMean = Vector256.Create(90.0 * RadPerDeg) - (Vector256.Abs(decA + decB) * half);

        Vector256<double> ra2 = halfRa * halfRa, dec2 = halfDec * halfDec, c2 = coMean * coMean;
        Vector256<double> sinRa = halfRa + (halfRa * ra2 * (Vector256.Create(S3) + (ra2 * S5)));
        Vector256<double> sinDec = halfDec + (halfDec * dec2 * (Vector256.Create(S3) + (dec2 * S5)));
        Vector256<double> tail = Vector256.Create(S3)
            + (c2 * (Vector256.Create(S5) + (c2 * (Vector256.Create(S7) + (c2 * (Vector256.Create(S9) + (c2 * (Vector256.Create(S11)
            + (c2 * (Vector256.Create(S13) + (c2 * (Vector256.Create(S15) + (c2 * (Vector256.Create(S17) + (c2 * S19)))))))))))))));
        Vector256<double> cosMean = coMean + (coMean * c2 * tail);
        Vector256<double> haversineDec = sinDec * sinDec;
        Vector256<double> haversine = haversineDec + (((cosMean * cosMean) - haversineDec) * (sinRa * sinRa));

        Vector256<double> sine = Vector256.Sqrt(haversine), h = haversine;
        Vector256<double> separation =
            (sine + (sine * h * (Vector256.Create(A3) + (h * (Vector256.Create(A5) + (h * A7)))))) * (2 * ArcsecPerRad);
        Vector256<double> limit = Vector256.Create(LargestArgument);
        Vector256<double> isSafe = Vector256.LessThan(Vector256.Abs(halfRa), limit) & Vector256.LessThan(Vector256.Abs(halfDec), limit)
            & Vector256.GreaterThan(Vector256.Abs(separation - Vector256.Create(radiusArcsec)), Vector256.Create(margin));
        return Vector256.ConditionalSelect(isSafe, separation, Vector256.Create(double.NaN));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Near(double raA, double decA, double raB, double decB, double radiusArcsec, double margin)
    {
        const double half = 0.5 * RadPerDeg;
        double halfRa = (raB - raA) * half, halfDec = (decB - decA) * half;
        double coMean = (90.0 * RadPerDeg) - (Math.Abs(decA + decB) * half);

        double ra2 = halfRa * halfRa, dec2 = halfDec * halfDec, c2 = coMean * coMean;
        double sinRa = halfRa + (halfRa * ra2 * (S3 + (ra2 * S5)));
        double sinDec = halfDec + (halfDec * dec2 * (S3 + (dec2 * S5)));
        double tail = S3 + (c2 * (S5 + (c2 * (S7 + (c2 * (S9 + (c2 * (S11 + (c2 * (S13 + (c2 * (S15 + (c2 * (S17 + (c2 * S19)))))))))))))));
        double cosMean = coMean + (coMean * c2 * tail);
        double haversineDec = sinDec * sinDec;
        double haversine = haversineDec + (((cosMean * cosMean) - haversineDec) * (sinRa * sinRa));

        double sine = Math.Sqrt(haversine), h = haversine;
        double separation = (sine + (sine * h * (A3 + (h * (A5 + (h * A7)))))) * (2 * ArcsecPerRad);
        bool isSafe = Math.Abs(halfRa) < LargestArgument && Math.Abs(halfDec) < LargestArgument
            && Math.Abs(separation - radiusArcsec) > margin;
        return isSafe ? separation : double.NaN;
    }
}
