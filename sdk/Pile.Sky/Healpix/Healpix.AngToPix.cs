namespace Pile.Sky;

public static partial class Healpix
{
    // The two zones of the projection meet at |sin(dec)| = 2/3 (Górski et al. 2005, §4).
    private const double TransitionZ = 2.0 / 3.0;
    private const double QuartersPerRad = 2.0 / Math.PI;
    private const double Nside29 = 1L << MaxOrder;
    private const long CoordinateMask29 = (1L << MaxOrder) - 1;

    // Near a pole, 1 - |z| has lost its digits, and the sine of the colatitude is used instead. The limits determine the last digits of a
    // position on an edge: these are healpy's limits, confirmed by comparison at order 29.
    private const double PoleColatitudeRad = 0.01;
    private const double SouthPoleColatitudeRad = 3.14159 - 0.01;
    private const double PoleZ = 0.99;

    /// <summary>Finds the NESTED pixel that contains a sky position.</summary>
    /// <param name="order">HEALPix order, 0 to 29.</param>
    /// <param name="raDeg">Right ascension: ICRS degrees, any finite value (wrapped to 360).</param>
    /// <param name="decDeg">Declination: ICRS degrees in [-90, 90].</param>
    /// <returns>The pixel number, in [0, 12·4^order).</returns>
    /// <exception cref="ArgumentOutOfRangeException">The order is not in [0, 29], the right ascension is not finite, or the declination is
    /// not in [-90, 90].</exception>
    /// <remarks>Equal to healpy 1.16 (<c>ang2pix(nside, ra, dec, nest=True, lonlat=True)</c>), given the same cosine of the C library,
    /// except for one right ascension: the last number below 360, within 1e-13° of the declinations ±41.81° where the zones meet. There,
    /// healpy returns a pixel 58° away, or an invalid number.</remarks>
    public static long AngToPix(int order, double raDeg, double decDeg)
    {
        CheckOrder(order);
        if (!double.IsFinite(raDeg))
            throw new ArgumentOutOfRangeException(nameof(raDeg), raDeg, $"raDeg = {raDeg}: expected a finite right ascension in degrees.");
        if (!(Math.Abs(decDeg) <= 90.0))
            throw new ArgumentOutOfRangeException(nameof(decDeg), decDeg,
                $"decDeg = {decDeg}: expected a declination in [-90, 90] degrees.");
        return AngToPix29(raDeg, decDeg) >> (2 * (MaxOrder - order));
    }

    /// <summary>Finds the pixel at order 29. Nside is a power of two, so scaling by
    /// it never rounds, and every coarser pixel is this number shifted.</summary>
    private static long AngToPix29(double raDeg, double decDeg)
    {
        double colatitudeRad = Math.PI / 2.0 - decDeg * AngleUnits.RadPerDeg;
        double z = Math.Cos(colatitudeRad);
        double quarters = WrapTurn(raDeg * AngleUnits.RadPerDeg) * QuartersPerRad;
        return Math.Abs(z) <= TransitionZ ? EquatorialPixel(z, quarters) : PolarPixel(z, quarters, PolarRings(z, colatitudeRad));
    }

    /// <summary>Equatorial zone: pixel edges are straight lines in (azimuth, z), so two line numbers determine face, x and y.</summary>
    private static long EquatorialPixel(double z, double quarters)
    {
        long falling = (long)((0.5 + quarters - z * 0.75) * Nside29);
        long rising = (long)((0.5 + quarters + z * 0.75) * Nside29);
        long fallingFace = falling >> MaxOrder, risingFace = rising >> MaxOrder;
        long row = fallingFace - risingFace + 1; // 0 north, 1 equatorial, 2 south
        long face = (row << 2) | (Math.Min(fallingFace, risingFace) & 3);
        return Compose(MaxOrder, face, rising & CoordinateMask29, ~falling & CoordinateMask29);
    }

    /// <summary>Polar zone: the pixel is determined by the distances from the two sides of the face that meet at the pole.</summary>
    private static long PolarPixel(double z, double quarters, double fromPole)
    {
        double face = Math.Floor(quarters);
        double inFace = quarters - face;
        long west = Math.Min((long)(inFace * fromPole * Nside29), CoordinateMask29);
        long east = Math.Min((long)((1.0 - inFace) * fromPole * Nside29), CoordinateMask29);
        return z >= 0.0
            ? Compose(MaxOrder, (long)face, CoordinateMask29 - east, CoordinateMask29 - west)
            : Compose(MaxOrder, (long)face + 8, west, east);
    }

    /// <summary>Returns the ring coordinate of a declination, from the nearer pole.</summary>
    private static double PolarRings(double z, double colatitudeRad)
    {
        double za = Math.Abs(z);
        bool nearPole = za >= PoleZ && colatitudeRad is < PoleColatitudeRad or > SouthPoleColatitudeRad;
        return nearPole ? Math.Sin(colatitudeRad) / Math.Sqrt((1.0 + za) / 3.0) : Math.Sqrt(3.0 * (1.0 - za));
    }

    /// <summary>Wraps an azimuth to [0, 2π). In radians, as in healpy: in quarter turns the last digits would differ.</summary>
    private static double WrapTurn(double azimuthRad)
    {
        if (azimuthRad is >= 0.0 and < Math.Tau)
            return azimuthRad;
        double remainder = azimuthRad % Math.Tau;
        if (remainder < 0.0)
            remainder += Math.Tau;
        return remainder == Math.Tau ? 0.0 : remainder; // a tiny negative azimuth rounds up to the full turn
    }
}
