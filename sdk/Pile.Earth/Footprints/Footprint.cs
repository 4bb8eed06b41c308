using System.Text.Json;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;

namespace Pile.Earth;

/// <summary>The area of a scene or chip, or a region of a query: polygons in WGS84 longitude and latitude (degrees) with edges that are
/// straight in these. Immutable and thread-safe.</summary>
/// <remarks>The stored form is that of RFC 7946: outer rings counter-clockwise, holes clockwise, cut at the antimeridian, a footprint that
/// contains a pole closed along it. Every source is brought into this form: longitudes above 180, rings that go from 179 to -179, and rings
/// around a pole. An edge over more than 180 degrees of longitude is therefore read as the short way round.</remarks>
internal sealed class Footprint
{
    private readonly Polygon[] parts;
    private readonly byte[] wkb;

    private Footprint(Polygon[] parts)
    {
        this.parts = parts;
        wkb = new byte[WkbWriter.Size(parts)];
        WkbWriter.Write(parts, wkb);
        Measures = FootprintMeasures.Of(wkb);
    }

    /// <summary>Box, centre, radius and area.</summary>
    internal FootprintMeasures Measures { get; }

    /// <summary>The geometry as little-endian WKB: a Polygon, or a MultiPolygon of more than one. The same footprint always gives the same
    /// bytes.</summary>
    internal ReadOnlyMemory<byte> Wkb => wkb;

    /// <summary>The polygons; a polygon across the antimeridian is two.</summary>
    internal ReadOnlySpan<Polygon> Parts => parts;

    /// <summary>Reads the Polygon or MultiPolygon of a GeoJSON geometry.</summary>
    /// <exception cref="FormatException">It is null, of another type, malformed, or not a valid polygon; the message states
    /// where.</exception>
    internal static Footprint FromGeoJson(JsonElement geometry) => Of(GeoJsonGeometry.Read(geometry));

    /// <inheritdoc cref="FromGeoJson(JsonElement)"/>
    /// <param name="utf8">The text of the geometry.</param>
    internal static Footprint FromGeoJson(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8);
            return FromGeoJson(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new FormatException($"The geometry is not valid JSON: {e.Message}", e);
        }
    }

    /// <summary>Reads the Polygon or MultiPolygon of well-known binary.</summary>
    /// <exception cref="FormatException">It is of another type, malformed, or not a valid polygon.</exception>
    internal static Footprint FromWkb(ReadOnlySpan<byte> wkb) => Of(WkbReader.Read(wkb));

    /// <summary>Reads the POLYGON or MULTIPOLYGON of well-known text.</summary>
    /// <exception cref="FormatException">It is of another type, malformed, or not a valid polygon.</exception>
    internal static Footprint FromWkt(string wkt)
    {
        // Only these are parsed: the parser calls itself for each level of nested collections.
        ReadOnlySpan<char> start = wkt.AsSpan().TrimStart();
        if (!start.StartsWith("POLYGON", StringComparison.OrdinalIgnoreCase)
            && !start.StartsWith("MULTIPOLYGON", StringComparison.OrdinalIgnoreCase))
            throw new FormatException($"The text '{start[..Math.Min(40, start.Length)]}' is not the WKT of a POLYGON or MULTIPOLYGON.");
        Geometry geometry;
        try
        {
            geometry = new WKTReader { IsStrict = true }.Read(wkt);
        }
        catch (Exception e) when (e is ParseException or ArgumentException or InvalidOperationException)
        {
            throw new FormatException($"The text is not valid WKT: {e.Message}", e);
        }
        List<PolygonRings> polygons = [];
        for (int i = 0; i < geometry.NumGeometries; i++)
            if (geometry.GetGeometryN(i) is Polygon { IsEmpty: false } polygon)
                polygons.Add(new PolygonRings([.. Rings(polygon).Select((ring, k) => PolygonRings.Ring(
                    [.. ring.Coordinates.Select(p => PolygonRings.Position(p.X, p.Y))], $"polygon {i + 1}, ring {k + 1}"))]));
        return Of(polygons);
    }

    /// <summary>Creates the footprint of a box.</summary>
    /// <exception cref="FormatException">The box is empty or outside [-180, 180] and [-90, 90].</exception>
    internal static Footprint FromBounds(in LonLatBounds box)
    {
        if (!(Math.Abs(box.West) <= 180.0 && Math.Abs(box.East) <= 180.0 && Math.Abs(box.South) <= 90.0 && Math.Abs(box.North) <= 90.0
            && box.South < box.North && !box.West.Equals(box.East)))
            throw new FormatException($"The box {box.West:R},{box.South:R},{box.East:R},{box.North:R} is empty or outside the earth; "
                + "expected west, south, east, north in degrees, with south < north, and west > east only across the antimeridian.");
        double east = box.West + box.WidthDeg, middle = 0.5 * (box.West + east); // no edge over more than 180 degrees
        Coordinate[] ring = [new(box.West, box.South), new(middle, box.South), new(east, box.South), new(east, box.North),
            new(middle, box.North), new(box.West, box.North), new(box.West, box.South)];
        return Of([new PolygonRings([box.WidthDeg > 180.0 ? ring : [ring[0], ring[2], ring[3], ring[5], ring[6]]])]);
    }

    /// <summary>Creates the footprint of one ring.</summary>
    /// <param name="ring">Longitude and latitude of each position, alternating; the last position is joined to the first.</param>
    /// <exception cref="FormatException">It is not a valid polygon.</exception>
    internal static Footprint FromRing(ReadOnlySpan<double> ring)
    {
        List<Coordinate> positions = new((ring.Length / 2) + 1);
        for (int i = 0; i < ring.Length; i += 2)
            positions.Add(PolygonRings.Position(ring[i], ring[i + 1]));
        if (positions.Count > 0)
            positions.Add(positions[0].Copy());
        return Of([new PolygonRings([PolygonRings.Ring(positions, "polygon 1, ring 1")])]);
    }

    private static Footprint Of(List<PolygonRings> polygons) => new(FootprintShape.Normalised(polygons));

    /// <summary>Returns the geometry as GeoJSON text.</summary>
    internal string ToGeoJson() => GeoJsonText.Of(parts);

    /// <summary>Returns the geometry as well-known text: a POLYGON, or a MULTIPOLYGON of more than one.</summary>
    internal string ToWkt() => WktText.Of(parts);

    /// <summary>Returns whether a position is in the footprint or on its border.</summary>
    /// <param name="lonDeg">In [-180, 180].</param>
    /// <param name="latDeg">In [-90, 90].</param>
    internal bool Contains(double lonDeg, double latDeg) => FootprintMeasures.Contains(wkb, lonDeg, latDeg);

    /// <summary>Returns whether the footprint and a region have a point in common, their borders included.</summary>
    internal bool Intersects(FootprintRegion region) => region.Intersects(this);

    /// <summary>Returns whether every point of the footprint is in a region or on its border.</summary>
    internal bool IsWithin(FootprintRegion region) => region.Covers(this);

    internal static IEnumerable<LineString> Rings(Polygon polygon) => [polygon.ExteriorRing, .. polygon.InteriorRings];
}
