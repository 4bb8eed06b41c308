namespace Pile.Stac;

/// <summary>A member of a document: a name and its JSON value.</summary>
internal readonly record struct SceneProperty(string Name, JsonValue Value);
