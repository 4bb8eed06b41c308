namespace Pile.Sky;

/// <summary>Moves a star from one epoch to another.</summary>
/// <remarks>Rigorous: the star moves on a straight line in space, with light time and relativistic Doppler effect. Source of the formula:
/// SOFA, <c>starpm</c> with <c>starpv</c> and <c>pvstar</c>, and the smallest parallax of <c>pmsafe</c>, which bounds the speed of
/// stars without a measured one. All vectors have components along the first direction, to its east and to its north, so that poles are no
/// exception.</remarks>
internal static class SpaceMotion
{
    private const double DaysPerYear = 365.25, LightAuPerDay = 86_400 / 499.004_783_836_156_41, AuMetres = 149_597_870.7e3;
    private const double MasPerRad = 180 * 3600e3 / Math.PI, ArcsecPerRad = 180 * 3600 / Math.PI, Degree = Math.PI / 180;

    // Of pmsafe: parallaxes in arcseconds, and the parallax as a multiple of the annual motion.
    private const double LeastParallaxArcsec = 5e-7, ParallaxOfMotion = 326, LargestSpeed = 0.5;

    /// <summary>Returns the position at another epoch.</summary>
    /// <param name="raDeg">Right ascension: ICRS degrees.</param>
    /// <param name="decDeg">Declination in degrees.</param>
    /// <param name="pmRaCosDecMasPerYr">Proper motion in right ascension, with the cosine of the declination.</param>
    /// <param name="pmDecMasPerYr">Proper motion in declination.</param>
    /// <param name="parallaxMas">The parallax; NaN, zero or negative if it is not measured.</param>
    /// <param name="radialVelocityKmPerS">The radial velocity; NaN if it is not measured.</param>
    /// <param name="years">Julian years from the epoch of the position to the new one.</param>
    /// <returns>Right ascension in [0, 360) and declination in degrees.</returns>
    internal static (double RaDeg, double DecDeg) Propagate(double raDeg, double decDeg, double pmRaCosDecMasPerYr, double pmDecMasPerYr,
        double parallaxMas, double radialVelocityKmPerS, double years)
    {
        (double sinDec, double cosDec) = Math.SinCos(decDeg * Degree);
        (double pmEast, double pmNorth) = (pmRaCosDecMasPerYr / MasPerRad, pmDecMasPerYr / MasPerRad);
        double distance = ArcsecPerRad / ParallaxArcsec(parallaxMas, Math.Sqrt((pmEast * pmEast) + (pmNorth * pmNorth)));
        double radial = double.IsFinite(radialVelocityKmPerS) ? radialVelocityKmPerS * 86_400e3 / AuMetres : 0;
        Vector velocity = new(radial, pmEast * distance / DaysPerYear, pmNorth * distance / DaysPerYear);
        if (velocity * velocity > LargestSpeed * LightAuPerDay * LargestSpeed * LightAuPerDay)
            velocity = default;
        velocity = Inertial(velocity);
        double days = years * DaysPerYear, lightBefore = distance / LightAuPerDay;
        Vector then = At(distance, velocity, days + lightBefore);
        double along = then * velocity, freely = (LightAuPerDay * LightAuPerDay) - (velocity * velocity);
        double lightAfter = (-along + Math.Sqrt((along * along) + (freely * (then * then)))) / freely;
        return Direction(raDeg, decDeg, sinDec, cosDec, At(distance, velocity, days + (lightBefore - lightAfter)));
    }

    /// <summary>Returns the parallax with which a star is moved: the measured one, or the smallest one of <c>pmsafe</c>.</summary>
    /// <param name="parallaxMas">The parallax; NaN, zero or negative if it is not measured.</param>
    /// <param name="motionRadPerYr">The proper motion.</param>
    internal static double ParallaxArcsec(double parallaxMas, double motionRadPerYr) =>
        Math.Max(Math.Max(parallaxMas > 0 ? parallaxMas / 1000 : 0, motionRadPerYr * ParallaxOfMotion), LeastParallaxArcsec);

    // The inertial velocity of an observed one. starpv iterates  d = 1 + r,  r = d R + √(1 - r² - d² T²) - 1  with the observed radial and
    // tangential speeds R and T; this is the solution of that quadratic equation.
    private static Vector Inertial(Vector observed)
    {
        double radial = observed.Outward / LightAuPerDay,
            square = ((observed.East * observed.East) + (observed.North * observed.North)) / (LightAuPerDay * LightAuPerDay),
            divisor = ((1 - radial) * (1 - radial)) + 1 + square, doppler = 2 / divisor;
        return new(((radial * (2 - radial)) - square) / divisor * LightAuPerDay, observed.East * doppler, observed.North * doppler);
    }

    private static Vector At(double distance, Vector velocity, double days) =>
        new(distance + (velocity.Outward * days), velocity.East * days, velocity.North * days);

    // The motion is added to the first direction, which keeps all digits of a small one.
    private static (double RaDeg, double DecDeg) Direction(double raDeg, double decDeg, double sinDec, double cosDec, Vector seen)
    {
        double equatorial = (seen.Outward * cosDec) - (seen.North * sinDec), polar = (seen.Outward * sinDec) + (seen.North * cosDec),
            fromAxis = Math.Sqrt((seen.East * seen.East) + (equatorial * equatorial));
        double ra = raDeg + (ArcTangent(seen.East, equatorial) / Degree);
        double dec = equatorial > 0
            ? decDeg + (ArcTangent(seen.North - (sinDec * seen.East * seen.East / (fromAxis + equatorial)),
                (fromAxis * cosDec) + (polar * sinDec)) / Degree)
            : Math.Atan2(polar, fromAxis) / Degree;
        ra = ra < 0 ? ra + 360 : ra >= 360 ? ra - 360 : ra;
        return (ra >= 360 ? 0 : ra, Math.Clamp(dec, -90, 90));
    }

    // The angle of a vector; for small angles the terms left out are smaller than the last bit.
    private static double ArcTangent(double y, double x)
    {
        double tangent = y / x, square = tangent * tangent;
        return x > 0 && square < 1e-4
            ? tangent * (1 - (square * (1 / 3.0 - (square * (1 / 5.0 - (square * (1 / 7.0 - (square / 9))))))))
            : Math.Atan2(y, x);
    }

    // Components away from the Sun, to the east and to the north of the first direction, in au or au per day.
    private readonly record struct Vector(double Outward, double East, double North)
    {
        public static double operator *(Vector a, Vector b) => (a.Outward * b.Outward) + (a.East * b.East) + (a.North * b.North);
    }
}
