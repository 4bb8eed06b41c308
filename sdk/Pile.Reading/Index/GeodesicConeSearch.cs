using System.Globalization;
using Pile.DuckDb;
using Pile.Earth;
using Pile.Sky;

namespace Pile.Reading;

/// <summary>Returns the length of the shortest path between two positions on the WGS 84 ellipsoid in metres.</summary>
internal delegate double GeodesicDistance(double lonDegA, double latDegA, double lonDegB, double latDegB);

/// <summary>The positions on the earth within a geodesic distance. The predicate tests the pixel and the angle on the sphere first: the
/// geodesic is computed for rows between the bounds only.</summary>
internal sealed record GeodesicConeSearch : SearchRegion, IDuckDbPredicate
{
    private readonly double lonDeg, latDeg, radiusM, insideArcsec;
    private readonly GeodesicDistance distanceM;
    private readonly HealpixRanges ranges;

    internal GeodesicConeSearch(double lonDeg, double latDeg, double radiusM, GeodesicDistance distanceM)
    {
        (this.lonDeg, this.latDeg, this.radiusM, this.distanceM) = (lonDeg, latDeg, radiusM, distanceM);
        double radiusDeg = radiusM >= EarthRadius.LargestDistanceM ? 180 : Math.Min(EarthRadius.DegOfAllWithin(radiusM) * (1 + 1e-12), 180);
        insideArcsec = EarthRadius.DegOfOnlyWithin(radiusM) * 3600 * (1 - 1e-9);
        Coverage = Cover(radiusDeg, radiusDeg, order => Healpix.CoverConeInclusive(lonDeg, latDeg, radiusDeg, order));
        ranges = Coverage.AtOrder29();
    }

    internal override SavedRegion Saved => throw new ArgumentException("A saved query does not support a radius in metres. Specify an "
        + "angle, or a footprint.");

    internal override HealpixRanges Coverage { get; }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"cone {lonDeg:R},{latDeg:R},{radiusM:R} m");

    internal override string Condition(DuckDbConnection connection, string healpix29, string ra, string dec) =>
        connection.PredicateSql(this, healpix29, ra, dec);

    void IDuckDbPredicate.Test(ReadOnlySpan<long> keys, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<bool> destination)
    {
        for (int i = 0; i < keys.Length; i++)
            destination[i] = ranges.Contains(keys[i]) && (Separation.Arcsec(lonDeg, latDeg, x[i], y[i]) <= insideArcsec
                || distanceM(lonDeg, latDeg, x[i], y[i]) <= radiusM);
    }
}
