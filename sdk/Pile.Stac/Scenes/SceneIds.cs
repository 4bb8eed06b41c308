using System.Runtime.CompilerServices;

namespace Pile.Stac;

/// <summary>Detects scenes that occur twice, and different scenes with one id. Ids are compared across collections, since they become the
/// ids of rows.</summary>
internal sealed class SceneIds
{
    private readonly Dictionary<string, SceneKey> seen = new(StringComparer.Ordinal);

    /// <summary>Returns the first scene of each id, and reports the others.</summary>
    internal static async IAsyncEnumerable<Scene> DistinctAsync(IAsyncEnumerable<Scene> scenes, SceneReadOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        SceneIds ids = new();
        await foreach (Scene scene in scenes.WithCancellation(cancellationToken).ConfigureAwait(false))
            if (ids.Add(scene) is { } problem)
                options.Report(problem);
            else
                yield return scene;
    }

    /// <summary>Adds a scene.</summary>
    /// <returns>Null for a new id; else a problem, <see cref="SceneProblem.Repeated"/> for a document with the same bytes, and
    /// <see cref="SceneProblem.IdConflict"/> for another one. It names both places.</returns>
    internal SceneInvalidException? Add(Scene scene) => Add(SceneKey.Of(scene));

    /// <inheritdoc cref="Add(Scene)"/>
    internal SceneInvalidException? Add(in SceneKey scene)
    {
        if (seen.TryAdd(scene.Id, scene))
            return null;
        SceneKey first = seen[scene.Id];
        return first.Hash == scene.Hash
            ? new SceneInvalidException(SceneProblem.Repeated, scene.Source, scene.Index, scene.Id, "id",
                $"the same document occurs before, in {first.Source}, item {first.Index}", "Remove one of them")
            : new SceneInvalidException(SceneProblem.IdConflict, scene.Source, scene.Index, scene.Id, "id",
                $"a different document has the same id: {first.Source}, item {first.Index}",
                "Leave one of them out, or use 'join: assets' if they describe the same scene");
    }
}
