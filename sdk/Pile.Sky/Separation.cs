namespace Pile.Sky;

/// <summary>Great-circle separations and position angles of pairs of sky positions.</summary>
public static partial class Separation
{
    /// <summary>Computes the great-circle separation of pairs of sky positions, element by element.</summary>
    /// <param name="leftRaDeg">Right ascension of the first positions: ICRS degrees, shape [n], any finite value (wrapped to 360).</param>
    /// <param name="leftDecDeg">Declination of the first positions: ICRS degrees in [-90, 90], shape [n]. The range is not checked: the
    /// separation of a position outside it has no meaning.</param>
    /// <param name="rightRaDeg">Right ascension of the second positions, shape [n].</param>
    /// <param name="rightDecDeg">Declination of the second positions, shape [n].</param>
    /// <param name="destinationArcsec">Receives separations in arcseconds, in [0, 648000]; shape [n] or longer, the rest is
    /// unchanged.</param>
    /// <exception cref="ArgumentException">The inputs differ in length, or the destination is shorter than they are.</exception>
    /// <remarks>NaN for positions with NaN. Stable at poles, antipodes and sub-mas distances.
    /// Source: T. Vincenty, Survey Review 23 (1975) 88, the inverse formula on a sphere.</remarks>
    public static void Arcsec(ReadOnlySpan<double> leftRaDeg, ReadOnlySpan<double> leftDecDeg,
        ReadOnlySpan<double> rightRaDeg, ReadOnlySpan<double> rightDecDeg, Span<double> destinationArcsec)
    {
        int n = leftRaDeg.Length;
        if (leftDecDeg.Length != n || rightRaDeg.Length != n || rightDecDeg.Length != n || destinationArcsec.Length < n)
            throw new ArgumentException($"Expected four inputs of length {n} and a destination of at least {n}.");

        for (int i = 0; i < n; i++)
            destinationArcsec[i] = Arcsec(leftRaDeg[i], leftDecDeg[i], rightRaDeg[i], rightDecDeg[i]);
    }

    /// <summary>Computes the great-circle separation of two sky positions.</summary>
    /// <param name="leftRaDeg">Right ascension of the first position: ICRS degrees, any finite value.</param>
    /// <param name="leftDecDeg">Declination of the first position: ICRS degrees in [-90, 90]. The range is not checked: the separation of a
    /// position outside it has no meaning.</param>
    /// <param name="rightRaDeg">Right ascension of the second position.</param>
    /// <param name="rightDecDeg">Declination of the second position.</param>
    /// <returns>The separation in arcseconds, in [0, 648000]; NaN if any input is NaN or infinite.</returns>
    /// <remarks>The result equals that of the overload for spans, to the last bit.</remarks>
    public static double Arcsec(double leftRaDeg, double leftDecDeg, double rightRaDeg, double rightDecDeg)
    {
        Bearing bearing = Bearing.Between(leftRaDeg, leftDecDeg, rightRaDeg, rightDecDeg);
        double sine = Math.Sqrt(bearing.East * bearing.East + bearing.North * bearing.North);
        return Math.Atan2(sine, bearing.Cosine) * AngleUnits.ArcsecPerRad;
    }

    /// <summary>The second position relative to the first: its unit vector along east, north and the line of sight.</summary>
    private readonly record struct Bearing(double East, double North, double Cosine)
    {
        internal static Bearing Between(double leftRaDeg, double leftDecDeg, double rightRaDeg, double rightDecDeg)
        {
            // Differences are computed in degrees, where they are exact: 359.9999 and 0.0001 are as close as 0.0001 and 0.0003.
            double deltaRaDeg = rightRaDeg - leftRaDeg;
            if (Math.Abs(deltaRaDeg) > 180.0)
                deltaRaDeg = Math.IEEERemainder(deltaRaDeg, 360.0);

            (double sinLeft, double cosLeft) = SinCosOfDec(leftDecDeg);
            (double sinRight, double cosRight) = SinCosOfDec(rightDecDeg);
            (double sinHalf, double cosHalf) = Math.SinCos(0.5 * deltaRaDeg * AngleUnits.RadPerDeg);
            double sinDeltaDec = Math.Sin((rightDecDeg - leftDecDeg) * AngleUnits.RadPerDeg);

            // Vincenty's cos(d1) sin(d2) - sin(d1) cos(d2) cos(da), with cos(da) =
            // 1 - 2 sin²(da/2): equal, but without cancellation at small distances.
            double north = sinDeltaDec + 2.0 * sinLeft * cosRight * sinHalf * sinHalf;
            double east = cosRight * (2.0 * sinHalf * cosHalf);
            double cosine = sinLeft * sinRight + cosLeft * cosRight * (1.0 - 2.0 * sinHalf * sinHalf);
            return new Bearing(east, north, cosine);
        }

        /// <summary>Beyond 45°, computes both from the distance to the pole, which is exact in degrees: the cosine of 90° is 0, and a pole
        /// is one point at every right ascension.</summary>
        internal static (double Sin, double Cos) SinCosOfDec(double decDeg)
        {
            if (Math.Abs(decDeg) <= 45.0)
                return Math.SinCos(decDeg * AngleUnits.RadPerDeg);
            (double sinPolar, double cosPolar) = Math.SinCos((90.0 - Math.Abs(decDeg)) * AngleUnits.RadPerDeg);
            return (Math.CopySign(cosPolar, decDeg), sinPolar);
        }
    }
}
