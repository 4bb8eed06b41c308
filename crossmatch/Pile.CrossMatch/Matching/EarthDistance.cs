using Pile.Earth;
using Pile.Proj;

namespace Pile.CrossMatch;

/// <summary>Distances on the earth in the units of a match: a distance is stored as its angle on a sphere with the mean radius.</summary>
internal static class EarthDistance
{
    // The mean radius of WGS 84, (2a + b) / 3.
    private const double MeanRadiusM = 6_371_008.7714, HalfMeridianM = 20_003_931.4586;

    /// <summary>The length of an arcsecond of the stored angle.</summary>
    internal const double MPerArcsec = MeanRadiusM * Math.PI / (180 * 3600);

    /// <summary>Returns the radius on the sphere of the index that contains all positions within a distance.</summary>
    internal static double SearchRadiusArcsec(double radiusM) =>
        radiusM >= HalfMeridianM ? 180 * 3600 : EarthRadius.DegOfAllWithin(radiusM) * 3600 * (1 + 1e-12);

    /// <summary>Returns the geodesic distance in metres, the same for both orders of the positions.</summary>
    internal static double Metres(double lonDegA, double latDegA, double lonDegB, double latDegB) =>
        (lonDegA, latDegA).CompareTo((lonDegB, latDegB)) <= 0 ? Geodesic.DistanceM(lonDegA, latDegA, lonDegB, latDegB)
            : Geodesic.DistanceM(lonDegB, latDegB, lonDegA, latDegA);
}
