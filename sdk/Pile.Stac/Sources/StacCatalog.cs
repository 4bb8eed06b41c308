using System.Collections.Immutable;
using System.Text.Json;

namespace Pile.Stac;

/// <summary>A STAC catalog or collection: its id and its links.</summary>
/// <param name="Id">The id; empty if it has none.</param>
/// <param name="IsCollection">True for a collection.</param>
/// <param name="Links">The links in their order.</param>
internal sealed record StacCatalog(string Id, bool IsCollection, ImmutableArray<SceneLink> Links)
{
    /// <summary>Reads a catalog or collection.</summary>
    /// <exception cref="SceneInvalidException">The text is not JSON, or is not a catalog.</exception>
    internal static StacCatalog Parse(ReadOnlyMemory<byte> document, string source)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(document);
            if (SceneDocument.KindOf(document) is not DocumentKind.Catalog)
                throw Invalid(SceneProblem.NotScene, "", "expected a STAC catalog or collection");
            ImmutableArray<SceneLink>.Builder links = ImmutableArray.CreateBuilder<SceneLink>();
            if (json.RootElement.TryGetProperty("links", out JsonElement list))
            {
                if (list.ValueKind is not JsonValueKind.Array)
                    throw Invalid(SceneProblem.InvalidValue, "links", $"found {list.ValueKind}, expected a list");
                foreach (JsonElement link in list.EnumerateArray())
                    links.Add(ToLink(link));
            }
            return new StacCatalog(Text(json.RootElement, "id") ?? "", Text(json.RootElement, "type") is "Collection",
                links.DrainToImmutable());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new SceneInvalidException(SceneProblem.NotParsed, source, 0, null, "", "the catalog is not valid JSON",
                "Get the file again from its source", e);
        }

        SceneLink ToLink(JsonElement link) => link.ValueKind is JsonValueKind.Object && Text(link, "rel") is { } rel
            && Text(link, "href") is { } href ? new SceneLink(rel, href, default)
            : throw Invalid(SceneProblem.InvalidValue, "links", "found a link without 'rel' or 'href'");

        SceneInvalidException Invalid(SceneProblem problem, string field, string finding) =>
            new(problem, source, 0, null, field, finding, "Correct the catalog");
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
