using System.Globalization;
using NetTopologySuite.Geometries;

namespace Pile.Earth;

/// <summary>A polygon as its producer wrote it: the outer ring, then its holes; each ring is closed.</summary>
internal readonly record struct PolygonRings(Coordinate[][] Rings)
{
    /// <summary>The largest longitude that a producer may write, in either direction: a ring from 180 that goes once around.</summary>
    internal const double MaxLonDeg = 540.0;

    /// <summary>Latitudes beyond the pole by up to this are rounding of the producer and set to the pole.</summary>
    internal const double PoleToleranceDeg = 1e-9;

    /// <summary>Checks a position and returns it.</summary>
    /// <exception cref="FormatException">It is not a longitude and a latitude in degrees.</exception>
    internal static Coordinate Position(double lonDeg, double latDeg)
    {
        if (!(Math.Abs(lonDeg) <= MaxLonDeg) || !(Math.Abs(latDeg) <= 90.0 + PoleToleranceDeg))
            throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"The geometry has the position ({lonDeg:R}, {latDeg:R}); expected a longitude in "
                + $"[-{MaxLonDeg:R}, {MaxLonDeg:R}] and a latitude in [-90, 90], in degrees. Transform projected coordinates to WGS84 "
                + $"first."));
        return new Coordinate(lonDeg + 0.0, Math.Clamp(latDeg, -90.0, 90.0) + 0.0); // + 0.0: no negative zeros
    }

    /// <summary>Checks that a ring is closed and has at least four positions, and returns it without repeated positions.</summary>
    /// <param name="ring">The positions, the last equal to the first.</param>
    /// <param name="place">Where it is, for example <c>polygon 1, ring 2</c>.</param>
    /// <exception cref="FormatException">It is open or too short.</exception>
    internal static Coordinate[] Ring(List<Coordinate> ring, string place)
    {
        if (ring.Count < 4)
            throw new FormatException($"The geometry, {place}: a ring must have at least 4 positions; found {ring.Count}.");
        if (!ring[0].Equals2D(ring[^1]))
            throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"The geometry, {place}: the last position ({ring[^1].X:R}, {ring[^1].Y:R}) must equal the first, "
                + $"({ring[0].X:R}, {ring[0].Y:R})."));
        List<Coordinate> distinct = [ring[0]];
        foreach (Coordinate position in ring.Skip(1))
            if (!position.Equals2D(distinct[^1]))
                distinct.Add(position);
        return distinct.Count >= 4 ? [.. distinct]
            : throw new FormatException($"The geometry, {place}: a ring must have at least 3 different positions; found "
                + $"{Math.Max(1, distinct.Count - 1)}.");
    }

    /// <summary>The first edge over more than 180 degrees of longitude, which could also be meant as the short way across the
    /// antimeridian; otherwise null. An edge along a pole or once around the earth has one meaning only.</summary>
    internal (Coordinate From, Coordinate To)? LongEdge
    {
        get
        {
            foreach (Coordinate[] ring in Rings)
                for (int i = 1; i < ring.Length; i++)
                    if (IsLong(ring[i - 1], ring[i]))
                        return (ring[i - 1], ring[i]);
            return null;
        }
    }

    /// <summary>Returns the polygon with a position in the middle of each long edge, which keeps the edge from being read as the short
    /// way.</summary>
    internal PolygonRings AsWritten() => new([.. Rings.Select(ring => (Coordinate[])[ring[0], .. ring.Zip(ring.Skip(1)).SelectMany(edge =>
        (Coordinate[])(IsLong(edge.First, edge.Second) ? [Middle(edge.First, edge.Second), edge.Second] : [edge.Second]))])]);

    private static bool IsLong(Coordinate from, Coordinate to) =>
        Math.Abs(to.X - from.X) is > 180.0 and < 360.0 - UnwrappedRing.FullCircleToleranceDeg
            && !(Math.Abs(to.Y) is 90.0 && to.Y.Equals(from.Y));

    private static Coordinate Middle(Coordinate from, Coordinate to) => new(0.5 * (from.X + to.X), 0.5 * (from.Y + to.Y));
}
