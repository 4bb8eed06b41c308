using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;

namespace Pile.Earth;

/// <summary>A region that many footprints are tested against. Edges are straight in longitude and latitude; touching counts; -180 and 180
/// are one meridian, and a pole is one point. Thread-safe.</summary>
/// <remarks>A row is tested from its stored WKB. Nothing is allocated for it if boxes decide, as they do for nearly all rows.</remarks>
internal sealed class FootprintRegion
{
    private readonly Geometry geometry;
    private readonly IPreparedGeometry prepared;
    private readonly IndexedPointInAreaLocator locator;
    private readonly Envelope box;
    private readonly Seam seam;
    private readonly bool isBox;

    /// <summary>Prepares a footprint as a region.</summary>
    internal FootprintRegion(Footprint area)
    {
        Area = area;
        geometry = area.Parts.Length == 1 ? area.Parts[0] : FootprintShape.Factory.CreateMultiPolygon(area.Parts.ToArray());
        box = geometry.EnvelopeInternal;
        isBox = geometry.IsRectangle;
        seam = Seam.Of(area.Parts);
        prepared = PreparedGeometryFactory.Prepare(geometry);
        locator = new IndexedPointInAreaLocator(geometry);
        // Their indices are made on first use: now, so that threads only read them. The strip has no corner in the region, and the part
        // has all of them there, so both tests go on to the edges.
        double middle = 0.5 * (box.MinY + box.MaxY);
        _ = prepared.Intersects(FootprintShape.Factory.ToGeometry(new Envelope(box.MinX - 1.0, box.MaxX + 1.0, middle, middle + 1e-3)));
        _ = prepared.Covers(area.Parts[0]);
        _ = locator.Locate(area.Parts[0].Coordinate);
    }

    /// <summary>The region.</summary>
    internal Footprint Area { get; }

    /// <summary>Returns whether a footprint, as stored WKB, and the region have a point in common, their borders included.</summary>
    /// <exception cref="FormatException">The WKB is not that of a stored footprint.</exception>
    internal bool Intersects(ReadOnlySpan<byte> wkb)
    {
        bool intersects = false;
        for (StoredParts parts = new(wkb); parts.MoveNext();) // to the end, so that a malformed row is always an error
            intersects = intersects || seam.Touches(parts.Box, parts.Shell) || IntersectsPlane(ref parts);
        return intersects;
    }

    /// <summary>Returns whether every point of a footprint, as stored WKB, is in the region or on its border.</summary>
    /// <exception cref="FormatException">The WKB is not that of a stored footprint.</exception>
    internal bool Covers(ReadOnlySpan<byte> wkb)
    {
        bool covers = true;
        for (StoredParts parts = new(wkb); parts.MoveNext();)
            covers = covers && CoversPlane(ref parts);
        return covers;
    }

    /// <summary>Returns whether a footprint and the region have a point in common.</summary>
    internal bool Intersects(Footprint footprint) => Intersects(footprint.Wkb.Span);

    /// <summary>Returns whether every point of a footprint is in the region.</summary>
    internal bool Covers(Footprint footprint) => Covers(footprint.Wkb.Span);

    private bool IntersectsPlane(ref StoredParts part)
    {
        (double west, double south, double east, double north) = part.Box;
        if (west > box.MaxX || east < box.MinX || south > box.MaxY || north < box.MinY)
            return false;
        if (isBox && CoversBox(part.Box))
            return true;
        Coordinate position = new();
        for (int i = 2; i < part.Shell.Length; i += 2)
        {
            (position.X, position.Y) = (part.Shell[i], part.Shell[i + 1]);
            if (box.Contains(position) && locator.Locate(position) is not Location.Exterior)
                return true;
        }
        return prepared.Intersects(part.ToPolygon());
    }

    private bool CoversPlane(ref StoredParts part)
    {
        if (!CoversBox(part.Box))
            return false;
        if (isBox)
            return true;
        Coordinate position = new();
        for (int i = 2; i < part.Shell.Length; i += 2)
        {
            (position.X, position.Y) = (part.Shell[i], part.Shell[i + 1]);
            if (locator.Locate(position) is Location.Exterior)
                return false;
        }
        return prepared.Covers(part.ToPolygon());
    }

    private bool CoversBox((double West, double South, double East, double North) inner) =>
        inner.West >= box.MinX && inner.East <= box.MaxX && inner.South >= box.MinY && inner.North <= box.MaxY;
}
