namespace Pile.Drawing;

/// <summary>Projections of the whole sky.</summary>
public enum AllSkyProjection
{
    /// <summary>Mollweide, FITS code MOL: equal area, straight parallels.</summary>
    Mollweide,

    /// <summary>Hammer-Aitoff, FITS code AIT, which surveys call Aitoff: equal area, less shear at the edges.</summary>
    Aitoff,
}

/// <summary>Projections of the sphere as defined by Calabretta &amp; Greisen 2002 (A&amp;A 395, 1077), in degrees; x to the east.</summary>
internal static class SkyProjection
{
    private const double RadPerDeg = Math.PI / 180;

    /// <summary>Projects one position of the whole sky.</summary>
    /// <param name="projection">The projection.</param>
    /// <param name="offsetDeg">Longitude from the map's centre, in [-180, 180], degrees, to the east.</param>
    /// <param name="latitudeDeg">Latitude in [-90, 90], degrees.</param>
    /// <returns>Map coordinates in degrees, |x| at most 162.03 and |y| at most 81.03; NaN in gives NaN out.</returns>
    public static (double XDeg, double YDeg) AllSky(AllSkyProjection projection, double offsetDeg, double latitudeDeg) =>
        projection is AllSkyProjection.Mollweide ? Mollweide(offsetDeg, latitudeDeg) : Aitoff(offsetDeg, latitudeDeg);

    /// <summary>Projects a position onto the plane tangent at a centre, FITS code TAN.</summary>
    /// <param name="centreRaDeg">Right ascension of the centre, degrees.</param>
    /// <param name="centreDecDeg">Declination of the centre, degrees.</param>
    /// <param name="raDeg">Right ascension, degrees.</param>
    /// <param name="decDeg">Declination, degrees.</param>
    /// <returns>Offsets to the east and to the north, in degrees; NaN for positions 90° or more from the centre.</returns>
    public static (double XiDeg, double EtaDeg) Tangent(double centreRaDeg, double centreDecDeg, double raDeg, double decDeg)
    {
        (double sinRa, double cosRa) = Math.SinCos((raDeg - centreRaDeg) * RadPerDeg);
        (double sinDec, double cosDec) = Math.SinCos(decDeg * RadPerDeg);
        (double sinCentre, double cosCentre) = Math.SinCos(centreDecDeg * RadPerDeg);
        double depth = sinDec * sinCentre + cosDec * cosCentre * cosRa;
        if (!(depth > 1e-12))
            return (double.NaN, double.NaN);
        return (cosDec * sinRa / depth / RadPerDeg, (sinDec * cosCentre - cosDec * sinCentre * cosRa) / depth / RadPerDeg);
    }

    /// <summary>Returns the position of a point of a map in Mollweide's projection; null outside of it.</summary>
    /// <param name="xDeg">Map coordinate to the east, degrees.</param>
    /// <param name="yDeg">Map coordinate to the north, degrees.</param>
    internal static (double OffsetDeg, double LatitudeDeg)? FromMollweide(double xDeg, double yDeg)
    {
        double sin = yDeg * RadPerDeg / Math.Sqrt(2);
        if (!(Math.Abs(sin) < 1))
            return null;
        double gamma = Math.Asin(sin), offset = xDeg * Math.PI / (2 * Math.Sqrt(2) * Math.Cos(gamma));
        return Math.Abs(offset) <= 180
            ? (offset, Math.Asin(Math.Clamp(((2 * gamma) + Math.Sin(2 * gamma)) / Math.PI, -1, 1)) / RadPerDeg) : null;
    }

