using FsCheck;
using FsCheck.Fluent;
using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Valid;

namespace Pile.Earth.Tests;

/// <summary>The quick test of rings against the general one of NetTopologySuite, and its convex hull.</summary>
public class ConvexRingTests
{
    private static readonly GeometryFactory Factory = new();

    // A small lattice, so that positions repeat, edges cross and three positions are in a line.
    private static Gen<Coordinate[]> Rings =>
        from count in Gen.Choose(3, 7)
        from positions in Gen.Choose(0, 24).ArrayOf(count)
        select (Coordinate[])[.. positions.Append(positions[0]).Select(p => new Coordinate(p % 5, p / 5))];

    [Fact]
    public void A_ring_is_convex_if_it_is_valid_and_all_its_positions_are_those_of_its_hull() => Prop.ForAll(Rings.ToArbitrary(), ring =>
    {
        Polygon polygon = Factory.CreatePolygon(ring);
        bool isValid = new IsValidOp(polygon).IsValid;
        bool isHull = isValid && polygon.ConvexHull() is Polygon hull && hull.NumPoints == ring.Length
            && hull.EqualsTopologically(polygon);
        return ConvexRing.Is(ring) == isHull;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Theory]
    [InlineData(5, 2)] // a pentagram turns to one side only, twice around
    [InlineData(7, 3)]
    [InlineData(8, 3)]
    [InlineData(4, 1)]
    [InlineData(64, 1)]
    public void Only_a_ring_that_goes_around_once_is_convex(int count, int turns)
    {
        Coordinate[] ring = [.. Enumerable.Range(0, count + 1).Select(i => Math.SinCos(Math.Tau * (i % count) * turns / count))
            .Select(p => new Coordinate(p.Cos, p.Sin))];
        Assert.Equal(turns == 1, ConvexRing.Is(ring));
        Assert.Equal(turns == 1, ConvexRing.Is([.. ring.Reverse()]));
        Assert.False(ConvexRing.Is(ring.AsSpan()[..^1])); // not closed
    }

    [Fact]
    public void Rings_without_an_area_are_not_convex()
    {
        Assert.False(ConvexRing.Is([]));
        Assert.False(ConvexRing.Is([new(1, 1), new(1, 1), new(1, 1), new(1, 1)]));
        Assert.False(ConvexRing.Is([new(0, 0), new(1, 1), new(2, 2), new(0, 0)]));
    }
}
