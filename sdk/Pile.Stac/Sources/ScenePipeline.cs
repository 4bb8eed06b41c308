using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Pile.Stac;

/// <summary>Parses the documents of a file on all cores and returns the results in the order of the file.</summary>
internal static class ScenePipeline
{
    /// <summary>Reads all scenes.</summary>
    /// <param name="frames">The file.</param>
    /// <param name="source">The file, for messages.</param>
    /// <param name="options">The options. At most twice <see cref="SceneReadOptions.Parallelism"/> chunks are in memory.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal static async IAsyncEnumerable<Scene> ReadAsync(DocumentFrames frames, string source, SceneReadOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach ((Scene? Scene, SceneInvalidException? Problem)[] batch in RunAsync(frames, options, (batch, _) =>
            Task.Run(() => batch.Parse(source, options), CancellationToken.None), cancellationToken).ConfigureAwait(false))
            foreach ((Scene? scene, SceneInvalidException? problem) in batch)
                if (scene is not null)
                    yield return scene;
                else
                    options.Report(problem!);
    }

    /// <summary>Converts all scenes where they are parsed, on all cores. Each is released before the next one is parsed, because the
    /// runtime copies the hundreds of objects of each scene that is still in use.</summary>
    /// <param name="frames">The file.</param>
    /// <param name="source">The file, for messages.</param>
    /// <param name="options">The options; problems are returned and not reported.</param>
    /// <param name="conversion">Converts the scenes.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal static IAsyncEnumerable<T> ConvertAsync<T>(DocumentFrames frames, string source, SceneReadOptions options,
        SceneConversion<T> conversion, CancellationToken cancellationToken = default)
    {
        return RunAsync(frames, options, (batch, previous) => Task.Run(() => WorkAsync(batch, previous), CancellationToken.None),
            cancellationToken);

        async Task<T> WorkAsync(FrameBatch batch, Turn turn)
        {
            List<SceneKey> keys = new(batch.Frames.Count);
            List<SceneInvalidException> problems = [], leftOut = [];
            T converted;
            try
            {
                converted = conversion.Convert(Scenes(batch, [], problems, keys), problems);
                await turn.Before.ConfigureAwait(false);
                foreach (SceneKey key in keys)
                    if (conversion.Admit?.Invoke(key) is { } fault)
                        leftOut.Add(fault);
            }
            finally
            {
                turn.Done.SetResult();
            }
            if (leftOut.Count > 0)
            {
                problems = [.. leftOut];
                converted = conversion.Convert(Scenes(batch, [.. leftOut.Select(fault => fault.Index)], problems, []), problems);
            }
            batch.Return();
            return converted;
        }

        IEnumerable<Scene> Scenes(FrameBatch batch, HashSet<long> leftOut, List<SceneInvalidException> problems, List<SceneKey> keys)
        {
            foreach ((Scene? scene, SceneInvalidException? problem) in batch.ParseInPlace(source, options))
            {
                if (scene is null)
                {
                    problems.Add(problem!);
                    continue;
                }
                keys.Add(SceneKey.Of(scene));
                if (!leftOut.Contains(scene.Index))
                    yield return scene;
            }
        }
    }

    private static async IAsyncEnumerable<T> RunAsync<T>(DocumentFrames frames, SceneReadOptions options,
        Func<FrameBatch, Turn, Task<T>> work, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<Task<T>> batches = Channel.CreateBounded<Task<T>>(new BoundedChannelOptions(Math.Max(1, options.Parallelism))
        { SingleReader = true, SingleWriter = true });
        Task framing = Task.Run(() => FrameAsync(frames, work, batches.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (Task<T> batch in batches.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return await batch.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await framing.ConfigureAwait(false);
        }
    }

    private static async Task FrameAsync<T>(DocumentFrames frames, Func<FrameBatch, Turn, Task<T>> work, ChannelWriter<Task<T>> batches,
        CancellationToken cancellationToken)
    {
        try
        {
            Task before = Task.CompletedTask;
            while (await frames.NextAsync(cancellationToken).ConfigureAwait(false) is { } batch)
            {
                TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
                await batches.WriteAsync(work(batch, new Turn(before, done)), cancellationToken).ConfigureAwait(false);
                before = done.Task;
            }
            batches.Complete();
        }
#pragma warning disable CA1031 // the consumer receives it
        catch (Exception e)
#pragma warning restore CA1031
        {
            batches.Complete(e is OperationCanceledException && cancellationToken.IsCancellationRequested ? null : e);
        }
    }

    /// <summary>The place of a batch in the order of the file.</summary>
    /// <param name="Before">Completes when the batches before it have had their turn.</param>
    /// <param name="Done">Ends the turn of this one.</param>
    private readonly record struct Turn(Task Before, TaskCompletionSource Done);
}
