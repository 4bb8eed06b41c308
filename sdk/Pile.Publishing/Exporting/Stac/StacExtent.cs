using System.Text.Json;

namespace Pile.Publishing.Exporting.Stac;

/// <summary>The extent of the items of a collection in space and time.</summary>
internal sealed class StacExtent
{
    private double west = 180, south = 90, east = -180, north = -90, start = double.PositiveInfinity, end = double.NegativeInfinity;

    /// <summary>Adds an item. A box across the antimeridian extends the collection to all longitudes.</summary>
    internal void Add(StacRow row)
    {
        if (row.BboxDeg is [var w, var s, var e, var n])
        {
            bool crosses = w > e;
            (west, east) = (Math.Min(west, crosses ? -180 : w), Math.Max(east, crosses ? 180 : e));
            (south, north) = (Math.Min(south, s), Math.Max(north, n));
        }
        if (double.IsFinite(row.StartMjd))
            start = Math.Min(start, row.StartMjd);
        if (double.IsFinite(row.EndMjd))
            end = Math.Max(end, row.EndMjd);
    }

    /// <summary>Writes the member <c>extent</c>.</summary>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("extent");
        json.WriteStartObject("spatial");
        json.WriteStartArray("bbox");
        json.WriteStartArray();
        foreach (double side in (double[])[west, south, east, north])
            json.WriteNumberValue(side);
        json.WriteEndArray();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("temporal");
        json.WriteStartArray("interval");
        json.WriteStartArray();
        foreach (double time in (double[])[start, end])
            if (double.IsFinite(time))
                json.WriteStringValue(ColumnItems.TextOf(time));
            else
                json.WriteNullValue();
        json.WriteEndArray();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
