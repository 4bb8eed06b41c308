using System.Buffers;
using System.Text;
using System.Text.Json;
using NetTopologySuite.Geometries;

namespace Pile.Earth;

/// <summary>Writes polygons as a GeoJSON geometry.</summary>
internal static class GeoJsonText
{
    internal static string Of(ReadOnlySpan<Polygon> parts)
    {
        ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter json = new(text))
        {
            json.WriteStartObject();
            json.WriteString("type", parts.Length == 1 ? "Polygon" : "MultiPolygon");
            json.WritePropertyName("coordinates");
            if (parts.Length != 1)
                json.WriteStartArray();
            foreach (Polygon part in parts)
                Write(json, part);
            if (parts.Length != 1)
                json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, Polygon polygon)
    {
        json.WriteStartArray();
        foreach (LineString ring in Footprint.Rings(polygon))
        {
            json.WriteStartArray();
            foreach (Coordinate position in ring.Coordinates)
            {
                json.WriteStartArray();
                json.WriteNumberValue(position.X);
                json.WriteNumberValue(position.Y);
                json.WriteEndArray();
            }
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }
}
