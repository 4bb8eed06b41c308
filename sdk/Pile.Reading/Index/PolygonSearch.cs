using System.Globalization;
using Pile.DuckDb;
using Pile.Sky;

namespace Pile.Reading;

/// <summary>A polygon of great circles. The predicate tests only the edges near a row, whereas SQL would need a term for every
/// vertex.</summary>
internal sealed record PolygonSearch : SearchRegion, IDuckDbPredicate
{
    // More ranges do not exclude more tiles: a tile is as large as many of these pixels.
    private const int MaxTileRanges = 512;

    private readonly SkyPolygon polygon;
    private readonly HealpixRanges ranges;

    internal PolygonSearch(SkyPolygon polygon)
    {
        this.polygon = polygon;
        // 2⁴ pixels along the polygon: a finer order excludes few more tiles.
        int order = Math.Clamp((int)Math.Ceiling(Math.Log2(58.6 / Math.Max(polygon.ReachDeg, 1e-7))) + 4, 3, Healpix.MaxOrder);
        Coverage = polygon.CoverInclusive(order);
        while (Coverage.Ranges.Length > MaxTileRanges && order > 3)
            Coverage = Coverage.AtOrder(--order);
        ranges = Coverage.AtOrder29();
    }

    internal override SavedRegion Saved =>
        SavedRegion.Of(SavedRegion.Polygon, polygon.Vertices.SelectMany(v => (double[])[v.RaDeg, v.DecDeg]));

    internal override HealpixRanges Coverage { get; }

    public override string ToString()
    {
        IEnumerable<string> vertices = polygon.Vertices
            .Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.RaDeg:R},{v.DecDeg:R}"));
        return $"polygon {string.Join(',', vertices)}";
    }

    internal override string Condition(DuckDbConnection connection, string healpix29, string ra,
        string dec) => connection.PredicateSql(this, healpix29, ra, dec);

    void IDuckDbPredicate.Test(ReadOnlySpan<long> keys, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<bool> destination)
    {
        for (int i = 0; i < keys.Length; i++)
            destination[i] = ranges.Contains(keys[i]) && polygon.Contains(x[i], y[i]);
    }
}
