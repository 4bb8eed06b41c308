namespace Pile.Stac;

/// <summary>A link of a STAC document.</summary>
/// <param name="Rel">The relation, such as <c>self</c>, <c>collection</c> or <c>item</c>.</param>
/// <param name="Href">The target as the document has it.</param>
/// <param name="Json">The link's own JSON object.</param>
internal readonly record struct SceneLink(string Rel, string Href, JsonValue Json);
