using System.Text.Json;
using NetTopologySuite.Geometries;

namespace Pile.Earth;

/// <summary>Reads polygons of a GeoJSON geometry (RFC 7946, section 3.1).</summary>
internal static class GeoJsonGeometry
{
    /// <summary>Returns the polygons of a Polygon or MultiPolygon; altitudes are ignored.</summary>
    /// <exception cref="FormatException">The geometry is null, of another type, or malformed.</exception>
    internal static List<PolygonRings> Read(JsonElement geometry)
    {
        if (geometry.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            throw new FormatException("The geometry is null; expected a Polygon or MultiPolygon.");
        if (geometry.ValueKind is not JsonValueKind.Object || !geometry.TryGetProperty("type", out JsonElement typeElement)
            || typeElement.ValueKind is not JsonValueKind.String)
            throw new FormatException("The geometry is not a GeoJSON object with a \"type\"; expected a Polygon or MultiPolygon.");
        string type = typeElement.GetString()!;
        if (type is not ("Polygon" or "MultiPolygon"))
            throw new FormatException($"The geometry is a {Shortened(type)}; expected a Polygon or MultiPolygon.");
        if (!geometry.TryGetProperty("coordinates", out JsonElement coordinates) || coordinates.ValueKind is not JsonValueKind.Array)
            throw new FormatException($"The {type} has no \"coordinates\" array.");
        if (type is "Polygon")
            return [Polygon(coordinates, 1)];
        List<PolygonRings> polygons = new(coordinates.GetArrayLength());
        foreach (JsonElement polygon in coordinates.EnumerateArray())
            polygons.Add(Polygon(polygon, polygons.Count + 1));
        return polygons;
    }

    /// <summary>Returns the western and the eastern side of the member <c>bbox</c> of a geometry (RFC 7946, section 5); null without
    /// it.</summary>
    /// <exception cref="FormatException">It is not a list of four or six numbers.</exception>
    internal static (double WestDeg, double EastDeg)? BoxSides(JsonElement geometry)
    {
        if (geometry.ValueKind is not JsonValueKind.Object || !geometry.TryGetProperty("bbox", out JsonElement box))
            return null;
        double[] sides = box.ValueKind is JsonValueKind.Array
            ? [.. box.EnumerateArray().Select(side => side.ValueKind is JsonValueKind.Number ? side.GetDouble() : double.NaN)] : [];
        return sides.Length is 4 or 6 && sides.All(double.IsFinite) ? (sides[0], sides[sides.Length / 2])
            : throw new FormatException($"The \"bbox\" {Shortened(box.GetRawText())} is not a list of 4 or 6 numbers: west, south, east, "
                + "north in degrees.");
    }

    private static PolygonRings Polygon(JsonElement rings, int number)
    {
        if (rings.ValueKind is not JsonValueKind.Array || rings.GetArrayLength() == 0)
            throw new FormatException($"The geometry, polygon {number}: expected an array of rings, the outer ring first.");
        List<Coordinate[]> read = new(rings.GetArrayLength());
        foreach (JsonElement ring in rings.EnumerateArray())
        {
            string place = $"polygon {number}, ring {read.Count + 1}";
            if (ring.ValueKind is not JsonValueKind.Array)
                throw new FormatException($"The geometry, {place}: expected an array of positions.");
            List<Coordinate> positions = new(ring.GetArrayLength());
            foreach (JsonElement position in ring.EnumerateArray())
                positions.Add(Position(position, place));
            read.Add(PolygonRings.Ring(positions, place));
        }
        return new PolygonRings([.. read]);
    }

    private static Coordinate Position(JsonElement position, string place) =>
        position.ValueKind is JsonValueKind.Array && position.GetArrayLength() >= 2
            && position[0].ValueKind is JsonValueKind.Number && position[1].ValueKind is JsonValueKind.Number
            && position[0].TryGetDouble(out double lonDeg) && position[1].TryGetDouble(out double latDeg)
            ? PolygonRings.Position(lonDeg, latDeg)
            : throw new FormatException($"The geometry, {place}: the position {Shortened(position.GetRawText())} is not an array that "
                + "begins with a longitude and a latitude.");

    private static string Shortened(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
