using System.Globalization;
using NetTopologySuite.Algorithm;
using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Overlay;
using NetTopologySuite.Operation.OverlayNG;
using NetTopologySuite.Operation.Valid;

namespace Pile.Earth;

/// <summary>Brings polygons into the one form that is stored: outer rings counter-clockwise, holes clockwise, cut at the antimeridian
/// (RFC 7946, sections 3.1.6 and 3.1.9), no edge over more than 180 degrees of longitude, parts that do not overlap.</summary>
/// <remarks>Normalising twice changes nothing. A polygon that does not reach the antimeridian keeps its coordinates exactly.</remarks>
internal static class FootprintShape
{
    private const double SnapDeg = 1e-9;

    // Of the area of a hole: cuts are rounded.
    private const double LargestRounded = 1e-6;

    internal static GeometryFactory Factory { get; } = new(new PrecisionModel(), 4326);

    /// <summary>Returns the parts of a footprint, in the order given; the part that ends at 180 before the part that begins at
    /// -180.</summary>
    /// <exception cref="FormatException">There is no polygon, or one is not valid.</exception>
    internal static Polygon[] Normalised(List<PolygonRings> polygons)
    {
        try
        {
            List<Polygon> parts = [];
            for (int i = 0; i < polygons.Count; i++)
                parts.AddRange(Normalised(polygons[i], polygons.Count == 1 ? "" : $" (polygon {i + 1} of {polygons.Count})"));
            if (parts.Count == 0)
                throw new FormatException("The geometry is empty; expected at least one polygon.");
            if (parts.Count > 1 && !new IsValidOp(Factory.CreateMultiPolygon([.. parts])).IsValid)
                parts = Polygons(OverlayNGRobust.Union([.. parts.Cast<Geometry>()])); // parts that overlap or share an edge
            return [.. parts.Select(Finished)];
        }
        catch (TopologyException e)
        {
            throw new FormatException($"The geometry cannot be cut at the antimeridian or merged: {e.Message}.", e);
        }
    }

