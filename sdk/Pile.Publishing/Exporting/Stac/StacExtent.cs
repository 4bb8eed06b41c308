using System.Text.Json;

namespace Pile.Publishing.Exporting.Stac;

/// <summary>The extent of the items of a collection in space and time.</summary>
internal sealed class StacExtent
{
    private const int MostSpans = 4096;

    // Longitudes in [-180, 180], west to east; two spans for a box across the antimeridian.
    private readonly List<(double West, double East)> spans = [];
    private double south = 90, north = -90, start = double.PositiveInfinity, end = double.NegativeInfinity;

    /// <summary>Adds an item.</summary>
    internal void Add(StacRow row)
    {
        if (row.BboxDeg is [var w, var s, var e, var n])
        {
            spans.AddRange(w > e ? [(w, 180), (-180, e)] : [(w, e)]);
            if (spans.Count >= MostSpans)
                Unite();
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
        (double west, double east) = Longitudes();
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

    /// <summary>Returns all longitudes but the widest gap between the items. The box crosses the antimeridian if its west is greater than
    /// its east (RFC 7946, section 5.2).</summary>
    private (double West, double East) Longitudes()
    {
        if (spans.Count == 0)
            return (-180, 180);
        Unite();
        (double west, double east) = (spans[0].West, spans[^1].East);
        double gap = west + 360 - east;
        for (int i = 1; i < spans.Count; i++)
            if (spans[i].West - spans[i - 1].East is var between && between > gap)
                (gap, west, east) = (between, spans[i].West, spans[i - 1].East);
        return (west is 180 ? -180 : west, east is -180 ? 180 : east);
    }

    /// <summary>Unites spans that have a point in common; if there are still too many, also those with the narrowest gaps.</summary>
    private void Unite()
    {
        spans.Sort();
        UniteWithin(0);
        for (double gap = 1e-3; spans.Count > MostSpans / 2; gap *= 2)
            UniteWithin(gap);
    }

    private void UniteWithin(double gap)
    {
        int last = 0;
        for (int i = 1; i < spans.Count; i++)
            if (spans[i].West - spans[last].East <= gap)
                spans[last] = (spans[last].West, Math.Max(spans[last].East, spans[i].East));
            else
                spans[++last] = spans[i];
        spans.RemoveRange(last + 1, spans.Count - last - 1);
    }
}
