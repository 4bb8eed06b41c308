using System.Text.Json;

namespace Pile.Stac;

/// <summary>Reads documents whose kind is not known.</summary>
internal static class SceneDocument
{
    private static readonly SceneReadOptions Stored = new() { AreStored = true };

    /// <summary>Reads a STAC item, or an EO3 dataset that is written as JSON.</summary>
    /// <param name="document">The document.</param>
    /// <param name="source">The file or address that contains it.</param>
    /// <param name="index">The index of the document in its source.</param>
    /// <param name="options">The collections whose properties it may inherit.</param>
    /// <exception cref="SceneInvalidException">The document is neither, or is not valid.</exception>
    internal static Scene ParseJson(ReadOnlyMemory<byte> document, string source, long index, SceneReadOptions? options = null) =>
        // Without the first quotation mark, of which documents have so many that the search is slower.
        (document.Span.IndexOf("$schema\""u8) >= 0 || document.Span.IndexOf("grid_spatial\""u8) >= 0)
            && KindOf(document) is DocumentKind.Eo3
            ? Eo3Document.ParseJson(document, source, index) : StacItem.Parse(document, source, index, options);

    /// <summary>Reads the documents of a row of a dataset of scenes: one, or those of joined scenes, which follow each other.</summary>
    /// <param name="text">The bytes of the row.</param>
    /// <param name="encoding">The encoding of the column. One of <c>yaml</c> may have documents in JSON, too.</param>
    /// <param name="source">The address of the dataset, for messages.</param>
    /// <param name="index">The number of the scene in the dataset, for messages.</param>
    /// <exception cref="SceneInvalidException">A document is not valid.</exception>
    internal static IEnumerable<Scene> ParseStored(ReadOnlyMemory<byte> text, string? encoding, string source, long index)
    {
        if (text.IsEmpty)
            return [];
        List<ReadOnlyMemory<byte>> documents = Divide(text);
        return encoding is "yaml" && documents.Count == 0 ? Eo3Document.ParseYaml(text, source, new SceneReadOptions())
            : documents.DefaultIfEmpty(text).Select(json => ParseJson(json, source, index, Stored));
    }

    // The JSON objects of a text; empty if it is not JSON.
    private static List<ReadOnlyMemory<byte>> Divide(ReadOnlyMemory<byte> text)
    {
        List<ReadOnlyMemory<byte>> found = [];
        try
        {
            Utf8JsonReader json = new(text.Span, new JsonReaderOptions { AllowMultipleValues = true });
            while (json.Read())
            {
                if (json.TokenType is not JsonTokenType.StartObject)
                    return [];
                int start = (int)json.TokenStartIndex;
                json.Skip();
                found.Add(text[start..(int)json.BytesConsumed]);
            }
        }
        catch (JsonException)
        {
            return [];
        }
        return found;
    }

    /// <summary>Returns what a JSON document is, from its top-level members. Never throws for invalid text.</summary>
    internal static DocumentKind KindOf(ReadOnlyMemory<byte> document)
    {
        string? type = null, schema = null;
        bool hasFeatures = false, hasLinks = false, hasVersion = false, hasGeometry = false, hasGridSpatial = false;
        try
        {
            Utf8JsonReader json = new(document.Span);
            if (!json.Read() || json.TokenType is not JsonTokenType.StartObject)
                return DocumentKind.Unknown;
            while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
            {
                string name = json.GetString()!;
                json.Read();
                if (name is "type" && json.TokenType is JsonTokenType.String)
                    type = json.GetString();
                else if (name is "$schema" && json.TokenType is JsonTokenType.String)
                    schema = json.GetString();
                hasFeatures |= name is "features" && json.TokenType is JsonTokenType.StartArray;
                hasLinks |= name is "links";
                hasVersion |= name is "stac_version";
                hasGeometry |= name is "geometry" or "assets";
                hasGridSpatial |= name is "grid_spatial";
                json.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return DocumentKind.Unknown;
        }
        return schema is not null && schema.Contains("opendatacube.org/dataset", StringComparison.Ordinal) ? DocumentKind.Eo3
            : hasGridSpatial ? DocumentKind.Eo3
            : type is "Feature" ? DocumentKind.Item
            : type is "FeatureCollection" || hasFeatures ? DocumentKind.ItemCollection
            // Catalogs before 1.0 have no type.
            : type is "Catalog" or "Collection" || (hasVersion && hasLinks && !hasGeometry) ? DocumentKind.Catalog
            : DocumentKind.Unknown;
    }
}
