using System.Runtime.Intrinsics;
using Pile.Sky;

namespace Pile.Earth;

/// <summary>Area and mean direction of polygons whose edges are straight in longitude and latitude, on the unit sphere.</summary>
/// <remarks>Exact line integrals by Green's theorem in (λ, φ): the area ∫∫ cos φ dφ dλ is -∮ sin φ dλ, and the components of ∫∫ r dA are
/// ∮ cos²φ sin λ dφ, -∮ cos²φ cos λ dφ and -½ ∮ sin²φ dλ. Along an edge λ and φ are linear, so each is a product of sines.</remarks>
internal static class SphericalArea
{
    /// <summary>Returns the area in steradians, and the integral of the direction over it (not normalised).</summary>
    /// <param name="wkb">A stored footprint: outer rings counter-clockwise, holes clockwise.</param>
    internal static (double Steradian, UnitVector Sum) Of(ReadOnlySpan<byte> wkb)
    {
        Accumulator sum = default;
        bool isFirst = true;
        for (StoredParts parts = new(wkb); parts.MoveNext();)
        {
            if (isFirst) // longitudes are measured from a position of the footprint: small footprints lose fewer digits
                sum = new Accumulator(parts.Shell[0], Math.Sin(parts.Shell[1] * AngleUnits.RadPerDeg));
            isFirst = false;
            while (parts.MoveNextRing(out ReadOnlySpan<double> ring))
                sum.Add(ring);
        }
        (double sin, double cos) = Math.SinCos(sum.OriginLonDeg * AngleUnits.RadPerDeg);
        return (sum.Area, new UnitVector((cos * sum.X) - (sin * sum.Y), (sin * sum.X) + (cos * sum.Y), sum.Z));
    }

    /// <summary>Sums the integrals, four edges at a time.</summary>
    private struct Accumulator(double originLonDeg, double originSinLat)
    {
        private const int Edges = 4;
        private Vector256<double> area, x, y, z;

        internal readonly double OriginLonDeg => originLonDeg;

        internal readonly double Area => Vector256.Sum(area);

        internal readonly double X => Vector256.Sum(x);

        internal readonly double Y => Vector256.Sum(y);

        internal readonly double Z => Vector256.Sum(z);

        internal void Add(ReadOnlySpan<double> ring)
        {
            const int Whole = 2 * (Edges + 1);
            for (; ring.Length >= Whole; ring = ring[(2 * Edges)..])
                AddEdges(ring);
            if (ring.Length <= 2)
                return;
            Span<double> last = stackalloc double[Whole]; // edges of no length add nothing
            ring.CopyTo(last);
            for (int i = ring.Length; i < Whole; i++)
                last[i] = last[i - 2];
            AddEdges(last);
        }

        private void AddEdges(ReadOnlySpan<double> ring)
        {
            Vector256<double> lon0 = Lon(ring), lat0 = Lat(ring), lon1 = Lon(ring[2..]), lat1 = Lat(ring[2..]);
            Vector256<double> dLon = lon1 - lon0, dLat = lat1 - lat0, lon = 0.5 * (lon0 + lon1), lat = 0.5 * (lat0 + lat1);
            // The mean of sin(a + b t) over t in [0, 1] is sin(a + b/2) sinc(b/2); of the cosine, likewise.
            (Vector256<double> sinLon, Vector256<double> cosLon) = Vector256.SinCos(lon);
            (Vector256<double> sinPlus, Vector256<double> cosPlus) = Vector256.SinCos(lon + (2.0 * lat));
            (Vector256<double> sinMinus, Vector256<double> cosMinus) = Vector256.SinCos(lon - (2.0 * lat));
            (Vector256<double> sinLat, Vector256<double> cosLat) = Vector256.SinCos(lat);
            Vector256<double> ofLon = 0.5 * Sinc(0.5 * dLon), ofPlus = 0.25 * Sinc((0.5 * dLon) + dLat),
                ofMinus = 0.25 * Sinc((0.5 * dLon) - dLat), origin = Vector256.Create(originSinLat);

            // A constant added to sin φ does not change an integral over a closed ring, and keeps the terms small.
            area -= dLon * ((sinLat * Sinc(0.5 * dLat)) - origin);
            x += dLat * ((ofLon * sinLon) + (ofPlus * sinPlus) + (ofMinus * sinMinus));
            y -= dLat * ((ofLon * cosLon) + (ofPlus * cosPlus) + (ofMinus * cosMinus));
            // sin²φ = (1 - cos 2φ) / 2, less the origin's.
            Vector256<double> cosTwice = (cosLat - sinLat) * (cosLat + sinLat) * Sinc(dLat);
            z -= 0.5 * dLon * (Vector256.Create(0.5) - (0.5 * cosTwice) - (origin * origin));
        }

        private readonly Vector256<double> Lon(ReadOnlySpan<double> ring) => AngleUnits.RadPerDeg
            * (Vector256.Create(ring[0], ring[2], ring[4], ring[6]) - Vector256.Create(originLonDeg));

        private static Vector256<double> Lat(ReadOnlySpan<double> ring) =>
            AngleUnits.RadPerDeg * Vector256.Create(ring[1], ring[3], ring[5], ring[7]);

        private static Vector256<double> Sinc(Vector256<double> angle)
        {
            Vector256<double> one = Vector256<double>.One, squared = angle * angle; // below 0.01, the next term is under the last bit
            Vector256<double> isSmall = Vector256.LessThan(squared, Vector256.Create(1e-4)),
                series = one - (squared / 6.0 * (one - (squared / 20.0)));
            return Vector256.EqualsAll(isSmall.AsInt64(), Vector256<long>.AllBitsSet) ? series
                : Vector256.ConditionalSelect(isSmall, series, Vector256.Sin(angle) / angle);
        }
    }
}
