using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pile.Sky;

public static partial class Healpix
{
    // A lane is recomputed by the scalar method if its approximate sine could matter: if an edge
    // coordinate (up to 2³¹) is within this distance of an integer. The error of the sine is
    // below 1e-15, which moves a coordinate by at most 27·2²⁹·1e-15 = 1.5e-5 (at VectorZLimit).
    private const double EdgeTolerance = 1e-4;
    private const double VectorZLimit = 0.999;
    private const double TransitionTolerance = 1e-12;
    // Adding or subtracting one turn is exact, or is rounded once as in the scalar method; positions farther from [0, 360] are recomputed.
    private const double VectorRaMiddleDeg = 180.0;
    private const double VectorRaReachDeg = 360.0;

    // Adding 2⁵² to an integer below it stores that integer in the low bits of the double.
    private const double IntegerInLowBits = 4503599627370496.0;

    /// <summary>Finds the NESTED pixels that contain sky positions, element by element.</summary>
    /// <param name="order">HEALPix order, 0 to 29.</param>
    /// <param name="raDeg">Right ascension: ICRS degrees, shape [n], any finite value (wrapped to 360).</param>
    /// <param name="decDeg">Declination: ICRS degrees in [-90, 90], shape [n].</param>
    /// <param name="destination">Receives the pixel numbers; shape [n] or longer, the rest is unchanged.</param>
    /// <exception cref="ArgumentException">The inputs differ in length, or the destination is shorter than they are.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is not in [0, 29], or a position is not valid: the message contains its
    /// index and value. The pixels before it have been written.</exception>
    /// <remarks>The results equal those of the overload for one position, to the last bit. Eight lanes are computed at a time if the
    /// machine has vectors of 256 bits or more; lanes near a pole or the edge of a pixel are recomputed by the scalar method.</remarks>
    public static void AngToPix(int order, ReadOnlySpan<double> raDeg, ReadOnlySpan<double> decDeg, Span<long> destination)
    {
        CheckOrder(order);
        if (decDeg.Length != raDeg.Length || destination.Length < raDeg.Length)
            throw new ArgumentException($"Expected two inputs of length {raDeg.Length} and a destination of at least {raDeg.Length}.");

        int done = Vector256.IsHardwareAccelerated ? AngToPixByVectors(order, raDeg, decDeg, destination) : 0;
        AngToPixOneByOne(order, raDeg, decDeg, destination, done, raDeg.Length);
    }

    /// <summary>The scalar method for a range of elements: for the rest of a batch, and for machines without vectors.</summary>
    internal static void AngToPixOneByOne(int order, ReadOnlySpan<double> raDeg, ReadOnlySpan<double> decDeg, Span<long> destination,
        int start, int end)
    {
        for (int i = start; i < end; i++)
            destination[i] = CheckedAngToPix(order, raDeg[i], decDeg[i], i);
    }

    private static long CheckedAngToPix(int order, double raDeg, double decDeg, int index)
    {
        if (!double.IsFinite(raDeg))
            throw new ArgumentOutOfRangeException(nameof(raDeg), raDeg,
                $"raDeg[{index}] = {raDeg}: expected a finite right ascension in degrees.");
        if (!(Math.Abs(decDeg) <= 90.0))
            throw new ArgumentOutOfRangeException(nameof(decDeg), decDeg,
                $"decDeg[{index}] = {decDeg}: expected a declination in [-90, 90] degrees.");
        return AngToPix29(raDeg, decDeg) >> (2 * (MaxOrder - order));
    }

    private static int AngToPixByVectors(int order, ReadOnlySpan<double> raDeg, ReadOnlySpan<double> decDeg, Span<long> destination)
    {
        ref double ra = ref MemoryMarshal.GetReference(raDeg);
        ref double dec = ref MemoryMarshal.GetReference(decDeg);
        ref long pixels = ref MemoryMarshal.GetReference(destination);
        int shift = 2 * (MaxOrder - order);
        int i = 0;
        for (; i <= raDeg.Length - Vector512<double>.Count; i += Vector512<double>.Count)
        {
            (Vector512<long> pixels29, ulong uncertain) = AngToPix29(Vector512.LoadUnsafe(ref ra, (nuint)i),
                Vector512.LoadUnsafe(ref dec, (nuint)i));
            (pixels29 >> shift).StoreUnsafe(ref pixels, (nuint)i);
            for (; uncertain != 0; uncertain &= uncertain - 1)
            {
                int lane = i + (int)ulong.TrailingZeroCount(uncertain);
                destination[lane] = CheckedAngToPix(order, raDeg[lane], decDeg[lane], lane);
            }
        }
        return i;
    }