    /// <summary>Projects a position in the zenithal equal-area projection, FITS code ZEA (C&amp;G §5.1.8).</summary>
    /// <returns>Offsets to the east and to the north, in degrees.</returns>
    internal static (double EastDeg, double NorthDeg) Zenithal(double centreRaDeg, double centreDecDeg, double raDeg, double decDeg)
    {
        (double sinRa, double cosRa) = Math.SinCos((raDeg - centreRaDeg) * RadPerDeg);
        (double sinDec, double cosDec) = Math.SinCos(decDeg * RadPerDeg);
        (double sinCentre, double cosCentre) = Math.SinCos(centreDecDeg * RadPerDeg);
        double depth = (sinDec * sinCentre) + (cosDec * cosCentre * cosRa), factor = Math.Sqrt(2 / Math.Max(1 + depth, 1e-12)) / RadPerDeg;
        return (factor * cosDec * sinRa, factor * ((sinDec * cosCentre) - (cosDec * sinCentre * cosRa)));
    }

    /// <summary>Returns the position of a point of a map in the zenithal equal-area projection; null outside of it.</summary>
    internal static (double RaDeg, double DecDeg)? FromZenithal(double centreRaDeg, double centreDecDeg, double eastDeg, double northDeg)
    {
        double radius = Math.Sqrt((eastDeg * eastDeg) + (northDeg * northDeg)), half = radius * RadPerDeg / 2;
        if (!(half < 1))
            return null;
        double angle = 2 * Math.Asin(half);
        (double sinAngle, double cosAngle) = Math.SinCos(angle);
        (double sinCentre, double cosCentre) = Math.SinCos(centreDecDeg * RadPerDeg);
        (double east, double north) = radius > 0 ? (eastDeg / radius * sinAngle, northDeg / radius * sinAngle) : (0, 0);
        double dec = Math.Asin(Math.Clamp((cosAngle * sinCentre) + (north * cosCentre), -1, 1)) / RadPerDeg;
        double ra = centreRaDeg + (Math.Atan2(east, (cosAngle * cosCentre) - (north * sinCentre)) / RadPerDeg);
        return (ra - (360 * Math.Floor(ra / 360)), dec);
    }

    /// <summary>Returns the longitude from a centre, in (-180, 180].</summary>
    internal static double OffsetDeg(double raDeg, double centreRaDeg)
    {
        double offset = Math.IEEERemainder(raDeg - centreRaDeg, 360);
        return offset == -180 ? 180 : offset;
    }

    // C&G §5.3.3: 2γ + sin 2γ = π sin δ, x = (2√2/π) α cos γ, y = √2 sin γ.
    private static (double, double) Mollweide(double offsetDeg, double latitudeDeg)
    {
        double gamma = MollweideAngle(latitudeDeg * RadPerDeg);
        return (2 * Math.Sqrt(2) / Math.PI * offsetDeg * Math.Cos(gamma), Math.Sqrt(2) / RadPerDeg * Math.Sin(gamma));
    }

    private static double MollweideAngle(double latitudeRad)
    {
        double target = Math.PI * Math.Sin(latitudeRad);
        double low = -Math.PI / 2, high = Math.PI / 2, gamma = latitudeRad;
        for (int round = 0; round < 60; round++) // Newton's method converges slowly at the poles, so it falls back to bisection
        {
            double miss = 2 * gamma + Math.Sin(2 * gamma) - target;
            if (!(Math.Abs(miss) > 1e-14))
                break;
            (low, high) = miss > 0 ? (low, gamma) : (gamma, high);
            double next = gamma - miss / (2 + 2 * Math.Cos(2 * gamma));
            gamma = next > low && next < high ? next : (low + high) / 2;
        }

        return gamma;
    }

    // C&G §5.3.4: γ = √(2 / (1 + cos δ cos α/2)), x = 2γ cos δ sin α/2, y = γ sin δ.
    private static (double, double) Aitoff(double offsetDeg, double latitudeDeg)
    {
        (double sinHalf, double cosHalf) = Math.SinCos(offsetDeg * RadPerDeg / 2);
        (double sinLatitude, double cosLatitude) = Math.SinCos(latitudeDeg * RadPerDeg);
        double gamma = Math.Sqrt(2 / (1 + cosLatitude * cosHalf)) / RadPerDeg;
        return (2 * gamma * cosLatitude * sinHalf, gamma * sinLatitude);
    }
}
