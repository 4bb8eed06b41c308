using System.Text.Json;
using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;
using Pile.Sky;

namespace Pile.Earth;

/// <summary>The area of a scene or chip, or a region of a query: polygons in WGS84 longitude and latitude (degrees) with edges that are
/// straight in these. Immutable and thread-safe.</summary>
/// <remarks>The stored form is that of RFC 7946: outer rings counter-clockwise, holes clockwise, cut at the antimeridian, a footprint that
/// contains a pole closed along it. Every source is brought into this form: longitudes above 180, rings that go from 179 to -179, and rings
/// around a pole. An edge over more than 180 degrees of longitude is therefore read as the short way round.</remarks>
internal sealed class Footprint
{
    private readonly Polygon[] parts;

    private Footprint(Polygon[] parts)
    {
        this.parts = parts;
        Bounds = BoundsOf(parts);
        (double steradian, UnitVector sum) = SphericalArea.Of(parts);
        AreaDeg2 = steradian * AngleUnits.DegPerRad * AngleUnits.DegPerRad;
        UnitVector centre = CentreOf(parts, steradian, sum);
        (double lonDeg, CentreLatDeg) = centre.ToAngles();
        CentreLonDeg = lonDeg >= 180.0 ? lonDeg - 360.0 : lonDeg;
        // From the angles, as every reader computes it.
        centre = UnitVector.FromRaDec(CentreLonDeg, CentreLatDeg);
        RadiusDeg = SphericalRadius.Deg(centre, parts);
        if (RadiusDeg > 90.0 && Contains(CentreLonDeg + (CentreLonDeg < 0.0 ? 180.0 : -180.0), -CentreLatDeg))
            RadiusDeg = 180.0;
    }

    /// <summary>The smallest box that contains the footprint; from -180 to 180 if it contains a pole.</summary>
    internal LonLatBounds Bounds { get; }

    /// <summary>The longitude of the centre, in [-180, 180).</summary>
    /// <remarks>The centre is the direction of the integral of the direction over the area (the area-weighted centroid in three
    /// dimensions). Where that vanishes, as for the whole earth, it is the middle of <see cref="Bounds"/>.</remarks>
    internal double CentreLonDeg { get; }

    /// <summary>The latitude of the centre, in [-90, 90].</summary>
    internal double CentreLatDeg { get; }

    /// <summary>The distance from the centre to the farthest point, in degrees on the sphere; never too small.</summary>
    internal double RadiusDeg { get; }

    /// <summary>The area in square degrees on the sphere.</summary>
    internal double AreaDeg2 { get; }

    /// <summary>The number of polygons; a polygon across the antimeridian counts twice.</summary>
    internal int PartCount => parts.Length;

    internal ReadOnlySpan<Polygon> Parts => parts;

    /// <summary>The number of bytes of <see cref="ToWkb"/>.</summary>
    internal int WkbBytes => WkbWriter.Size(parts);

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
            geometry = new WKTReader { IsStrict = false }.Read(wkt);
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

    private static Footprint Of(List<PolygonRings> polygons) => new(FootprintShape.Normalised(polygons));

    /// <summary>Returns the geometry as little-endian WKB: a Polygon, or a MultiPolygon of more than one. The same footprint always gives
    /// the same bytes.</summary>
    internal byte[] ToWkb()
    {
        byte[] wkb = new byte[WkbBytes];
        WkbWriter.Write(parts, wkb);
        return wkb;
    }

    /// <summary>Writes the WKB to the start of a buffer of at least <see cref="WkbBytes"/> bytes, and returns its size.</summary>
    internal int WriteWkb(Span<byte> destination) => WkbWriter.Write(parts, destination);

    /// <summary>Returns the geometry as GeoJSON text.</summary>
    internal string ToGeoJson() => GeoJsonText.Of(parts);

    /// <summary>Returns whether a position is in the footprint or on its border.</summary>
    /// <param name="lonDeg">In [-180, 180].</param>
    /// <param name="latDeg">In [-90, 90].</param>
    internal bool Contains(double lonDeg, double latDeg)
    {
        foreach (Polygon part in parts)
        {
            Envelope box = part.EnvelopeInternal;
            if (Math.Abs(latDeg) is 90.0 && (latDeg.Equals(box.MaxY) || latDeg.Equals(box.MinY))) // a pole is one point
                return true;
            if (IsIn(part, lonDeg, latDeg) || (Math.Abs(lonDeg) is 180.0 && IsIn(part, -lonDeg, latDeg)))
                return true;
        }
        return false;

        static bool IsIn(Polygon part, double lonDeg, double latDeg) =>
            SimplePointInAreaLocator.Locate(new Coordinate(lonDeg, latDeg), part) is not Location.Exterior;
    }

    /// <summary>Returns whether the footprint and a region have a point in common, their borders included.</summary>
    internal bool Intersects(FootprintRegion region) => region.Intersects(this);

    /// <summary>Returns whether every point of the footprint is in a region or on its border.</summary>
    internal bool IsWithin(FootprintRegion region) => region.Covers(this);

    internal static IEnumerable<LineString> Rings(Polygon polygon) => [polygon.ExteriorRing, .. polygon.InteriorRings];

    private static UnitVector CentreOf(Polygon[] parts, double steradian, UnitVector sum)
    {
        double length = Math.Sqrt((sum.X * sum.X) + (sum.Y * sum.Y) + (sum.Z * sum.Z));
        if (length > 1e-9 * steradian && length > 0.0)
            return new UnitVector(sum.X / length, sum.Y / length, sum.Z / length);
        LonLatBounds bounds = BoundsOf(parts);
        return UnitVector.FromRaDec(bounds.West + (0.5 * bounds.WidthDeg), 0.5 * (bounds.South + bounds.North));
    }

    /// <summary>Returns the box whose longitudes are all but the widest gap between the parts.</summary>
    private static LonLatBounds BoundsOf(Polygon[] parts)
    {
        double south = parts.Min(p => p.EnvelopeInternal.MinY), north = parts.Max(p => p.EnvelopeInternal.MaxY);
        List<(double West, double East)> merged = [];
        foreach ((double west, double east) in parts.Select(p => (p.EnvelopeInternal.MinX, p.EnvelopeInternal.MaxX)).Order())
            if (merged.Count > 0 && west <= merged[^1].East)
                merged[^1] = (merged[^1].West, Math.Max(merged[^1].East, east));
            else
                merged.Add((west, east));
        double widest = merged[0].West + 360.0 - merged[^1].East;
        (double West, double East) bounds = (merged[0].West, merged[^1].East);
        for (int i = 1; i < merged.Count; i++)
            if (merged[i].West - merged[i - 1].East > widest)
            {
                widest = merged[i].West - merged[i - 1].East;
                bounds = (merged[i].West, merged[i - 1].East);
            }
        return new LonLatBounds(bounds.West, south, bounds.East, north);
    }
}
