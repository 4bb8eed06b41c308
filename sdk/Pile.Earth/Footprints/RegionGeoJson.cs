using System.Globalization;
using System.Text.Json;

namespace Pile.Earth;

/// <summary>Reads the region of a query as GeoJSON (RFC 7946): a geometry, a Feature, or a FeatureCollection.</summary>
internal static class RegionGeoJson
{
    /// <summary>Returns the polygons, those of all features.</summary>
    /// <exception cref="FormatException">A geometry is not a polygon, or an edge over more than 180 degrees has two meanings.</exception>
    internal static List<PolygonRings> Read(JsonElement region)
    {
        switch (TypeOf(region))
        {
            case "Feature":
                return OfFeature(region);
            case "FeatureCollection":
                if (!region.TryGetProperty("features", out JsonElement features) || features.ValueKind is not JsonValueKind.Array)
                    throw new FormatException("The FeatureCollection has no \"features\" array.");
                List<PolygonRings> polygons = [];
                int number = 0;
                foreach (JsonElement feature in features.EnumerateArray())
                    polygons.AddRange(OfFeature(feature, ++number));
                return polygons;
            default:
                return OfGeometry(region, GeoJsonGeometry.BoxSides(region));
        }
    }

    /// <summary>Returns polygons whose edges have one meaning.</summary>
    /// <exception cref="FormatException">An edge over more than 180 degrees of longitude has two meanings.</exception>
    internal static List<PolygonRings> Unambiguous(List<PolygonRings> polygons)
    {
        foreach (PolygonRings polygon in polygons)
            if (polygon.LongEdge is var (from, to))
                throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                    $"The edge from ({from.X:R}, {from.Y:R}) to ({to.X:R}, {to.Y:R}) spans more than 180 degrees of "
                    + $"longitude: it is unclear whether it crosses 180. If it does, write longitudes beyond 180, such as 190 for -170, "
                    + $"or positions at 180, along the pole and at -180 for a ring around a pole; otherwise add a position to the edge, "
                    + $"such as ({0.5 * (from.X + to.X):R}, {0.5 * (from.Y + to.Y):R})."));
        return polygons;
    }

    private static List<PolygonRings> OfFeature(JsonElement feature, int number)
    {
        try
        {
            return TypeOf(feature) is "Feature" ? OfFeature(feature)
                : throw new FormatException("expected an object with the \"type\" Feature.");
        }
        catch (FormatException e)
        {
            throw new FormatException($"Feature {number} of the FeatureCollection: {e.Message}", e);
        }
    }

    private static List<PolygonRings> OfFeature(JsonElement feature)
    {
        JsonElement geometry = feature.TryGetProperty("geometry", out JsonElement found) ? found : default;
        return OfGeometry(geometry, GeoJsonGeometry.BoxSides(geometry) ?? GeoJsonGeometry.BoxSides(feature));
    }

    private static List<PolygonRings> OfGeometry(JsonElement geometry, (double WestDeg, double EastDeg)? box)
    {
        List<PolygonRings> polygons = GeoJsonGeometry.Read(geometry);
        return box is var (westDeg, eastDeg) ? LongEdges.ReadBy(polygons, westDeg, eastDeg) : Unambiguous(polygons);
    }

    private static string? TypeOf(JsonElement element) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty("type", out JsonElement type)
            && type.ValueKind is JsonValueKind.String ? type.GetString() : null;
}
