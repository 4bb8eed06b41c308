using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Pile.Stac;

/// <summary>What to search for at a STAC API (item search, version 1.0.0).</summary>
internal sealed record SearchQuery
{
    /// <summary>The parameters of a search with GET.</summary>
    internal static readonly string[] Parameters = ["limit", "collections", "ids", "bbox", "datetime"];

    /// <summary>The collections; empty for all.</summary>
    internal ImmutableArray<string> Collections { get; init; } = [];

    /// <summary>The ids; empty for all.</summary>
    internal ImmutableArray<string> Ids { get; init; } = [];

    /// <summary>West, south, east, north in degrees; empty for everywhere.</summary>
    internal ImmutableArray<double> BboxDeg { get; init; } = [];

    /// <summary>A time or an interval <c>start/end</c>, in RFC 3339; null for all times.</summary>
    internal string? Datetime { get; init; }

    /// <summary>A GeoJSON geometry; POST only.</summary>
    internal JsonValue? Intersects { get; init; }

    /// <summary>The extension <c>query</c>, such as <c>{"eo:cloud_cover": {"lt": 10}}</c>; POST only.</summary>
    internal JsonValue? Query { get; init; }

    /// <summary>The items of a page that are asked for.</summary>
    internal int PageItems { get; init; } = 250;

    /// <summary>The most items to return; null for all.</summary>
    internal long? MaxItems { get; init; }

    /// <summary>True to search with GET, for servers without POST.</summary>
    internal bool UsesGet { get; init; }

    /// <summary>Returns the first request.</summary>
    /// <exception cref="ArgumentException">GET is asked for with members that need POST.</exception>
    internal StacRequest First(Uri search)
    {
        if (!UsesGet)
            return new StacRequest(true, search, Body(), []);
        if (Intersects is not null || Query is not null)
            throw new ArgumentException($"{nameof(Intersects)} and {nameof(Query)} need POST: leave {nameof(UsesGet)} false.");
        StringBuilder text = new(search.Query is { Length: > 1 } own ? $"{own}&limit={PageItems}" : $"?limit={PageItems}");
        Add("collections", string.Join(',', Collections));
        Add("ids", string.Join(',', Ids));
        Add("bbox", string.Join(',', BboxDeg.Select(side => side.ToString("R", CultureInfo.InvariantCulture))));
        Add("datetime", Datetime ?? "");
        return new StacRequest(false, new Uri(search.GetLeftPart(UriPartial.Path) + text), default, []);

        void Add(string name, string value)
        {
            if (value.Length > 0)
                text.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
    }

    private ReadOnlyMemory<byte> Body()
    {
        ArrayBufferWriter<byte> buffer = new(256);
        using Utf8JsonWriter json = new(buffer);
        json.WriteStartObject();
        Texts("collections", Collections);
        Texts("ids", Ids);
        if (!BboxDeg.IsEmpty)
        {
            json.WriteStartArray("bbox");
            foreach (double side in BboxDeg)
                json.WriteNumberValue(side);
            json.WriteEndArray();
        }
        if (Datetime is not null)
            json.WriteString("datetime", Datetime);
        if (Intersects is { } geometry)
            JsonCopy.Write(json, new SceneProperty("intersects", geometry));
        if (Query is { } query)
            JsonCopy.Write(json, new SceneProperty("query", query));
        json.WriteNumber("limit", PageItems);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;

        void Texts(string name, ImmutableArray<string> texts)
        {
            if (texts.IsEmpty)
                return;
            json.WriteStartArray(name);
            foreach (string text in texts)
                json.WriteStringValue(text);
            json.WriteEndArray();
        }
    }
}
