using System.Runtime.Intrinsics;

namespace Pile.Sky;

/// <summary>Computes right ascension and declination of moved stars.</summary>
/// <remarks>The motion is added to the first direction, which keeps all digits of a small one.</remarks>
internal static class SeenPlace
{
    private const double Degree = Math.PI / 180, LargestSquare = 1e-4;

    /// <summary>Returns right ascensions in [0, 360) and declinations in degrees.</summary>
    /// <param name="raDeg">Right ascensions of the first directions.</param>
    /// <param name="decDeg">Declinations of the first directions.</param>
    /// <param name="sinDec">The sine of <paramref name="decDeg"/>.</param>
    /// <param name="cosDec">The cosine of <paramref name="decDeg"/>.</param>
    /// <param name="seen">Where the stars are seen.</param>
    internal static (Vector256<double> RaDeg, Vector256<double> DecDeg) Of(Vector256<double> raDeg, Vector256<double> decDeg,
        Vector256<double> sinDec, Vector256<double> cosDec, SpaceVectors seen)
    {
        Vector256<double> equatorial = (seen.Outward * cosDec) - (seen.North * sinDec),
            polar = (seen.Outward * sinDec) + (seen.North * cosDec),
            fromAxis = Vector256.Sqrt((seen.East * seen.East) + (equatorial * equatorial)),
            north = seen.North - (sinDec * seen.East * seen.East / (fromAxis + equatorial)), south = (fromAxis * cosDec) + (polar * sinDec),
            ofRa = seen.East / equatorial, ofDec = north / south;
        Vector256<double> isNear = Vector256.GreaterThan(equatorial, Vector256<double>.Zero)
            & Vector256.GreaterThan(south, Vector256<double>.Zero)
            & Vector256.LessThan(Vector256.Max(ofRa * ofRa, ofDec * ofDec), Vector256.Create(LargestSquare));
        Vector256<double> ra = raDeg + (ArcTangent(ofRa) / Degree), dec = decDeg + (ArcTangent(ofDec) / Degree);
        if (Vector256.ExtractMostSignificantBits(isNear) != 0b1111)
            for (int star = 0; star < Vector256<double>.Count; star++)
                if (BitConverter.DoubleToInt64Bits(isNear[star]) == 0)
                {
                    ra = ra.WithElement(star, raDeg[star] + (Math.Atan2(seen.East[star], equatorial[star]) / Degree));
                    dec = dec.WithElement(star, equatorial[star] > 0
                        ? decDeg[star] + (Math.Atan2(north[star], south[star]) / Degree)
                        : Math.Atan2(polar[star], fromAxis[star]) / Degree);
                }
        return (Turned(ra), Vector256.Clamp(dec, Vector256.Create(-90.0), Vector256.Create(90.0)));
    }

    private static Vector256<double> Turned(Vector256<double> raDeg)
    {
        Vector256<double> turn = Vector256.Create(360.0);
        raDeg += turn & Vector256.LessThan(raDeg, Vector256<double>.Zero);
        raDeg -= turn & Vector256.GreaterThanOrEqual(raDeg, turn);
        // A tiny negative angle plus a turn is a turn.
        return Vector256.AndNot(raDeg, Vector256.GreaterThanOrEqual(raDeg, turn));
    }

    // For small angles the terms left out are smaller than the last bit.
    private static Vector256<double> ArcTangent(Vector256<double> tangent)
    {
        Vector256<double> square = tangent * tangent, one = Vector256<double>.One;
        return tangent * (one - (square * (Vector256.Create(1 / 3.0) - (square * (Vector256.Create(1 / 5.0)
            - (square * (Vector256.Create(1 / 7.0) - (square / 9))))))));
    }
}
