using System.Collections.Immutable;

namespace Pile.Sky;

/// <summary>A polygon on the sky whose edges are great circles: the part of the sky on the smaller side of its border, whichever way round
/// the vertices run.</summary>
/// <remarks>Poles and right ascension 0 are places like any other: nothing here is done in right ascension and declination. The border
/// belongs to the polygon. Any thread may use it.</remarks>
public sealed class SkyPolygon
{
    private readonly UnitVector[] corners;
    private readonly PolygonEdges edges;

    private SkyPolygon(ImmutableArray<(double RaDeg, double DecDeg)> vertices, UnitVector[] corners, PolygonEdges edges) =>
        (Vertices, this.corners, this.edges) = (vertices, corners, edges);

    /// <summary>Makes a polygon of its vertices in order; the last is joined to the first, and may repeat it.</summary>
    /// <param name="vertices">ICRS degrees: right ascensions finite, declinations in [-90, 90].</param>
    /// <exception cref="ArgumentException">There are less than three vertices; two that follow each other lie opposite; edges cross or
    /// touch, which are named by the numbers of their vertices,
    /// from 1; or the border halves the sky, so that neither side is the smaller.</exception>
    public static SkyPolygon Of(params IEnumerable<(double RaDeg, double DecDeg)> vertices)
    {
        List<(double RaDeg, double DecDeg)> given = [.. vertices];
        List<int> numbers = [];
        List<UnitVector> distinct = [];
        for (int i = 0; i < given.Count; i++)
        {
            if (!double.IsFinite(given[i].RaDeg) || !(Math.Abs(given[i].DecDeg) <= 90.0))
                throw new ArgumentException($"Vertex {i + 1} of the polygon, {given[i].RaDeg}, {given[i].DecDeg}: expected a right "
                    + "ascension and a declination in degrees.");
            UnitVector corner = UnitVector.FromRaDec(given[i].RaDeg, given[i].DecDeg);
            if (distinct.Count > 0 && corner.SquaredChordTo(distinct[^1]) < PolygonEdges.SamePlace2)
                continue; // a vertex told twice
            numbers.Add(i + 1);
            distinct.Add(corner);
        }
        if (distinct.Count > 1 && distinct[0].SquaredChordTo(distinct[^1]) < PolygonEdges.SamePlace2)
        {
            numbers.RemoveAt(numbers.Count - 1);
            distinct.RemoveAt(distinct.Count - 1);
        }
        if (distinct.Count < 3)
            throw new ArgumentException($"A polygon has at least three vertices in different places; found {distinct.Count}.");
        UnitVector[] all = [.. distinct];
        return new SkyPolygon([.. numbers.Select(n => given[n - 1])], all, PolygonEdges.Of(all, numbers));
    }

    /// <summary>The vertices as they were given, without those told twice.</summary>
    public ImmutableArray<(double RaDeg, double DecDeg)> Vertices { get; }

    /// <summary>The area, square degrees: never more than half the sky.</summary>
    public double AreaDeg2 => edges.AreaSteradian * AngleUnits.DegPerRad * AngleUnits.DegPerRad;

    /// <summary>Whether a position lies in the polygon or on its border.</summary>
    /// <param name="raDeg">Right ascension: ICRS degrees.</param>
    /// <param name="decDeg">Declination: ICRS degrees.</param>
    /// <returns>False for NaN.</returns>
    public bool Contains(double raDeg, double decDeg) =>
        double.IsFinite(raDeg) && Math.Abs(decDeg) <= 90.0 && edges.Contains(UnitVector.FromRaDec(raDeg, decDeg));

    /// <summary>Tells for each position whether it lies in the polygon or on its border.</summary>
    /// <param name="raDeg">Right ascensions: ICRS degrees, shape [n].</param>
    /// <param name="decDeg">Declinations: ICRS degrees, shape [n].</param>
    /// <param name="destination">Receives the answers, false for NaN; shape [n] or longer.</param>
    /// <exception cref="ArgumentException">The inputs differ in length, or the destination is shorter.</exception>
    public void Contains(ReadOnlySpan<double> raDeg, ReadOnlySpan<double> decDeg, Span<bool> destination)
    {
        if (raDeg.Length != decDeg.Length || destination.Length < raDeg.Length)
            throw new ArgumentException($"Expected two inputs of one length and a destination of at least that, found {raDeg.Length}, "
                + $"{decDeg.Length} and {destination.Length}.");
        for (int i = 0; i < raDeg.Length; i++)
            destination[i] = Contains(raDeg[i], decDeg[i]);
    }

    /// <summary>Finds the pixels that touch the polygon. May hold a few that come near it, and never misses one that touches it.</summary>
    /// <param name="order">HEALPix order of the pixels, 0 to 29.</param>
    /// <returns>Sorted, disjoint ranges; time and space follow the length of the border.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The order does not exist.</exception>
    internal HealpixRanges CoverInclusive(int order)
    {
        Healpix.CheckOrder(order);
        return new PolygonDescent(corners, edges, order).Cover();
    }

    /// <summary>The distance from the first vertex to the farthest one, degrees: a size from which an order may be chosen.</summary>
    public double ReachDeg => 2.0 * Math.Asin(Math.Min(1.0, 0.5 * Math.Sqrt(corners.Max(c => c.SquaredChordTo(corners[0])))))
        * AngleUnits.DegPerRad;
}
