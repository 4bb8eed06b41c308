using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pile.Format;

namespace Pile.Publishing.Exporting.Stac;

/// <summary>Writes catalogs and collections of STAC 1.1.</summary>
internal static class StacCatalogText
{
    private static readonly JsonWriterOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    /// <summary>Returns a catalog.</summary>
    internal static ReadOnlyMemory<byte> Catalog(string id, string description, IEnumerable<StacLink> links) =>
        Of("Catalog", id, description, links, static _ => { });

    /// <summary>Returns a collection.</summary>
    /// <param name="manifest">The dataset.</param>
    /// <param name="id">Its id.</param>
    /// <param name="extent">The extent of its items.</param>
    /// <param name="links">Its links.</param>
    internal static ReadOnlyMemory<byte> Collection(Manifest manifest, string id, StacExtent extent, IEnumerable<StacLink> links) =>
        Of("Collection", id, DescriptionOf(manifest), links, json =>
        {
            // The name of a licence of SPDX, or 'other' (STAC 1.1, collection-spec).
            json.WriteString("license", IsSpdx(manifest.Provenance.Licence) ? manifest.Provenance.Licence : "other");
            extent.Write(json);
        });

    /// <summary>Returns the description of a catalog: that of the dataset, its provenance, licence and citation.</summary>
    internal static string DescriptionOf(Manifest manifest) => string.Join(" ", ((string?[])[manifest.Description,
        $"{manifest.Provenance.Project}, {manifest.Provenance.Survey}, {manifest.Provenance.Release}.",
        $"Licence: {manifest.Provenance.Licence}. Citation: {manifest.Provenance.Citation}"]).Where(part => part is { Length: > 0 }));

    private static bool IsSpdx(string licence) =>
        licence.Length > 0 && licence.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+' or '_');

    private static ReadOnlyMemory<byte> Of(string type, string id, string description, IEnumerable<StacLink> links,
        Action<Utf8JsonWriter> more)
    {
        ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter json = new(text, Written))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("stac_version", "1.1.0");
            json.WriteString("id", id);
            json.WriteString("description", description);
            more(json);
            json.WriteStartArray("links");
            foreach (StacLink link in links)
                link.Write(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return text.WrittenMemory;
    }
}
