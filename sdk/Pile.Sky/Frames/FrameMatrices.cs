namespace Pile.Sky;

/// <summary>The rotations between celestial systems.</summary>
internal static class FrameMatrices
{
    private const double RadPerArcsec = Math.PI / 648_000.0;
    private const double RadPerMas = RadPerArcsec / 1000.0;

    // Frame bias of the FK5 at J2000: USNO Circular 179 (Kaplan 2005) §3.5: η0, ξ0, dα0 = −19.9, 9.1, −22.9 mas.
    private static readonly Matrix3 IcrsToFk5 =
        Matrix3.AboutX(19.9 * RadPerMas) * Matrix3.AboutY(9.1 * RadPerMas) * Matrix3.AboutZ(-22.9 * RadPerMas);

    // The pole and zero point of 1958 (Blaauw et al. 1960, MNRAS 121, 123), transformed from B1950 to FK5 J2000 to full float64 precision.
    private static readonly Matrix3 Fk5ToGalactic =
        Matrix3.AboutZ((180 - 122.9319185680026) * AngleUnits.RadPerDeg) * Matrix3.AboutY((90 - 27.12825118085622) * AngleUnits.RadPerDeg)
            * Matrix3.AboutZ(192.8594812065348 * AngleUnits.RadPerDeg);

    // FK4 without E-terms at B1950 to FK5 at J2000, and its change per century of epoch, because the FK4 rotates slowly: Murray 1989, A&A
    // 218, 325, eq. 28 and 29.
    private static readonly Matrix3 MurrayB1950 = new(
        0.9999256794956877, -0.0111814832204662, -0.0048590038153592,
        0.0111814832391717, 0.9999374848933135, -0.0000271625947142,
        0.0048590037723143, -0.0000271702937440, 0.9999881946023742);

    private static readonly double[] MurrayRate = [
        -0.0026455262e-6, -1.1539918689e-6, 2.1111346190e-6,
        1.1540628161e-6, -0.0129042997e-6, 0.0236021478e-6,
        -2.1112979048e-6, -0.0056024448e-6, 0.0102587734e-6];

    /// <summary>Returns the matrix from ICRS to a frame. The same for FK4 and FK4-NO-E, because the E-terms are not a rotation.</summary>
    internal static Matrix3 FromIcrs(SkyFrame frame) => frame.System switch
    {
        CelestialSystem.Icrs => Matrix3.Identity,
        CelestialSystem.Fk5 => Precession(frame.EquinoxYear) * IcrsToFk5,
        CelestialSystem.Galactic => Fk5ToGalactic * IcrsToFk5,
        CelestialSystem.Ecliptic => Ecliptic(frame.EquinoxYear),
        _ => NewcombPrecession(1950, frame.EquinoxYear) * Murray(frame.EquinoxYear).Transposed * IcrsToFk5,
    };

    /// <summary>Returns the matrix from a frame to ICRS; from FK4 after removal of the E-terms.</summary>
    /// <remarks>Newcomb's precession differs a little between the two directions: 0.03 mas over fifty years.</remarks>
    internal static Matrix3 ToIcrs(SkyFrame frame) => frame.System is CelestialSystem.Fk4 or CelestialSystem.Fk4NoE
        ? IcrsToFk5.Transposed * Murray(frame.EquinoxYear) * NewcombPrecession(frame.EquinoxYear, 1950)
        : FromIcrs(frame).Transposed;

    /// <summary>Converts a Julian year to Julian centuries since J2000.</summary>
    internal static double CenturiesOfJulianYear(double year) => (year - 2000) / 100;

    /// <summary>Converts a Besselian year to Julian centuries since J2000 (Lieske 1979, A&amp;A 73, 282: 365.242198781 days, B1950 =
    /// JD 2433282.42345905).</summary>
    internal static double CenturiesOfBesselianYear(double year) =>
        (2_433_282.42345905 + (365.242198781 * (year - 1950)) - 2_451_545) / 36_525;

    // The Fukushima-Williams angles, IAU 2006: Hilton et al. 2006, Celest. Mech. 94, 351, table 1; arcseconds, including the frame bias.
    private static (double Gamma, double Phi, double Psi, double Epsilon) FukushimaWilliams(double t) => (
        (-0.052928 + (t * (10.556378 + (t * (0.4932044 + (t * (-0.00031238 + (t * (-0.000002788 + (t * 0.0000000260))))))))))
            * RadPerArcsec,
        (84381.412819 + (t * (-46.811016 + (t * (0.0511268 + (t * (0.00053289 + (t * (-0.000000440 + (t * -0.0000000176))))))))))
            * RadPerArcsec,
        (-0.041775 + (t * (5038.481484 + (t * (1.5584175 + (t * (-0.00018522 + (t * (-0.000026452 + (t * -0.0000000148))))))))))
            * RadPerArcsec,
        (84381.406 + (t * (-46.836769 + (t * (-0.0001831 + (t * (0.00200340 + (t * (-0.000000576 + (t * -0.0000000434))))))))))
            * RadPerArcsec);

    /// <summary>Returns the precession of the mean equator and equinox from J2000 to a Julian year, without the frame bias.</summary>
    private static Matrix3 Precession(double year) => year == 2000 ? Matrix3.Identity
        : BiasPrecession(year) * BiasPrecession(2000).Transposed;

    private static Matrix3 BiasPrecession(double year) =>
        Matrix3.AboutX(-FukushimaWilliams(CenturiesOfJulianYear(year)).Epsilon) * Ecliptic(year);

    private static Matrix3 Ecliptic(double year)
    {
        (double gamma, double phi, double psi, _) = FukushimaWilliams(CenturiesOfJulianYear(year));
        return Matrix3.AboutZ(-psi) * Matrix3.AboutX(phi) * Matrix3.AboutZ(gamma);
    }

    /// <summary>Returns the matrix for an epoch equal to the equinox, because the positions have no other epoch.</summary>
    private static Matrix3 Murray(double besselianYear)
    {
        double t = CenturiesOfBesselianYear(besselianYear) + 0.5; // since J1950
        double[] r = MurrayRate;
        Matrix3 m = MurrayB1950;
        return new Matrix3(m.A + (r[0] * t), m.B + (r[1] * t), m.C + (r[2] * t), m.D + (r[3] * t), m.E + (r[4] * t), m.F + (r[5] * t),
            m.G + (r[6] * t), m.H + (r[7] * t), m.I + (r[8] * t));
    }

    /// <summary>Returns Newcomb's precession between Besselian years: Explanatory Supplement (Seidelmann 1992) §3.214, with the constants
    /// of Kinoshita 1975 (SAO Report 364); t in thousands of tropical years.</summary>
    private static Matrix3 NewcombPrecession(double fromYear, double toYear)
    {
        double t = (fromYear - 1850) / 1000, dt = (toYear - fromYear) / 1000;
        double rate = 23035.545 + (139.720 * t) + (0.060 * t * t);
        double zeta = dt * (rate + (dt * (30.240 - (0.27 * t) + (17.995 * dt))));
        double z = dt * (rate + (dt * (109.480 + (0.39 * t) + (18.325 * dt))));
        double theta = dt * (20051.12 - (85.29 * t) - (0.37 * t * t) + (dt * (-42.65 - (0.37 * t) - (41.8 * dt))));
        return Matrix3.AboutZ(-z * RadPerArcsec) * Matrix3.AboutY(theta * RadPerArcsec) * Matrix3.AboutZ(-zeta * RadPerArcsec);
    }
}
