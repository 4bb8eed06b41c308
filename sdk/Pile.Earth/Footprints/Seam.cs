using NetTopologySuite.Geometries;

namespace Pile.Earth;

/// <summary>Where a region touches the antimeridian from either side, and the poles: places that are apart in the plane of longitude and
/// latitude, but one on the earth.</summary>
internal sealed class Seam
{
    private readonly List<(double South, double North)> at180 = [], atMinus180 = [];
    private bool hasNorthPole, hasSouthPole;

    private Seam() { }

    internal static Seam Of(ReadOnlySpan<Polygon> parts)
    {
        Seam seam = new();
        foreach (Polygon part in parts)
        {
            seam.hasNorthPole |= part.EnvelopeInternal.MaxY is 90.0;
            seam.hasSouthPole |= part.EnvelopeInternal.MinY is -90.0;
            CoordinateSequence ring = part.ExteriorRing.CoordinateSequence;
            for (int i = 1; i < ring.Count; i++)
                if (Math.Abs(ring.GetX(i)) is 180.0)
                    (ring.GetX(i) > 0.0 ? seam.at180 : seam.atMinus180).Add(
                        Interval(ring.GetX(i - 1), ring.GetY(i - 1), ring.GetX(i), ring.GetY(i)));
        }
        return seam;
    }

    /// <summary>Returns whether a part touches the region across the antimeridian or at a pole.</summary>
    /// <param name="box">The box of the part.</param>
    /// <param name="shell">Its outer ring: longitude and latitude alternating.</param>
    internal bool Touches((double West, double South, double East, double North) box, ReadOnlySpan<double> shell)
    {
        if ((hasNorthPole && box.North is 90.0) || (hasSouthPole && box.South is -90.0))
            return true;
        return (box.West is -180.0 && at180.Count > 0 && Touches(at180, -180.0, shell))
            || (box.East is 180.0 && atMinus180.Count > 0 && Touches(atMinus180, 180.0, shell));
    }

    private static bool Touches(List<(double South, double North)> opposite, double lonDeg, ReadOnlySpan<double> shell)
    {
        for (int i = 2; i < shell.Length; i += 2)
        {
            if (!shell[i].Equals(lonDeg))
                continue;
            (double south, double north) = Interval(shell[i - 2], shell[i - 1], shell[i], shell[i + 1]);
            foreach ((double otherSouth, double otherNorth) in opposite)
                if (south <= otherNorth && otherSouth <= north)
                    return true;
        }
        return false;
    }

    /// <summary>Returns the latitudes of an edge along the meridian of its end, or of its end alone.</summary>
    private static (double South, double North) Interval(double fromLon, double fromLat, double toLon, double toLat) =>
        fromLon.Equals(toLon) ? (Math.Min(fromLat, toLat), Math.Max(fromLat, toLat)) : (toLat, toLat);
}
