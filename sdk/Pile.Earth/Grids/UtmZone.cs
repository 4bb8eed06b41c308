using System.Globalization;

namespace Pile.Earth;

/// <summary>A zone of the Universal Transverse Mercator system on WGS84, north or south; or, with the number 0, the Universal Polar
/// Stereographic system around a pole.</summary>
/// <param name="Number">1 to 60, or 0 for the poles.</param>
/// <param name="IsNorth">True if northings are counted from the equator; south of it, they begin at 10,000 km there.</param>
internal readonly record struct UtmZone(int Number, bool IsNorth)
{
    private const int North = 32600, South = 32700, PolarCode = 61;

    /// <summary>The code of the EPSG registry: 32601 to 32660 and 32701 to 32760; 32661 and 32761 for the poles.</summary>
    internal int EpsgCode => (IsNorth ? North : South) + (Number == 0 ? PolarCode : Number);

    /// <summary>True for the polar system.</summary>
    internal bool IsPolar => Number == 0;

    /// <summary>The longitude of the central meridian in degrees.</summary>
    internal double CentralMeridianDeg => (6 * Number) - 183;

    /// <summary>Returns the zone that MGRS uses at a position: with its exceptions in Norway (32V) and Svalbard (31X, 33X, 35X, 37X), and
    /// the polar system from 84° N and below 80° S.</summary>
    /// <param name="lonDeg">Any finite longitude.</param>
    /// <param name="latDeg">In [-90, 90].</param>
    /// <exception cref="ArgumentOutOfRangeException">The position is not on the earth.</exception>
    internal static UtmZone Of(double lonDeg, double latDeg)
    {
        if (!double.IsFinite(lonDeg) || !(Math.Abs(latDeg) <= 90.0))
            throw new ArgumentOutOfRangeException(nameof(latDeg), string.Create(CultureInfo.InvariantCulture,
                $"({lonDeg:R}, {latDeg:R}) is not a longitude and a latitude in degrees."));
        bool isNorth = latDeg >= 0.0;
        if (latDeg is < -80.0 or >= 84.0)
            return new UtmZone(0, isNorth);
        double wrapped = Wrapped(lonDeg);
        int zone = (int)Math.Floor((wrapped + 180.0) / 6.0) + 1;
        if (latDeg is >= 56.0 and < 64.0 && wrapped is >= 3.0 and < 12.0)
            zone = 32;
        else if (latDeg >= 72.0 && wrapped is >= 0.0 and < 42.0)
            zone = wrapped < 9.0 ? 31 : wrapped < 21.0 ? 33 : wrapped < 33.0 ? 35 : 37;
        return new UtmZone(zone, isNorth);
    }

    /// <summary>Finds the zone of an EPSG code.</summary>
    /// <returns>False if the code is not that of a zone on WGS84.</returns>
    internal static bool TryFromEpsg(int epsgCode, out UtmZone zone)
    {
        bool isNorth = epsgCode < South;
        int number = epsgCode - (isNorth ? North : South);
        zone = new UtmZone(number == PolarCode ? 0 : number, isNorth);
        return number is >= 1 and <= PolarCode;
    }

    /// <summary>Finds the zone of an authority code such as <c>EPSG:32720</c>.</summary>
    internal static bool TryFromCrs(string crs, out UtmZone zone)
    {
        zone = default;
        return crs.StartsWith("EPSG:", StringComparison.OrdinalIgnoreCase) && int.TryParse(crs.AsSpan(5), out int code)
            && TryFromEpsg(code, out zone);
    }

    /// <summary>Returns a longitude in [-180, 180).</summary>
    internal static double Wrapped(double lonDeg)
    {
        double wrapped = lonDeg % 360.0;
        return wrapped < -180.0 ? wrapped + 360.0 : wrapped >= 180.0 ? wrapped - 360.0 : wrapped;
    }
}
