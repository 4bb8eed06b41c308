using System.Text;
using System.Text.Json;
using Pile.Stac;

namespace Pile.Publishing.Exporting.Stac;

/// <summary>A link of a written item, catalog or collection.</summary>
/// <param name="Rel">The relation.</param>
/// <param name="Href">The relative address.</param>
/// <param name="Type">The media type.</param>
internal readonly record struct StacLink(string Rel, string Href, string Type)
{
    /// <summary>The media type of catalogs and collections.</summary>
    internal const string Json = "application/json";

    /// <summary>The media type of items.</summary>
    internal const string GeoJson = "application/geo+json";

    /// <summary>Writes the link as an object.</summary>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("rel", Rel);
        json.WriteString("href", Href);
        json.WriteString("type", Type);
        json.WriteEndObject();
    }

    /// <summary>Returns the link of a scene.</summary>
    internal SceneLink ToScene() => new(Rel, Href, new JsonValue(Encoding.UTF8.GetBytes(
        $$"""{"rel":{{JsonTexts.Quoted(Rel)}},"href":{{JsonTexts.Quoted(Href)}},"type":{{JsonTexts.Quoted(Type)}}}""")));
}