    /// <summary>Computes both zones for every lane and selects one; the second result has a bit for each lane to recompute.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<long> Pixels, ulong Uncertain) AngToPix29(Vector512<double> raDeg, Vector512<double> decDeg)
    {
        Vector512<double> half = Vector512.Create(0.5), one = Vector512.Create(1.0), nside = Vector512.Create(Nside29);
        Vector512<double> z = SineOfDeclination(decDeg * AngleUnits.RadPerDeg);
        Vector512<double> za = Vector512.Abs(z);
        Vector512<double> azimuth = raDeg * AngleUnits.RadPerDeg, turn = Vector512.Create(Math.Tau);
        azimuth += Vector512.LessThan(azimuth, Vector512<double>.Zero) & turn;
        azimuth -= Vector512.GreaterThanOrEqual(azimuth, turn) & turn;
        Vector512<double> quarters = azimuth * QuartersPerRad;

        Vector512<double> diagonal = half + quarters, slope = z * 0.75;
        Vector512<double> face = Vector512.Floor(quarters), inFace = quarters - face;
        Vector512<double> fromPole = Vector512.Sqrt(Vector512.Create(3.0) * (one - za));
        Vector512<double> isPolar = Vector512.GreaterThan(za, Vector512.Create(TransitionZ));
        Vector512<double> first = Vector512.ConditionalSelect(isPolar, inFace * fromPole, diagonal - slope) * nside;
        Vector512<double> second = Vector512.ConditionalSelect(isPolar, (one - inFace) * fromPole, diagonal + slope) * nside;
        Vector512<double> firstFloor = Vector512.Floor(first), secondFloor = Vector512.Floor(second);

        // Written such that a NaN marks its lane as uncertain.
        Vector512<double> edge = Vector512.Create(0.5 - EdgeTolerance);
        Vector512<double> certain = Vector512.LessThan(Vector512.Abs(first - firstFloor - half), edge)
            & Vector512.LessThan(Vector512.Abs(second - secondFloor - half), edge)
            & Vector512.LessThan(za, Vector512.Create(VectorZLimit))
            & Vector512.GreaterThan(Vector512.Abs(za - Vector512.Create(TransitionZ)), Vector512.Create(TransitionTolerance))
            & Vector512.LessThanOrEqual(Vector512.Abs(decDeg), Vector512.Create(90.0))
            & Vector512.LessThan(Vector512.Abs(raDeg - Vector512.Create(VectorRaMiddleDeg)), Vector512.Create(VectorRaReachDeg));

        Vector512<long> p = LowBits(firstFloor), q = LowBits(secondFloor);
        Vector512<long> polar = isPolar.AsInt64(), south = z.AsInt64() >> 63, southPolar = polar & south;
        Vector512<long> mask = Vector512.Create(CoordinateMask29);
        Vector512<long> x = Vector512.ConditionalSelect(southPolar, p, q ^ Vector512.AndNot(polar, south)) & mask;
        Vector512<long> y = Vector512.ConditionalSelect(southPolar, q, ~p) & mask;

        Vector512<long> fallingFace = p >> MaxOrder, risingFace = q >> MaxOrder;
        Vector512<long> row = fallingFace - risingFace + Vector512.Create(1L);
        Vector512<long> equatorialFace = (row << 2) | (Vector512.Min(fallingFace, risingFace) & Vector512.Create(3L));
        Vector512<long> polarFace = LowBits(face) | (south & Vector512.Create(8L));
        Vector512<long> faces = Vector512.ConditionalSelect(polar, polarFace, equatorialFace);

        return ((faces << (2 * MaxOrder)) | BitInterleave.Interleave(x, y), ~certain.ExtractMostSignificantBits() & 0xFF);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<long> LowBits(Vector512<double> integers) =>
        (integers + Vector512.Create(IntegerInLowBits)).AsInt64() ^ Vector512.Create(IntegerInLowBits).AsInt64();

    /// <summary>Computes the sine on [-π/2, π/2] by its Taylor series up to x²¹. The
    /// truncation error is below 2e-18, so only rounding (below 1e-15) matters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> SineOfDeclination(Vector512<double> x)
    {
        Vector512<double> square = x * x;
        Vector512<double> sum = Vector512.Create(1.0 / 51090942171709440000.0); // 1/21!
        sum = Vector512.MultiplyAddEstimate(sum, square, Vector512.Create(-1.0 / 121645100408832000.0));
        sum = Vector512.MultiplyAddEstimate(sum, square, Vector512.Create(1.0 / 355687428096000.0));
        sum = Vector512.MultiplyAddEstimate(sum, square, Vector512.Create(-1.0 / 1307674368000.0));
        sum = Vector512.MultiplyAddEstimate(sum, square, Vector512.Create(1.0 / 6227020800.0));
        sum = Vector512.MultiplyAddEstimate(sum, square, Vector512.Create(-1.0 / 39916800.0));
        sum = Vector512.MultiplyAddEstimate(sum, square, Vector512.Create(1.0 / 362880.0));
        sum = Vector512.MultiplyAddEstimate(sum, square, Vector512.Create(-1.0 / 5040.0));
        sum = Vector512.MultiplyAddEstimate(sum, square, Vector512.Create(1.0 / 120.0));
        sum = Vector512.MultiplyAddEstimate(sum, square, Vector512.Create(-1.0 / 6.0));
        return Vector512.MultiplyAddEstimate(sum, square * x, x);
    }
}
