namespace Pile.Earth;

/// <summary>A bounding box in degrees, in the order of GeoJSON (RFC 7946, section 5.2). It crosses the antimeridian if
/// <see cref="West"/> is greater than <see cref="East"/>.</summary>
/// <param name="West">In [-180, 180).</param>
/// <param name="South">In [-90, 90].</param>
/// <param name="East">In (-180, 180]; 180 and not -180 for a box that ends at the antimeridian.</param>
/// <param name="North">In [-90, 90].</param>
internal readonly record struct LonLatBounds(double West, double South, double East, double North)
{
    /// <summary>True if the box crosses the antimeridian.</summary>
    internal bool CrossesAntimeridian => West > East;

    /// <summary>The extent in longitude, in (0, 360].</summary>
    internal double WidthDeg => East - West + (CrossesAntimeridian ? 360.0 : 0.0);

    /// <summary>Returns whether two boxes have a point in common, their borders included. -180 and 180 are the same meridian, and a pole is
    /// one point.</summary>
    internal bool Intersects(in LonLatBounds other)
    {
        if (!(South <= other.North && other.South <= North))
            return false;
        if ((North is 90.0 && other.North is 90.0) || (South is -90.0 && other.South is -90.0))
            return true;
        double start = other.West - West; // how far east the other box begins
        if (start < 0.0)
            start += 360.0;
        return start <= WidthDeg || start + other.WidthDeg >= 360.0;
    }
}
