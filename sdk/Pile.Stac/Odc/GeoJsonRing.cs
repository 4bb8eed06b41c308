using System.Buffers;
using System.Text.Json;

namespace Pile.Stac;

/// <summary>Writes GeoJSON geometries.</summary>
internal static class GeoJsonRing
{
    /// <summary>Returns a polygon of one ring as UTF-8. The ring is closed here.</summary>
    internal static ReadOnlyMemory<byte> Polygon((double X, double Y)[] ring, Func<(double X, double Y), (double X, double Y)> transform)
    {
        ArrayBufferWriter<byte> buffer = new(256);
        using Utf8JsonWriter json = new(buffer);
        json.WriteStartObject();
        json.WriteString("type"u8, "Polygon"u8);
        json.WriteStartArray("coordinates"u8);
        json.WriteStartArray();
        for (int i = 0; i <= ring.Length; i++)
        {
            (double x, double y) = transform(ring[i % ring.Length]);
            json.WriteStartArray();
            json.WriteNumberValue(x);
            json.WriteNumberValue(y);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
