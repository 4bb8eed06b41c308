using System.Runtime.Intrinsics;
using Pile.Sky;

namespace Pile.Earth;

/// <summary>The distance on the sphere from a centre to the farthest point of edges that are straight in longitude and latitude.</summary>
internal struct SphericalRadius
{
    // Rounding never makes a radius smaller than the distance of a point: the result is raised by these.
    private const double RelativeMargin = 1e-12, MarginRad = 1e-13;
    private const int MaxBisections = 100_000;
    private const int StackPoints = 64; // zeroed for each ring

    private readonly UnitVector centre;
    private readonly double cosCentreLat;
    private double farthest2; // squared chord
    private int bisections;

    private SphericalRadius(UnitVector centre) =>
        (this.centre, cosCentreLat) = (centre, Math.Sqrt((centre.X * centre.X) + (centre.Y * centre.Y)));

    /// <summary>Returns the radius in degrees, in [0, 180]: not below the true one, and above it by less than 10⁻⁸ of it.</summary>
    /// <param name="centre">A vector of length one.</param>
    /// <param name="wkb">A stored footprint; the farthest point is on an outer ring.</param>
    internal static double Deg(UnitVector centre, ReadOnlySpan<byte> wkb)
    {
        SphericalRadius radius = new(centre);
        for (StoredParts parts = new(wkb); parts.MoveNext();)
            radius.Add(parts.Shell);
        double chord = Math.Min(1.0, 0.5 * Math.Sqrt(radius.farthest2));
        return Math.Min(180.0, ((2.0 * Math.Asin(chord) * (1.0 + RelativeMargin)) + MarginRad) * AngleUnits.DegPerRad);
    }

    private void Add(ReadOnlySpan<double> ring)
    {
        int count = ring.Length / 2;
        Span<double> ends2 = count <= StackPoints ? stackalloc double[StackPoints] : new double[count];
        bool isClosed = count > 1 && ring[..2].SequenceEqual(ring[^2..]);
        double largestLatDeg = 0.0;
        Squared(ring[..(2 * (isClosed ? count - 1 : count))], ends2);
        if (isClosed)
            ends2[count - 1] = ends2[0];
        for (int i = 0; i < count; i++)
        {
            farthest2 = Math.Max(farthest2, ends2[i]);
            largestLatDeg = Math.Max(largestLatDeg, Math.Abs(ring[(2 * i) + 1]));
        }
        double leastCosLat = Math.Cos(largestLatDeg * AngleUnits.RadPerDeg);
        for (int i = 1; i < count; i++)
        {
            ReadOnlySpan<double> edge = ring.Slice(2 * (i - 1), 4);
            if (IsFarthestAtEnd(edge, Math.Max(ends2[i - 1], ends2[i]), leastCosLat))
                continue;
            if (Math.Abs(edge[1]) is not 90.0 || !edge[1].Equals(edge[3])) // along a pole: one point
                Bisect(edge[0], edge[1], ends2[i - 1], edge[2], edge[3], ends2[i]);
        }
    }

    /// <summary>Returns true for an edge whose farthest point is surely an end: the squared chord g of the remarks of <see cref="Rise"/> is
    /// convex.</summary>
    /// <remarks>-g'' = 2 c·r'' = 2 r·r'' + 2 (c - r)·r'' ≤ -2 |r'|² + 2 |r - c| |r''|, with |r'|² = cos² φ Δλ² + Δφ². Edges of small
    /// footprints are so, except near the poles.</remarks>
    /// <param name="edge">Longitude and latitude of its ends, degrees.</param>
    /// <param name="larger">The squared chord of the farther end.</param>
    /// <param name="leastCosLat">At most the least cos φ of the edge: that of the ring.</param>
    private static bool IsFarthestAtEnd(ReadOnlySpan<double> edge, double larger, double leastCosLat)
    {
        double dLon = Math.Abs(edge[2] - edge[0]) * AngleUnits.RadPerDeg, dLat = Math.Abs(edge[3] - edge[1]) * AngleUnits.RadPerDeg;
        double length = dLon + dLat;
        return (Math.Sqrt(larger) + length) * length * length
            < (1.0 - 1e-9) * ((leastCosLat * leastCosLat * dLon * dLon) + (dLat * dLat));
    }

