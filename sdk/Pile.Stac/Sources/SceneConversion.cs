namespace Pile.Stac;

/// <summary>Converts scenes where they are parsed.</summary>
/// <param name="Admit">Returns why a scene is left out; null to convert it. It is called in the order of the scenes, by one thread at a
/// time.</param>
/// <param name="Convert">Converts scenes that were read together, with what is wrong with those that are left out. It is called by several
/// threads at the same time. The scenes and everything in them, above all their documents, must not be used after it returns.</param>
internal sealed record SceneConversion<T>(Func<Scene, SceneInvalidException?> Admit,
    Func<IReadOnlyList<Scene>, List<SceneInvalidException>, T> Convert);
