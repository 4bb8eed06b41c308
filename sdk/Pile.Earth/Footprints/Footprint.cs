using System.Globalization;
using System.Text;
using System.Text.Json;
using NetTopologySuite.Geometries;

namespace Pile.Earth;

/// <summary>The area of a scene or chip, or a region of a query: polygons in WGS84 longitude and latitude (degrees) with edges that are
/// straight in these. Immutable and thread-safe.</summary>
/// <remarks>The stored form is that of RFC 7946: outer rings counter-clockwise, holes clockwise, cut at the antimeridian, a footprint that
/// contains a pole closed along it. Every source is brought into this form: longitudes above 180, rings that go from 179 to -179, and rings
/// around a pole. An edge over more than 180 degrees of longitude is therefore read as the short way round, unless a box says
/// otherwise.</remarks>
internal sealed class Footprint
{
    private const double WidestBoxDeg = 340.0; // a scene at the antimeridian is narrower than the rest, 20 degrees

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
    /// <param name="bboxDeg">West, south, east and north as the document states them; empty if it does not. A long edge is read in the way
    /// that gives this box.</param>
    /// <remarks>Producers also write the least and the greatest longitude of a scene at the antimeridian as its box, and of a ring around a
    /// pole. Such boxes are ignored.</remarks>
    /// <exception cref="FormatException">It is malformed, or a long edge gives the box in neither way.</exception>
    internal static Footprint FromGeoJson(ReadOnlyMemory<byte> utf8, ReadOnlySpan<double> bboxDeg = default)
    {
        List<PolygonRings> polygons = Parsed(utf8, GeoJsonGeometry.Read);
        if (bboxDeg is [var west, _, var east, _] && Width(west, east) <= WidestBoxDeg
            && !polygons.Any(polygon => polygon.Rings.Any(ring => UnwrappedRing.Of(ring).WindsAroundPole)))
            polygons = LongEdges.ReadBy(polygons, west, east);
        return Of(polygons);

        static double Width(double west, double east) => east - west + (west > east ? 360.0 : 0.0);
    }

    /// <summary>Reads the region of a query: a Polygon or MultiPolygon as GeoJSON, also as a Feature, the union of the features of a
    /// FeatureCollection, or well-known text.</summary>
    /// <exception cref="FormatException">It is malformed, or an edge over more than 180 degrees has two meanings.</exception>
    internal static Footprint FromRegion(string text) => Of(!text.TrimStart().StartsWith('{')
        ? RegionGeoJson.Unambiguous(WktText.Read(text)) : Parsed(Encoding.UTF8.GetBytes(text), RegionGeoJson.Read));

    private static List<PolygonRings> Parsed(ReadOnlyMemory<byte> utf8, Func<JsonElement, List<PolygonRings>> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8);
            return read(document.RootElement);
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
    internal static Footprint FromWkt(string wkt) => Of(WktText.Read(wkt));

    /// <summary>Creates the footprint of a box.</summary>
    /// <exception cref="FormatException">The box is empty or outside [-180, 180] and [-90, 90].</exception>
    internal static Footprint FromBounds(in LonLatBounds box)
    {
        if (!(Math.Abs(box.West) <= 180.0 && Math.Abs(box.East) <= 180.0 && Math.Abs(box.South) <= 90.0 && Math.Abs(box.North) <= 90.0
            && box.South < box.North && !box.West.Equals(box.East)))
            throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"The box {box.West:R},{box.South:R},{box.East:R},{box.North:R} is empty or outside the earth; "
                + $"expected west, south, east, north in degrees, with south < north, and west > east only across the antimeridian."));
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