    /// <summary>Bisects an edge while it can have a farther point than the farthest found.</summary>
    private void Bisect(double lon0, double lat0, double end0, double lon1, double lat1, double end1)
    {
        double larger = Math.Max(end0, end1);
        double bound = larger + Rise(Math.Abs(lon1 - lon0) * AngleUnits.RadPerDeg, Math.Abs(lat1 - lat0) * AngleUnits.RadPerDeg,
            lat0 * lat1 <= 0.0 ? 1.0 : Math.Sin((90.0 - Math.Min(Math.Abs(lat0), Math.Abs(lat1))) * AngleUnits.RadPerDeg), larger);
        if (bound <= farthest2 * (1.0 + RelativeMargin))
            return;
        if (++bisections > MaxBisections)
        {
            farthest2 = Math.Max(farthest2, bound);
            return;
        }
        double lon = 0.5 * (lon0 + lon1), lat = 0.5 * (lat0 + lat1), middle = Squared(lon, lat);
        farthest2 = Math.Max(farthest2, middle);
        Bisect(lon0, lat0, end0, lon, lat, middle);
        Bisect(lon, lat, middle, lon1, lat1, end1);
    }

    /// <summary>Returns how much the squared chord on an edge can exceed that of its ends, at most.</summary>
    /// <remarks>For r(t) with λ and φ linear in t in [0, 1], the squared chord g = |r - c|² has -g'' = 2 c·r'', and g is at most an
    /// eighth of the largest -g'' above its ends. c·r'' ≤ |r''| |r - c|, because r·r'' ≤ 0, with |r''| ≤ (Δλ + Δφ)²; and, written out,
    /// c·r'' ≤ (Δλ² cos φ + 2 Δλ Δφ) cos φ_c - Δφ² c·r, with c·r = 1 - g/2.</remarks>
    /// <param name="dLon">Δλ in radians.</param>
    /// <param name="dLat">Δφ in radians.</param>
    /// <param name="cosLat">The largest cos φ of the edge: near a pole, edges are short also with a large Δλ.</param>
    /// <param name="larger">The squared chord of the farther end.</param>
    private readonly double Rise(double dLon, double dLat, double cosLat, double larger)
    {
        double length = dLon + dLat, chord = Math.Min(2.0, Math.Sqrt(larger) + length);
        double byLength = length * length * chord;
        double byTerms = (dLon * ((dLon * cosLat) + (2.0 * dLat)) * cosCentreLat)
            + (dLat * dLat * Math.Max(0.0, (0.5 * chord * chord) - 1.0));
        return 0.25 * Math.Min(byLength, byTerms);
    }

    /// <summary>Squares the chords to the positions of a ring.</summary>
    private readonly void Squared(ReadOnlySpan<double> ring, Span<double> chords2)
    {
        int at = 0;
        for (; ring.Length >= 8; ring = ring[8..], at += 4)
        {
            (Vector256<double> sinLon, Vector256<double> cosLon) =
                Vector256.SinCos(Vector256.Create(ring[0], ring[2], ring[4], ring[6]) * AngleUnits.RadPerDeg);
            Vector256<double> latDeg = Vector256.Create(ring[1], ring[3], ring[5], ring[7]),
                sinLat = Vector256.Sin(latDeg * AngleUnits.RadPerDeg), // and the cosine as a sine: precise near the poles
                cosLat = Vector256.Sin((Vector256.Create(90.0) - Vector256.Abs(latDeg)) * AngleUnits.RadPerDeg);
            Vector256<double> dx = Vector256.Create(centre.X) - (cosLat * cosLon), dy = Vector256.Create(centre.Y) - (cosLat * sinLon),
                dz = Vector256.Create(centre.Z) - sinLat;
            ((dx * dx) + (dy * dy) + (dz * dz)).CopyTo(chords2[at..]);
        }
        for (; ring.Length > 0; ring = ring[2..], at++)
            chords2[at] = Squared(ring[0], ring[1]);
    }

    private readonly double Squared(double lonDeg, double latDeg) => centre.SquaredChordTo(UnitVector.FromRaDec(lonDeg, latDeg));
}
