using Pile.DuckDb;
using Pile.Earth;
using Pile.Format;
using Pile.Sky;

namespace Pile.Reading;

/// <summary>Footprints on the earth that intersect a region, or are within it. Pixels of their centres select candidates,
/// which are then compared exactly.</summary>
internal sealed record FootprintSearch : SearchRegion, IDuckDbBytesPredicate
{
    /// <summary>The name of the footprints in conditions.</summary>
    internal const string Geometry = "_pile_geometry";

    private readonly FootprintRegion region;
    private readonly bool isWithin;

    /// <summary>Creates a search.</summary>
    /// <param name="area">The region.</param>
    /// <param name="isWithin">True for footprints within the region, false for those that intersect it.</param>
    /// <param name="largestRadiusDeg">The largest distance of a footprint from its centre in the dataset.</param>
    internal FootprintSearch(Footprint area, bool isWithin, double largestRadiusDeg)
    {
        (region, this.isWithin) = (new FootprintRegion(area), isWithin);
        LonLatBounds bounds = area.Measures.Bounds;
        double south = Math.Max(bounds.South - largestRadiusDeg, -90), north = Math.Min(bounds.North + largestRadiusDeg, 90);
        // Around the circle of latitude where degrees are shortest.
        double sine = largestRadiusDeg < 90
            ? Math.Sin(double.DegreesToRadians(largestRadiusDeg)) / Math.Cos(double.DegreesToRadians(Math.Max(-south, north))) : 1;
        double widerDeg = sine is >= 0 and < 1 && south > -90 && north < 90 ? double.RadiansToDegrees(Math.Asin(sine)) : 180;
        bool isAround = bounds.WidthDeg + (2 * widerDeg) >= 360;
        (double west, double east) = isAround ? (0, 360) : (bounds.West - widerDeg, bounds.West + bounds.WidthDeg + widerDeg);
        Coverage = Cover(Math.Min(north - south, east - west), Math.Max(north - south, east - west),
            order => Healpix.CoverBoxInclusive(west, south, east, north, order));
    }

    internal override SavedRegion Saved => new(isWithin ? SavedRegion.FootprintWithin : SavedRegion.Footprint, region.Area.ToGeoJson());

    internal override HealpixRanges Coverage { get; }

    public override string ToString() => $"footprint {(isWithin ? "within" : "intersecting")} {region.Area.ToGeoJson()}";

    internal override string Condition(DuckDbConnection connection, string healpix29, string ra, string dec) =>
        connection.PredicateSql(this, $"d.{Geometry}");

    bool IDuckDbBytesPredicate.Holds(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return isWithin ? region.Covers(bytes) : region.Intersects(bytes);
        }
        catch (FormatException e)
        {
            throw new SourceUnreadableException("the column 'geometry'", $"a footprint is not valid: {e.Message.TrimEnd('.')}",
                "Run 'pile validate' for all findings", e);
        }
    }
}
