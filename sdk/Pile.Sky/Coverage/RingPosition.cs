namespace Pile.Sky;

/// <summary>A position in the natural coordinates of HEALPix: azimuth in quarter turns, and the ring number divided by nside.</summary>
/// <param name="Quarters">Right ascension in units of 90°.</param>
/// <param name="Rings">0 at the north pole, 1 and 3 where the zones meet, 2 at the equator, 4 at the south pole. Unlike sin(dec), it is
/// precise near the poles.</param>
/// <remarks>Source: Górski et al. 2005, §4: z = 1 - rings²/3 in the north polar zone, z = (4 - 2·rings)/3 about the equator.</remarks>
internal readonly record struct RingPosition(double Quarters, double Rings)
{
    internal static RingPosition OnFace(int face, double u, double v)
    {
        int row = face >> 2, column = face & 3;
        double rings = RingsOnFace(face, u, v);
        double fromPole = row == 0 ? rings : row == 2 ? 4.0 - rings : 1.0;
        if (fromPole >= 1.0)
            return new RingPosition(column + (row == 1 ? 0.0 : 0.5) + 0.5 * (u - v), rings);

        // In a polar cap, a ring has the fraction `fromPole` of its full length, because meridians converge at the pole. At the pole itself
        // any azimuth is valid: the squares that touch it only use their western and eastern corners.
        double west = row == 0 ? 1.0 - v : u;
        return new RingPosition(fromPole == 0.0 ? column + 0.5 : column + west / fromPole, rings);
    }

    internal static double RingsOnFace(int face, double u, double v) => (face >> 2) + 2.0 - (u + v);

    /// <summary>Returns the ring coordinate of a declination in degrees.</summary>
    internal static double RingsOfDec(double decDeg)
    {
        double z = Math.Sin(decDeg * AngleUnits.RadPerDeg);
        if (Math.Abs(z) <= 2.0 / 3.0)
            return 2.0 - 1.5 * z;
        // sqrt(3 (1 - |z|)) with 1 - cos(c) = 2 sin²(c/2): no digits are lost near the pole.
        double fromPole = Math.Sqrt(6.0) * Math.Sin(0.5 * (90.0 - Math.Abs(decDeg)) * AngleUnits.RadPerDeg);
        return z > 0.0 ? fromPole : 4.0 - fromPole;
    }

    /// <summary>Returns the unit vector: x toward RA 0 on the equator, z toward the north pole.</summary>
    internal UnitVector ToUnitVector()
    {
        double z, sinColatitude;
        double fromPole = Rings <= 2.0 ? Rings : 4.0 - Rings;
        if (fromPole >= 1.0)
        {
            z = (4.0 - 2.0 * Rings) / 3.0;
            sinColatitude = Math.Sqrt((1.0 - z) * (1.0 + z));
        }
        else
        {
            double depth = fromPole * fromPole / 3.0; // 1 - |z|
            z = Rings <= 2.0 ? 1.0 - depth : depth - 1.0;
            sinColatitude = fromPole * Math.Sqrt((2.0 - depth) / 3.0);
        }
        (double sin, double cos) = Math.SinCos(Quarters * (Math.PI / 2.0));
        return new UnitVector(sinColatitude * cos, sinColatitude * sin, z);
    }
}
