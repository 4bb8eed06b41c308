using System.Runtime.CompilerServices;

namespace Pile.Stac;

/// <summary>Converts scenes that are read one by one.</summary>
internal static class SceneBatches
{
    private const int MaxScenes = 1000;
    private const long MaxBytes = 32L << 20;

    /// <summary>Converts some scenes together while the next ones are read.</summary>
    /// <param name="scenes">The scenes.</param>
    /// <param name="conversion">Converts them.</param>
    /// <param name="maxScenes">The number of scenes after which they are converted at the latest.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal static async IAsyncEnumerable<T> ConvertAsync<T>(IAsyncEnumerable<Scene> scenes, SceneConversion<T> conversion,
        long maxScenes = MaxScenes, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Task<T>? converting = null;
        try
        {
            await foreach ((List<Scene> some, List<SceneInvalidException> problems) in GroupsAsync(scenes, conversion,
                Math.Min(maxScenes, MaxScenes), cancellationToken).ConfigureAwait(false))
            {
                Task<T> next = Task.Run(() => conversion.Convert(some, problems), cancellationToken);
                if (converting is not null)
                    yield return await converting.ConfigureAwait(false);
                converting = next;
            }
            if (converting is not null)
                yield return await converting.ConfigureAwait(false);
        }
        finally
        {
            if (converting is not null)
                await ((Task)converting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async IAsyncEnumerable<(List<Scene>, List<SceneInvalidException>)> GroupsAsync<T>(IAsyncEnumerable<Scene> scenes,
        SceneConversion<T> conversion, long maxScenes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<Scene> some = [];
        List<SceneInvalidException> problems = [];
        long bytes = 0;
        await foreach (Scene scene in scenes.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (conversion.Admit?.Invoke(SceneKey.Of(scene)) is { } problem)
                problems.Add(problem);
            else
                some.Add(scene);
            bytes += scene.Document.Length;
            if (some.Count + problems.Count < maxScenes && bytes < MaxBytes)
                continue;
            yield return (some, problems);
            (some, problems, bytes) = ([], [], 0);
        }
        if (some.Count + problems.Count > 0)
            yield return (some, problems);
    }
}
