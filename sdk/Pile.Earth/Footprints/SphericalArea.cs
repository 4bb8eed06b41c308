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
            double dLon = lon1 - lon0, dLat = lat1 - lat0;
            // A constant added to sin φ does not change an integral over a closed ring, and keeps the terms small.
            Area -= dLon * (MeanSin(lat0, lat1) - originSinLat);
            (double minusSin, double minusCos) = (MeanSin(lon0 - (2.0 * lat0), lon1 - (2.0 * lat1)),
                MeanCos(lon0 - (2.0 * lat0), lon1 - (2.0 * lat1)));
            (double plusSin, double plusCos) = (MeanSin(lon0 + (2.0 * lat0), lon1 + (2.0 * lat1)),
                MeanCos(lon0 + (2.0 * lat0), lon1 + (2.0 * lat1)));
            X += dLat * ((0.5 * MeanSin(lon0, lon1)) + (0.25 * (plusSin + minusSin)));
            Y -= dLat * ((0.5 * MeanCos(lon0, lon1)) + (0.25 * (plusCos + minusCos)));
            // sin²φ = (1 - cos 2φ) / 2, less the origin's.
            Z -= 0.5 * dLon * (0.5 - (0.5 * MeanCos(2.0 * lat0, 2.0 * lat1)) - (originSinLat * originSinLat));
        }

        private static double Rad(double deg) => deg * AngleUnits.RadPerDeg;

        private static double MeanSin(double from, double to) => Math.Sin(0.5 * (from + to)) * Sinc(0.5 * (to - from));

        private static double MeanCos(double from, double to) => Math.Cos(0.5 * (from + to)) * Sinc(0.5 * (to - from));

        private static double Sinc(double x) => Math.Abs(x) < 1e-4 ? 1.0 - (x * x / 6.0) : Math.Sin(x) / x;
    }
}