    private static List<Polygon> Normalised(PolygonRings polygon, string place)
    {
        UnwrappedRing shell = UnwrappedRing.Of(polygon.Rings[0]).StartingAt(-180.0);
        double westDeg = shell.WestDeg;
        if (shell.EastDeg - westDeg > 360.0 + SnapDeg)
            throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"The geometry{place} is {shell.EastDeg - westDeg:R} degrees of longitude wide; at most 360 are expected."));
        UnwrappedRing[] holes = [.. polygon.Rings.Skip(1).Select(hole => UnwrappedRing.Of(hole).StartingAt(westDeg))];
        if (!shell.WindsAroundPole && !holes.Any(hole => hole.WindsAroundPole))
        {
            Polygon whole = Factory.CreatePolygon(Linear(shell), [.. holes.Select(Linear)]);
            if (shell.EastDeg - westDeg < 360.0 - SnapDeg || new IsValidOp(whole).IsValid)
                return Cut(Valid(whole, place), shell.EastDeg);
        }
        // Around a pole, and across the antimeridian in a shell around the earth, a ring has no place of its own in longitude: shell and
        // holes are cut one by one.
        Geometry rest = Collected(Cut(Valid(Factory.CreatePolygon(Linear(shell)), place), shell.EastDeg));
        Geometry outline = rest;
        for (int i = 0; i < holes.Length; i++)
        {
            Geometry hole = Collected(Cut(Valid(Factory.CreatePolygon(Linear(holes[i])), place), holes[i].EastDeg));
            if (OverlayNGRobust.Overlay(hole, outline, SpatialFunction.Difference).Area > LargestRounded * hole.Area)
                throw Outside(i + 2, place);
            rest = OverlayNGRobust.Overlay(rest, hole, SpatialFunction.Difference);
        }
        return Polygons(rest);
    }

    private static FormatException Outside(int ring, string place) => new($"The geometry is not a valid polygon{place}: ring {ring}, which "
        + "would be a hole, is not within ring 1. Write separate parts as a MultiPolygon, each with rings of its own.");

    // A producer that writes the parts of a MultiPolygon as the rings of a Polygon means them as areas.
    private static int? RingOutside(Polygon polygon)
    {
        Polygon shell = Factory.CreatePolygon((LinearRing)polygon.ExteriorRing);
        if (!new IsValidOp(shell).IsValid)
            return null;
        for (int i = 0; i < polygon.NumInteriorRings; i++)
        {
            Polygon hole = Factory.CreatePolygon((LinearRing)polygon.GetInteriorRingN(i));
            if (new IsValidOp(hole).IsValid && !shell.Covers(hole))
                return i + 2;
        }
        return null;
    }

    private static Polygon Valid(Polygon polygon, string place) =>
        polygon.NumInteriorRings == 0 && ConvexRing.Is(polygon.ExteriorRing.Coordinates) ? polygon
            : new IsValidOp(polygon).ValidationError is { } error
            ? throw (RingOutside(polygon) is { } ring ? Outside(ring, place) : new FormatException(string.Create(
                CultureInfo.InvariantCulture, $"The geometry is not a valid polygon{place}: {error.Message} at or near longitude "
                    + $"{error.Coordinate.X:R}, latitude {error.Coordinate.Y:R}.")))
            : polygon;

    private static List<Polygon> Cut(Polygon polygon, double eastDeg)
    {
        if (eastDeg <= 180.0)
            return [polygon];
        List<Polygon> parts = [];
        for (double westDeg = -180.0; westDeg < eastDeg; westDeg += 360.0)
        {
            Geometry slab = Factory.ToGeometry(new Envelope(westDeg, westDeg + 360.0, -91.0, 91.0));
            foreach (Polygon part in Polygons(OverlayNGRobust.Overlay(polygon, slab, SpatialFunction.Intersection)))
                parts.Add(Moved(part, -180.0 - westDeg));
        }
        return parts;
    }

    /// <summary>Moves a part by whole turns, and positions that rounding has put beside the antimeridian onto it.</summary>
    private static Polygon Moved(Polygon polygon, double shiftDeg)
    {
        return Factory.CreatePolygon(Ring(polygon.ExteriorRing), [.. polygon.InteriorRings.Select(Ring)]);

        LinearRing Ring(LineString ring) => Factory.CreateLinearRing([.. ring.Coordinates.Select(p =>
        {
            double lonDeg = p.X + shiftDeg;
            return new Coordinate(Math.Abs(Math.Abs(lonDeg) - 180.0) <= SnapDeg ? Math.CopySign(180.0, lonDeg) : lonDeg, p.Y);
        })]);
    }

    private static List<Polygon> Polygons(Geometry geometry)
    {
        List<Polygon> polygons = [];
        for (int i = 0; i < geometry.NumGeometries; i++)
            if (geometry.GetGeometryN(i) is Polygon { IsEmpty: false } polygon)
                polygons.Add(polygon);
        return polygons;
    }

    private static Geometry Collected(List<Polygon> polygons) =>
        polygons.Count == 1 ? polygons[0] : OverlayNGRobust.Union([.. polygons.Cast<Geometry>()]);

    private static LinearRing Linear(UnwrappedRing ring) => Factory.CreateLinearRing(ring.Positions);

    private static Polygon Finished(Polygon polygon) =>
        Factory.CreatePolygon(Finished(polygon.ExteriorRing, true), [.. polygon.InteriorRings.Select(hole => Finished(hole, false))]);

    private static LinearRing Finished(LineString ring, bool isCounterClockwise)
    {
        Coordinate[] positions = ring.Coordinates;
        if (ring is LinearRing given && !HasWideEdge(positions) && Orientation.IsCCW(positions) == isCounterClockwise)
            return given;
        List<Coordinate> finished = new(positions.Length) { positions[0] };
        for (int i = 1; i < positions.Length; i++)
        {
            Coordinate from = positions[i - 1], to = positions[i];
            if (Math.Abs(to.X - from.X) > 180.0) // otherwise a reader takes the edge for one across the antimeridian
                finished.Add(new Coordinate(0.5 * (from.X + to.X), 0.5 * (from.Y + to.Y)));
            finished.Add(to);
        }
        if (Orientation.IsCCW([.. finished]) != isCounterClockwise)
            finished.Reverse();
        return Factory.CreateLinearRing([.. finished]);
    }

    private static bool HasWideEdge(Coordinate[] positions)
    {
        for (int i = 1; i < positions.Length; i++)
            if (Math.Abs(positions[i].X - positions[i - 1].X) > 180.0)
                return true;
        return false;
    }
}
