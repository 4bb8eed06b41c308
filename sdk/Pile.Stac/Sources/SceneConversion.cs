namespace Pile.Stac;

/// <summary>Converts scenes where they are parsed.</summary>
/// <param name="Admit">Returns why a scene is left out; null to keep it. It is called in the order of the scenes, by one thread at a time.
/// Null to keep all of them.</param>
/// <param name="Convert">Converts scenes that were read together, which are parsed one after another while they are enumerated. What is
/// wrong with some of them is added to the list meanwhile. It is called by several threads at the same time, and again without the scenes
/// that are not admitted; only its last result is used. The scenes and everything in them, above all their documents, must not be used
/// after it returns.</param>
internal sealed record SceneConversion<T>(Func<SceneKey, SceneInvalidException?>? Admit,
    Func<IEnumerable<Scene>, List<SceneInvalidException>, T> Convert);
