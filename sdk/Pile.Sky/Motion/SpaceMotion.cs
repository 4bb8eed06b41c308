using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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

    /// <summary>Half the speed of light. A radial velocity above it is not one, as the 1E20 that masked values of FITS tables may
    /// have.</summary>
    internal const double FastestKmPerS = LargestSpeed * 299_792.458;

    /// <summary>Returns the position at another epoch.</summary>
    /// <param name="raDeg">Right ascension: ICRS degrees.</param>
    /// <param name="decDeg">Declination in degrees.</param>
    /// <param name="pmRaCosDecMasPerYr">Proper motion in right ascension, with the cosine of the declination.</param>
    /// <param name="pmDecMasPerYr">Proper motion in declination.</param>
    /// <param name="parallaxMas">The parallax; NaN, zero or negative if it is not measured.</param>
    /// <param name="radialVelocityKmPerS">The radial velocity; NaN, or more than <see cref="FastestKmPerS"/>, if it is not
    /// measured.</param>
    /// <param name="years">Julian years from the epoch of the position to the new one.</param>
    /// <returns>Right ascension in [0, 360) and declination in degrees.</returns>
    internal static (double RaDeg, double DecDeg) Propagate(double raDeg, double decDeg, double pmRaCosDecMasPerYr, double pmDecMasPerYr,
        double parallaxMas, double radialVelocityKmPerS, double years)
    {
        (Vector256<double> ra, Vector256<double> dec) = Propagate(Vector256.Create(raDeg), Vector256.Create(decDeg),
            Vector256.Create(pmRaCosDecMasPerYr), Vector256.Create(pmDecMasPerYr), Vector256.Create(parallaxMas),
            Vector256.Create(radialVelocityKmPerS), Vector256.Create(years));
        return (ra.ToScalar(), dec.ToScalar());
    }

    /// <summary>Moves the positions of many stars, four at a time. The result of a star does not depend on its place.</summary>
    /// <param name="raDeg">Right ascensions, replaced by those at the new epoch.</param>
    /// <param name="decDeg">Declinations, replaced by those at the new epoch.</param>
    /// <param name="motions">The motions of the same stars.</param>
    /// <param name="years">Julian years from the epoch of each position to the new one; zero or NaN to leave a position.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Propagate(Span<double> raDeg, Span<double> decDeg, StarMotions motions, ReadOnlySpan<double> years)
    {
        int row = 0;
        for (; row <= raDeg.Length - Vector256<double>.Count; row += Vector256<double>.Count)
            Move(raDeg[row..], decDeg[row..], motions.From(row), years[row..]);
        if (row == raDeg.Length)
            return;
        Span<double> rest = stackalloc double[7 * Vector256<double>.Count];
        rest.Clear(); // of zero years
        int last = raDeg.Length - row;
        Span<double> ra = Rest(0, raDeg, rest), dec = Rest(1, decDeg, rest);
        Move(ra, dec, new StarMotions(Rest(2, motions.PmRaCosDecMasPerYr, rest), Rest(3, motions.PmDecMasPerYr, rest),
            Rest(4, motions.ParallaxMas, rest), Rest(5, motions.RadialVelocityKmPerS, rest)), Rest(6, years, rest));
        ra[..last].CopyTo(raDeg[row..]);
        dec[..last].CopyTo(decDeg[row..]);

        Span<double> Rest(int column, ReadOnlySpan<double> values, Span<double> into)
        {
            Span<double> to = into.Slice(column * Vector256<double>.Count, Vector256<double>.Count);
            values[row..].CopyTo(to);
            return to;
        }
    }

    private static void Move(Span<double> raDeg, Span<double> decDeg, StarMotions motions, ReadOnlySpan<double> years)
    {
        Vector256<double> ra = Vector256.Create<double>(raDeg), dec = Vector256.Create<double>(decDeg), time = Vector256.Create(years),
            moves = Vector256.GreaterThan(Vector256.Abs(time), Vector256<double>.Zero);
        if (moves == Vector256<double>.Zero)
            return;
        (Vector256<double> newRa, Vector256<double> newDec) = Propagate(ra, dec, Vector256.Create(motions.PmRaCosDecMasPerYr),
            Vector256.Create(motions.PmDecMasPerYr), Vector256.Create(motions.ParallaxMas),
            Vector256.Create(motions.RadialVelocityKmPerS), time);
        Vector256.ConditionalSelect(moves, newRa, ra).CopyTo(raDeg);
        Vector256.ConditionalSelect(moves, newDec, dec).CopyTo(decDeg);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (Vector256<double> RaDeg, Vector256<double> DecDeg) Propagate(Vector256<double> raDeg, Vector256<double> decDeg,
        Vector256<double> pmRaCosDecMasPerYr, Vector256<double> pmDecMasPerYr, Vector256<double> parallaxMas,
        Vector256<double> radialVelocityKmPerS, Vector256<double> years)
    {
        (Vector256<double> sinDec, Vector256<double> cosDec) = SinCosOf(decDeg);
        Vector256<double> pmEast = pmRaCosDecMasPerYr / MasPerRad, pmNorth = pmDecMasPerYr / MasPerRad,
            motion = Vector256.Sqrt((pmEast * pmEast) + (pmNorth * pmNorth)),
            distance = Vector256.Create(ArcsecPerRad) / ParallaxArcsec(parallaxMas, motion),
            isMeasured = Vector256.LessThanOrEqual(Vector256.Abs(radialVelocityKmPerS), Vector256.Create(double.MaxValue));
        SpaceVectors observed = new((radialVelocityKmPerS * (86_400e3 / AuMetres)) & isMeasured, pmEast * distance / DaysPerYear,
            pmNorth * distance / DaysPerYear);
        const double largestSpeed = LargestSpeed * LightAuPerDay;
        // starpv would leave the star where it is. The smallest parallax bounds the speed across the line of sight.
        Vector256<double> isPossible = Vector256.LessThanOrEqual(observed * observed, Vector256.Create(largestSpeed * largestSpeed));
        SpaceVectors velocity = Inertial(observed with { Outward = observed.Outward & isPossible });
        Vector256<double> days = years * DaysPerYear, lightBefore = distance / LightAuPerDay;
        SpaceVectors then = velocity.From(distance, days + lightBefore);
        Vector256<double> along = then * velocity, freely = Vector256.Create(LightAuPerDay * LightAuPerDay) - (velocity * velocity);
        Vector256<double> lightAfter = (Vector256.Sqrt((along * along) + (freely * (then * then))) - along) / freely;
        return SeenPlace.Of(raDeg, decDeg, sinDec, cosDec, velocity.From(distance, days + (lightBefore - lightAfter)));
    }

    /// <summary>Returns the sines and cosines of declinations.</summary>
    /// <remarks>Of angles up to 45° only: as soon as one of four angles is larger, the vector function computes all four in another way,
    /// so that the last bit of a star would depend on its neighbours.</remarks>
    private static (Vector256<double> Sin, Vector256<double> Cos) SinCosOf(Vector256<double> decDeg)
    {
        Vector256<double> from = Vector256.Abs(decDeg), fromPole = Vector256.Create(90.0) - from,
            isPolar = Vector256.GreaterThan(from, Vector256.Create(45.0)),
            angle = Vector256.ConditionalSelect(isPolar, fromPole, decDeg),
            isSmall = Vector256.LessThanOrEqual(Vector256.Abs(angle), Vector256.Create(45.0));
        (Vector256<double> sin, Vector256<double> cos) = Vector256.SinCos((angle & isSmall) * Degree); // NaN would be large
        return (Vector256.ConditionalSelect(isPolar, Vector256.CopySign(cos, decDeg), sin), Vector256.ConditionalSelect(isPolar, sin, cos));
    }

    /// <summary>Returns the parallax with which a star is moved: the measured one, or the smallest one of <c>pmsafe</c>.</summary>
    /// <param name="parallaxMas">The parallax; NaN, zero or negative if it is not measured.</param>
    /// <param name="motionRadPerYr">The proper motion.</param>
    internal static double ParallaxArcsec(double parallaxMas, double motionRadPerYr) =>
        ParallaxArcsec(Vector256.Create(parallaxMas), Vector256.Create(motionRadPerYr)).ToScalar();

    private static Vector256<double> ParallaxArcsec(Vector256<double> parallaxMas, Vector256<double> motionRadPerYr)
    {
        Vector256<double> measured = (parallaxMas / 1000) & Vector256.GreaterThan(parallaxMas, Vector256<double>.Zero);
        return Vector256.Max(Vector256.Max(measured, motionRadPerYr * ParallaxOfMotion), Vector256.Create(LeastParallaxArcsec));
    }

    // The inertial velocity of an observed one. starpv iterates  d = 1 + r,  r = d R + √(1 - r² - d² T²) - 1  with the observed radial and
    // tangential speeds R and T; this is the solution of that quadratic equation.
    private static SpaceVectors Inertial(SpaceVectors observed)
    {
        Vector256<double> radial = observed.Outward / LightAuPerDay,
            square = ((observed.East * observed.East) + (observed.North * observed.North)) / (LightAuPerDay * LightAuPerDay),
            rest = Vector256<double>.One - radial, divisor = (rest * rest) + Vector256<double>.One + square,
            doppler = Vector256.Create(2.0) / divisor;
        return new(((radial * (Vector256.Create(2.0) - radial)) - square) / divisor * LightAuPerDay, observed.East * doppler,
            observed.North * doppler);
    }
}
