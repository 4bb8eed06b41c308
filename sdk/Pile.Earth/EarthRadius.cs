namespace Pile.Earth;

/// <summary>Bounds of lengths on the WGS84 ellipsoid by angles on the sphere of the index, where the geodetic latitude is the spherical
/// one.</summary>
/// <remarks>A path of the length s has the length ∫ √(M² dφ² + N² cos²φ dλ²) on the ellipsoid and ∫ √(dφ² + cos²φ dλ²) on the sphere. The
/// radii of curvature M and N are between a(1 - e²), that of the meridian at the equator, and a²/b, that at the poles.</remarks>
internal static class EarthRadius
{
    /// <summary>The least radius of curvature, a(1 - e²) = 6,335,439.327 m, rounded down.</summary>
    internal const double LeastM = 6_335_439.0;

    /// <summary>The greatest radius of curvature, a²/b = 6,399,593.626 m, rounded up.</summary>
    internal const double GreatestM = 6_399_594.0;

    /// <summary>The largest distance of two positions, rounded up to metres: no geodesic is longer than half a meridian.</summary>
    internal const double LargestDistanceM = 20_003_932;

    /// <summary>Returns a radius in degrees on the sphere that contains every position within a distance: none is missed, and some are
    /// farther (by up to 1.02 %).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The distance is negative or not finite.</exception>
    internal static double DegOfAllWithin(double distanceM) => Math.Min(180.0, double.RadiansToDegrees(Checked(distanceM) / LeastM));

    /// <summary>Returns a radius in degrees on the sphere within which every position is within a distance: the geodesic need not be
    /// computed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The distance is negative or not finite.</exception>
    internal static double DegOfOnlyWithin(double distanceM) => Math.Min(180.0, double.RadiansToDegrees(Checked(distanceM) / GreatestM));

    private static double Checked(double distanceM) => distanceM >= 0.0 && double.IsFinite(distanceM) ? distanceM
        : throw new ArgumentOutOfRangeException(nameof(distanceM), distanceM, "Expected a distance in metres, 0 or more.");
}
