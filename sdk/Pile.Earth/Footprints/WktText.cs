using System.Globalization;
using System.Text;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;

namespace Pile.Earth;

/// <summary>Reads polygons of well-known text (OGC 06-103r4 section 7.2), and writes them with the digits that give each number
/// again.</summary>
internal static class WktText
{
    /// <summary>Returns the polygons of a POLYGON or MULTIPOLYGON.</summary>
    /// <exception cref="FormatException">The text is of another type or malformed.</exception>
    internal static List<PolygonRings> Read(string wkt)
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
                polygons.Add(new PolygonRings([.. Footprint.Rings(polygon).Select((ring, k) => PolygonRings.Ring(
                    [.. ring.Coordinates.Select(p => PolygonRings.Position(p.X, p.Y))], $"polygon {i + 1}, ring {k + 1}"))]));
        return polygons;
    }

    internal static string Of(ReadOnlySpan<Polygon> parts)
    {
        StringBuilder text = new(parts.Length == 1 ? "POLYGON " : "MULTIPOLYGON (");
        for (int i = 0; i < parts.Length; i++)
        {
            text.Append(i == 0 ? "(" : ", (");
            string next = "(";
            foreach (LineString ring in Footprint.Rings(parts[i]))
            {
                foreach (Coordinate position in ring.Coordinates)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{next}{position.X:R} {position.Y:R}");
                    next = ", ";
                }
                text.Append(')');
                next = ", (";
            }
            text.Append(')');
        }
        return text.Append(parts.Length == 1 ? "" : ")").ToString();
    }
}
