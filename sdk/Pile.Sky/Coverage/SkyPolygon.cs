using System.Collections.Immutable;

namespace Pile.Sky;

/// <summary>A polygon on the sky whose edges are great circles: the smaller of the two areas that its border separates, whatever the
/// direction of the vertices.</summary>
/// <remarks>Poles and right ascension 0 need no special treatment: nothing here is computed in right ascension and declination. The border
/// is part of the polygon. Thread-safe.</remarks>
public sealed class SkyPolygon
{
    private readonly UnitVector[] corners;
    private readonly PolygonEdges edges;

    private SkyPolygon(ImmutableArray<(double RaDeg, double DecDeg)> vertices, UnitVector[] corners, PolygonEdges edges) =>
        (Vertices, this.corners, this.edges) = (vertices, corners, edges);

    /// <summary>Creates a polygon from its vertices in order; the last is joined to the first, and can repeat it.</summary>
    /// <param name="vertices">ICRS degrees: right ascensions finite, declinations in [-90, 90].</param>
    /// <exception cref="ArgumentException">There are fewer than three vertices; two consecutive ones are opposite each other; edges cross
    /// or touch (the message gives the numbers of their vertices, from 1); or the border divides the sky into equal halves.</exception>
    public static SkyPolygon Of(params IEnumerable<(double RaDeg, double DecDeg)> vertices)
    {
        ArgumentNullException.ThrowIfNull(vertices);
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
                continue; // a repeated vertex
            numbers.Add(i + 1);
            distinct.Add(corner);
        }
        if (distinct.Count > 1 && distinct[0].SquaredChordTo(distinct[^1]) < PolygonEdges.SamePlace2)
        {
            numbers.RemoveAt(numbers.Count - 1);
            distinct.RemoveAt(distinct.Count - 1);
        }
        if (distinct.Count < 3)
            throw new ArgumentException($"A polygon must have at least three different vertices; found {distinct.Count}.");
        UnitVector[] all = [.. distinct];
        return new SkyPolygon([.. numbers.Select(n => given[n - 1])], all, PolygonEdges.Of(all, numbers));
    }

    /// <summary>The vertices as specified, without repeated ones.</summary>
    public ImmutableArray<(double RaDeg, double DecDeg)> Vertices { get; }

    /// <summary>The area in square degrees, at most half the sky.</summary>
    public double AreaDeg2 => edges.AreaSteradian * AngleUnits.DegPerRad * AngleUnits.DegPerRad;

    /// <summary>Returns whether a position is in the polygon or on its border.</summary>
    /// <param name="raDeg">Right ascension: ICRS degrees.</param>
    /// <param name="decDeg">Declination: ICRS degrees.</param>
    /// <returns>False for NaN.</returns>
    public bool Contains(double raDeg, double decDeg) =>
        double.IsFinite(raDeg) && Math.Abs(decDeg) <= 90.0 && edges.Contains(UnitVector.FromRaDec(raDeg, decDeg));

    /// <summary>Determines for each position whether it is in the polygon or on its border.</summary>
    /// <param name="raDeg">Right ascensions: ICRS degrees, shape [n].</param>
    /// <param name="decDeg">Declinations: ICRS degrees, shape [n].</param>
    /// <param name="destination">Receives the results, false for NaN; shape [n] or longer.</param>
    /// <exception cref="ArgumentException">The inputs differ in length, or the destination is shorter.</exception>
    public void Contains(ReadOnlySpan<double> raDeg, ReadOnlySpan<double> decDeg, Span<bool> destination)
    {
        if (raDeg.Length != decDeg.Length || destination.Length < raDeg.Length)
            throw new ArgumentException($"Expected two inputs of the same length and a destination at least as long, found {raDeg.Length}, "
                + $"{decDeg.Length} and {destination.Length}.");
        for (int i = 0; i < raDeg.Length; i++)
            destination[i] = Contains(raDeg[i], decDeg[i]);
    }

    /// <summary>Finds all pixels that touch the polygon. The result can include a few pixels just outside it.</summary>
    /// <param name="order">HEALPix order of the pixels, 0 to 29.</param>
    /// <returns>Sorted, disjoint ranges; time and memory are proportional to the length of the border.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The order is not valid.</exception>
    internal HealpixRanges CoverInclusive(int order)
    {
        Healpix.CheckOrder(order);
        return new PolygonDescent(corners, edges, order).Cover();
    }

    /// <summary>The distance in degrees from the first vertex to the farthest one. Useful to choose an order.</summary>
    public double ReachDeg => 2.0 * Math.Asin(Math.Min(1.0, 0.5 * Math.Sqrt(corners.Max(c => c.SquaredChordTo(corners[0])))))
        * AngleUnits.DegPerRad;
}
