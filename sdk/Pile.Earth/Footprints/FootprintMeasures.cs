using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;
using Pile.Sky;

namespace Pile.Earth;

/// <summary>What an index stores about a footprint besides its geometry; computed from the stored WKB without allocating.</summary>
/// <param name="Bounds">The smallest box that contains the footprint; from -180 to 180 if it contains a pole.</param>
/// <param name="CentreLonDeg">The longitude of the centre, in [-180, 180).</param>
/// <param name="CentreLatDeg">The latitude of the centre, in [-90, 90].</param>
/// <param name="RadiusDeg">The distance from the centre to the farthest point, in degrees on the sphere, in [0, 180]; never too
/// small.</param>
/// <param name="AreaDeg2">The area in square degrees on the sphere.</param>
/// <remarks>The centre is the direction of the integral of the direction over the area (the area-weighted centroid in three dimensions).
/// Where that vanishes, as for the whole earth, it is the middle of the box.</remarks>
internal readonly record struct FootprintMeasures(LonLatBounds Bounds, double CentreLonDeg, double CentreLatDeg, double RadiusDeg,
    double AreaDeg2)
{
    private const int StackParts = 8; // zeroed for each footprint

    /// <summary>Measures a footprint.</summary>
    /// <exception cref="FormatException">The WKB is not that of a stored footprint.</exception>
    internal static FootprintMeasures Of(ReadOnlySpan<byte> wkb)
    {
        LonLatBounds bounds = BoundsOf(wkb);
        (double steradian, UnitVector sum) = IsSmall(bounds) ? LocalArea.Of(wkb) : SphericalArea.Of(wkb);
        if (!(steradian > 0.0))
            throw new FormatException("The stored footprint has no area, or its outer ring is clockwise.");
        double length = Math.Sqrt((sum.X * sum.X) + (sum.Y * sum.Y) + (sum.Z * sum.Z));
        (double lonDeg, double latDeg) = length > 1e-9 * steradian && length > 0.0
            ? sum.ToAngles()
            : (bounds.West + (0.5 * bounds.WidthDeg), 0.5 * (bounds.South + bounds.North));
        if (lonDeg >= 180.0)
            lonDeg -= 360.0;
        // From the angles and not from the sum: as a reader of the stored angles computes it.
        double radiusDeg = SphericalRadius.Deg(UnitVector.FromRaDec(lonDeg, latDeg), wkb);
        if (radiusDeg > 90.0 && Contains(wkb, lonDeg + (lonDeg < 0.0 ? 180.0 : -180.0), -latDeg))
            radiusDeg = 180.0;
        return new FootprintMeasures(bounds, lonDeg, latDeg, radiusDeg, steradian * AngleUnits.DegPerRad * AngleUnits.DegPerRad);
    }

    /// <summary>Returns whether a position is in a footprint or on its border. A pole is one point, as are -180 and 180.</summary>
    internal static bool Contains(ReadOnlySpan<byte> wkb, double lonDeg, double latDeg)
    {
        for (StoredParts parts = new(wkb); parts.MoveNext();)
        {
            (_, double south, _, double north) = parts.Box;
            if (!(latDeg >= south && latDeg <= north))
                continue;
            if (Math.Abs(latDeg) is 90.0)
                return true;
            Polygon part = parts.ToPolygon();
            if (IsIn(part, lonDeg, latDeg) || (Math.Abs(lonDeg) is 180.0 && IsIn(part, -lonDeg, latDeg)))
                return true;
        }
        return false;

        static bool IsIn(Polygon part, double lonDeg, double latDeg) =>
            SimplePointInAreaLocator.Locate(new Coordinate(lonDeg, latDeg), part) is not Location.Exterior;
    }

    private static bool IsSmall(LonLatBounds bounds)
    {
        double least = bounds.South <= 0.0 && bounds.North >= 0.0 ? 0.0 : Math.Min(Math.Abs(bounds.South), Math.Abs(bounds.North));
        return bounds.North - bounds.South <= LocalArea.LargestDeg
            && bounds.WidthDeg * Math.Cos(least * AngleUnits.RadPerDeg) <= LocalArea.LargestDeg;
    }

    /// <summary>Returns the box whose longitudes are all but the widest gap between the parts.</summary>
    private static LonLatBounds BoundsOf(ReadOnlySpan<byte> wkb)
    {
        StoredParts parts = new(wkb);
        Span<(double West, double East)> spans = parts.Count <= StackParts
            ? stackalloc (double, double)[StackParts] : new (double, double)[parts.Count];
        double south = 90.0, north = -90.0;
        int count = 0;
        while (parts.MoveNext())
        {
            spans[count++] = (parts.Box.West, parts.Box.East);
            (south, north) = (Math.Min(south, parts.Box.South), Math.Max(north, parts.Box.North));
        }
        spans = spans[..count];
        spans.Sort(static (a, b) => a.West.CompareTo(b.West));
        double reach = spans[0].East, gap = 0.0;
        (double west, double east) = (spans[0].West, 0.0);
        foreach ((double partWest, double partEast) in spans)
        {
            // Parts of a ring around a pole meet on one meridian, rounded on either side.
            if (partWest - reach > Math.Max(gap, UnwrappedRing.FullCircleToleranceDeg))
                (gap, west, east) = (partWest - reach, partWest, reach);
            reach = Math.Max(reach, partEast);
        }
        return spans[0].West + 360.0 - reach >= gap ? new(spans[0].West, south, reach, north) : new(west, south, east, north);
    }
}
