namespace Pile.Sky;

/// <summary>Moves a star from one epoch to another.</summary>
/// <remarks>Rigorous: the star moves on a straight line in space, with light time and relativistic Doppler effect. Source of the formula:
/// SOFA, <c>starpm</c> with <c>starpv</c> and <c>pvstar</c>, and the smallest parallax of <c>pmsafe</c>, which bounds the speed of
/// stars without a measured one. The velocity is built from the tangent directions, so that poles are no exception.</remarks>
internal static class SpaceMotion
{
    private const double DaysPerYear = 365.25, LightAuPerDay = 86_400 / 499.004_783_836_156_41, AuMetres = 149_597_870.7e3;
    private const double MasPerRad = 180 * 3600e3 / Math.PI, ArcsecPerRad = 180 * 3600 / Math.PI, Degree = Math.PI / 180;

    // Of pmsafe: parallaxes in arcseconds, and the parallax as a multiple of the annual motion.
    private const double LeastParallaxArcsec = 5e-7, ParallaxOfMotion = 326, LargestSpeed = 0.5;

    private const int MostIterations = 100;

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
        (double sinRa, double cosRa) = Math.SinCos(raDeg * Degree);
        (double sinDec, double cosDec) = Math.SinCos(decDeg * Degree);
        Vector u = new(cosDec * cosRa, cosDec * sinRa, sinDec), east = new(-sinRa, cosRa, 0),
            north = new(-sinDec * cosRa, -sinDec * sinRa, cosDec);
        (double pmEast, double pmNorth) = (pmRaCosDecMasPerYr / MasPerRad, pmDecMasPerYr / MasPerRad);
        double distance = ArcsecPerRad / ParallaxArcsec(parallaxMas, Math.Sqrt((pmEast * pmEast) + (pmNorth * pmNorth)));
        double radial = double.IsFinite(radialVelocityKmPerS) ? radialVelocityKmPerS * 86_400e3 / AuMetres : 0;
        Vector tangential = (east * (pmEast * distance / DaysPerYear)) + (north * (pmNorth * distance / DaysPerYear));
        if (((tangential * tangential) + (radial * radial)) > LargestSpeed * LightAuPerDay * LargestSpeed * LightAuPerDay)
            (tangential, radial) = (default, 0);
        Vector position = u * distance, velocity = Inertial(u, tangential, radial);
        double days = years * DaysPerYear, lightBefore = distance / LightAuPerDay;
        Vector then = position + (velocity * (days + lightBefore));
        double along = then * velocity, freely = (LightAuPerDay * LightAuPerDay) - (velocity * velocity);
        double lightAfter = (-along + Math.Sqrt((along * along) + (freely * (then * then)))) / freely;
        Vector seen = position + (velocity * (days + (lightBefore - lightAfter)));
        double ra = Math.Atan2(seen.Y, seen.X) / Degree;
        ra = ra < 0 ? ra + 360 : ra;
        return (ra >= 360 ? 0 : ra, Math.Atan2(seen.Z, Math.Sqrt((seen.X * seen.X) + (seen.Y * seen.Y))) / Degree);
    }

    /// <summary>Returns the parallax with which a star is moved: the measured one, or the smallest one of <c>pmsafe</c>.</summary>
    /// <param name="parallaxMas">The parallax; NaN, zero or negative if it is not measured.</param>
    /// <param name="motionRadPerYr">The proper motion.</param>
    internal static double ParallaxArcsec(double parallaxMas, double motionRadPerYr) =>
        Math.Max(Math.Max(parallaxMas > 0 ? parallaxMas / 1000 : 0, motionRadPerYr * ParallaxOfMotion), LeastParallaxArcsec);

    // The inertial velocity of an observed one (starpv).
    private static Vector Inertial(Vector u, Vector tangential, double radial)
    {
        double betaRadial = radial / LightAuPerDay, betaTangential = Math.Sqrt(tangential * tangential) / LightAuPerDay;
        (double r, double t, double doppler, double change) = (betaRadial, betaTangential, 1, 0);
        for (int i = 0; i < MostIterations; i++)
        {
            doppler = 1 + r;
            double square = (r * r) + (t * t), next = -square / (Math.Sqrt(1 - square) + 1);
            (r, t) = ((doppler * betaRadial) + next, doppler * betaTangential);
            if (i > 0 && Math.Abs(next - change) <= Math.Abs(next) * 1e-15)
                break;
            change = next;
        }
        return (u * (r * LightAuPerDay)) + (tangential * doppler);
    }

    private readonly record struct Vector(double X, double Y, double Z)
    {
        public static Vector operator +(Vector a, Vector b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

        public static Vector operator *(Vector a, double factor) => new(a.X * factor, a.Y * factor, a.Z * factor);

        public static double operator *(Vector a, Vector b) => (a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z);
    }
}
