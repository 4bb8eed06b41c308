namespace Pile.Sky;

public static partial class Healpix
{
    /// <summary>Finds all pixels that touch a cone. The result can include a few pixels just outside it.</summary>
    /// <param name="raDeg">Right ascension of the centre: ICRS degrees, any finite value.</param>
    /// <param name="decDeg">Declination of the centre: ICRS degrees in [-90, 90].</param>
    /// <param name="radiusDeg">Radius in degrees, including the border; 180 or more means the whole sky.</param>
    /// <param name="order">HEALPix order of the pixels, 0 to 29.</param>
    /// <returns>Sorted, disjoint ranges; time and memory are proportional to the length of the border, not to the area.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The position, the radius or the order is not valid.</exception>
    internal static HealpixRanges CoverConeInclusive(double raDeg, double decDeg, double radiusDeg, int order)
    {
        CheckFinite(raDeg, nameof(raDeg));
        CheckDec(decDeg, nameof(decDeg));
        if (!(radiusDeg >= 0.0) || double.IsInfinity(radiusDeg))
            throw new ArgumentOutOfRangeException(nameof(radiusDeg), radiusDeg, "Expected a radius in degrees, zero or more.");
        return CoverageDescent.Cover(new ConeRegion(raDeg, decDeg, radiusDeg), order);
    }

    /// <summary>Finds all pixels that touch a box between two meridians and two
    /// parallels. The result can include a few pixels just outside it.</summary>
    /// <param name="ra1Deg">Western border: ICRS degrees, any finite value.</param>
    /// <param name="dec1Deg">Southern border: ICRS degrees in [-90, 90].</param>
    /// <param name="ra2Deg">Eastern border: the box extends east from the western border, so 350 to 10 contains 0; a width of 360 or more
    /// is the whole circle.</param>
    /// <param name="dec2Deg">Northern border: ICRS degrees, from <paramref name="dec1Deg"/> to 90.</param>
    /// <param name="order">HEALPix order of the pixels, 0 to 29.</param>
    /// <returns>Sorted, disjoint ranges. A box that reaches a pole touches all four pixels there.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A border or the order is not
    /// valid, or the southern border is north of the northern one.</exception>
    internal static HealpixRanges CoverBoxInclusive(double ra1Deg, double dec1Deg, double ra2Deg, double dec2Deg, int order)
    {
        CheckFinite(ra1Deg, nameof(ra1Deg));
        CheckFinite(ra2Deg, nameof(ra2Deg));
        CheckDec(dec1Deg, nameof(dec1Deg));
        CheckDec(dec2Deg, nameof(dec2Deg));
        if (dec1Deg > dec2Deg)
            throw new ArgumentOutOfRangeException(nameof(dec1Deg), dec1Deg,
                $"Expected a southern border of at most {dec2Deg}, the northern border.");

        double widthDeg = ra2Deg - ra1Deg;
        if (widthDeg < 0.0)
            widthDeg -= 360.0 * Math.Floor(widthDeg / 360.0);
        return CoverageDescent.Cover(new BoxRegion(ra1Deg % 360.0, widthDeg, dec1Deg, dec2Deg), order);
    }

    private static void CheckFinite(double raDeg, string name)
    {
        if (!double.IsFinite(raDeg))
            throw new ArgumentOutOfRangeException(name, raDeg, "Expected a finite right ascension in degrees.");
    }

    private static void CheckDec(double decDeg, string name)
    {
        if (!(Math.Abs(decDeg) <= 90.0))
            throw new ArgumentOutOfRangeException(name, decDeg, "Expected a declination in [-90, 90] degrees.");
    }
}
