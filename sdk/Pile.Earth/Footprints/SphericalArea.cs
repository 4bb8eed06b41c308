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

    private struct Accumulator(double originLonDeg, double originSinLat)
    {
        internal double Area, X, Y, Z;

        internal readonly double OriginLonDeg => originLonDeg;

        internal void Add(ReadOnlySpan<double> ring)
        {
            for (int i = 2; i < ring.Length; i += 2)
                Add(Rad(ring[i - 2] - originLonDeg), Rad(ring[i - 1]), Rad(ring[i] - originLonDeg), Rad(ring[i + 1]));
        }

        private void Add(double lon0, double lat0, double lon1, double lat1)
        {
            double dLon = lon1 - lon0, dLat = lat1 - lat0, lon = 0.5 * (lon0 + lon1), lat = 0.5 * (lat0 + lat1);
            // The mean of sin(a + b t) over t in [0, 1] is sin(a + b/2) sinc(b/2); of the cosine, likewise.
            (double sinLon, double cosLon) = Math.SinCos(lon);
            (double sinPlus, double cosPlus) = Math.SinCos(lon + (2.0 * lat));
            (double sinMinus, double cosMinus) = Math.SinCos(lon - (2.0 * lat));
            (double sinLat, double cosLat) = Math.SinCos(lat);
            double ofLon = 0.5 * Sinc(0.5 * dLon), ofPlus = 0.25 * Sinc((0.5 * dLon) + dLat), ofMinus = 0.25 * Sinc((0.5 * dLon) - dLat);

            // A constant added to sin φ does not change an integral over a closed ring, and keeps the terms small.
            Area -= dLon * ((sinLat * Sinc(0.5 * dLat)) - originSinLat);
            X += dLat * ((ofLon * sinLon) + (ofPlus * sinPlus) + (ofMinus * sinMinus));
            Y -= dLat * ((ofLon * cosLon) + (ofPlus * cosPlus) + (ofMinus * cosMinus));
            // sin²φ = (1 - cos 2φ) / 2, less the origin's.
            double cosTwice = (cosLat - sinLat) * (cosLat + sinLat) * Sinc(dLat);
            Z -= 0.5 * dLon * (0.5 - (0.5 * cosTwice) - (originSinLat * originSinLat));
        }

        private static double Rad(double deg) => deg * AngleUnits.RadPerDeg;

        private static double Sinc(double x)
        {
            double x2 = x * x; // below 0.01, the next term is under the last bit
            return x2 < 1e-4 ? 1.0 - (x2 / 6.0 * (1.0 - (x2 / 20.0))) : Math.Sin(x) / x;
        }
    }
}
