using Pile.Sky;

namespace Pile.Earth;

/// <summary>Area and mean direction of small polygons whose edges are straight in longitude and latitude, on the unit sphere.</summary>
/// <remarks>The integrals of <see cref="SphericalArea"/> are differences of numbers as large as the sides, which leave few digits of a
/// small area. Here, with u and v for longitude and latitude relative to the first position (λ₀, φ₀), every term is as small as the
/// result: the area is ∮ u cos φ dv, and the integrals of the offset to the east, to the north and down in the tangent frame are
/// ∮ 2 cos²φ sin²(u/2) dv, ∮ (u cos φ sin v + sin φ₀ cos²φ (u - sin u)) dv and ∮ (2 u cos φ sin²(v/2) + cos φ₀ cos²φ (u - sin u)) dv.
/// Gauss's quadrature with 4 nodes (Abramowitz and Stegun, table 25.4) on pieces of edges sums them to the last bits.</remarks>
internal struct LocalArea
{
    /// <summary>The height, and the width at its widest parallel, up to which a footprint is small. The centre of a larger one, such as a
    /// chip of a satellite's scene, is precise to a tenth of a millimetre without this, which takes longer.</summary>
    internal const double LargestDeg = 0.005;

    private const double LongestPieceDeg = 3.0;
    private const double Node1 = 0.33998104358485626, Weight1 = 0.65214515486254614;
    private const double Node2 = 0.86113631159405258, Weight2 = 0.34785484513745386;

    private readonly double lonDeg, latDeg, sinLat, cosLat; // of the origin
    private double area, east, north, down;

    private LocalArea(double lonDeg, double latDeg) =>
        (this.lonDeg, this.latDeg, sinLat, cosLat) = (lonDeg, latDeg, Math.Sin(latDeg * AngleUnits.RadPerDeg), CosOfLat(latDeg));

    /// <summary>Returns the area in steradians, and the integral of the direction over it (not normalised).</summary>
    /// <param name="wkb">A stored footprint: outer rings counter-clockwise, holes clockwise.</param>
    internal static (double Steradian, UnitVector Sum) Of(ReadOnlySpan<byte> wkb)
    {
        LocalArea sum = default;
        bool isFirst = true;
        for (StoredParts parts = new(wkb); parts.MoveNext(); isFirst = false)
        {
            if (isFirst)
                sum = new LocalArea(parts.Shell[0], parts.Shell[1]);
            double turnDeg = 360.0 * Math.Round((parts.Shell[0] - sum.lonDeg) / 360.0); // parts meet at -180 and 180
            while (parts.MoveNextRing(out ReadOnlySpan<double> ring))
                sum.Add(ring, turnDeg);
        }
        return (sum.area, sum.Direction());
    }

    private void Add(ReadOnlySpan<double> ring, double turnDeg)
    {
        for (int i = 2; i < ring.Length; i += 2)
            if (!ring[i + 1].Equals(ring[i - 1])) // along a parallel dv is 0
                AddEdge(ring[i - 2] - turnDeg - lonDeg, ring[i - 1] - latDeg, ring[i] - turnDeg - lonDeg, ring[i + 1] - latDeg);
    }

    private void AddEdge(double u0, double v0, double u1, double v1)
    {
        double du = u1 - u0, dv = v1 - v0; // near a pole an edge can be short and have any du
        int pieces = 1 + (int)((Math.Abs(du) + Math.Abs(dv)) / LongestPieceDeg);
        double half = 0.5 / pieces, halfRad = half * dv * AngleUnits.RadPerDeg;
        for (int i = 0; i < pieces; i++)
        {
            double middle = (2 * i + 1) * half;
            foreach ((double node, double weight) in
                (ReadOnlySpan<(double, double)>)[(-Node2, Weight2), (-Node1, Weight1), (Node1, Weight1), (Node2, Weight2)])
            {
                double t = middle + (half * node);
                AddNode(u0 + (t * du), v0 + (t * dv), weight * halfRad);
            }
        }
    }

    private void AddNode(double uDeg, double vDeg, double weightRad)
    {
        double u = uDeg * AngleUnits.RadPerDeg, cos = CosOfLat(latDeg + vDeg);
        (double sinHalfU, double cosHalfU) = Math.SinCos(0.5 * u);
        (double sinHalfV, double cosHalfV) = Math.SinCos(0.5 * vDeg * AngleUnits.RadPerDeg);
        double less = cos * cos * (u - (2.0 * sinHalfU * cosHalfU));
        area += weightRad * u * cos;
        east += weightRad * 2.0 * cos * cos * sinHalfU * sinHalfU;
        north += weightRad * ((2.0 * u * cos * sinHalfV * cosHalfV) + (sinLat * less));
        down += weightRad * ((2.0 * u * cos * sinHalfV * sinHalfV) + (cosLat * less));
    }

    private readonly UnitVector Direction()
    {
        double up = area - down, x = (cosLat * up) - (sinLat * north);
        (double sinLon, double cosLon) = Math.SinCos(lonDeg * AngleUnits.RadPerDeg);
        return new UnitVector((cosLon * x) - (sinLon * east), (sinLon * x) + (cosLon * east), (sinLat * up) + (cosLat * north));
    }

    // As a sine: precise near the poles.
    private static double CosOfLat(double latDeg) => Math.Sin((90.0 - Math.Abs(latDeg)) * AngleUnits.RadPerDeg);
}
