using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Pile.Stac;

/// <summary>Detects scenes that occur twice, and different scenes with one id. Ids are compared across collections, since they become the
/// ids of rows.</summary>
internal sealed class SceneIds
{
    private readonly Dictionary<string, (UInt128 Hash, string Source, long Index)> seen = new(StringComparer.Ordinal);

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
    internal SceneInvalidException? Add(Scene scene)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(scene.Document.Span, hash);
        UInt128 value = new(BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash[8..]));
        if (seen.TryAdd(scene.Id, (value, scene.Source, scene.Index)))
            return null;
        (UInt128 first, string source, long index) = seen[scene.Id];
        return first == value
            ? new SceneInvalidException(SceneProblem.Repeated, scene.Source, scene.Index, scene.Id, "id",
                $"the same document occurs before, in {source}, item {index}", "Remove one of them")
            : new SceneInvalidException(SceneProblem.IdConflict, scene.Source, scene.Index, scene.Id, "id",
                $"a different document has the same id: {source}, item {index}",
                "Leave one of them out, or use 'join: assets' if they describe the same scene");
    }
}
