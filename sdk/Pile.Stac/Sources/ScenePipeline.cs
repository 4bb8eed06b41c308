using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Pile.Stac;

/// <summary>Parses the documents of a file on all cores and returns them in the order of the file.</summary>
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
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<Task<(Scene? Scene, SceneInvalidException? Problem)[]>> batches =
            Channel.CreateBounded<Task<(Scene?, SceneInvalidException?)[]>>(new BoundedChannelOptions(Math.Max(1, options.Parallelism))
            { SingleReader = true, SingleWriter = true });
        Task framing = Task.Run(() => FrameAsync(frames, source, options, batches.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (Task<(Scene? Scene, SceneInvalidException? Problem)[]> batch in
                batches.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                foreach ((Scene? scene, SceneInvalidException? problem) in await batch.ConfigureAwait(false))
                    if (scene is not null)
                        yield return scene;
                    else
                        options.Report(problem!);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await framing.ConfigureAwait(false);
        }
    }

    private static async Task FrameAsync(DocumentFrames frames, string source, SceneReadOptions options,
        ChannelWriter<Task<(Scene?, SceneInvalidException?)[]>> batches, CancellationToken cancellationToken)
    {
        try
        {
            while (await frames.NextAsync(cancellationToken).ConfigureAwait(false) is { } batch)
                await batches.WriteAsync(Task.Run(() => batch.Parse(source, options.MaxItemBytes), CancellationToken.None),
                    cancellationToken).ConfigureAwait(false);
            batches.Complete();
        }
#pragma warning disable CA1031 // the consumer receives it
        catch (Exception e)
#pragma warning restore CA1031
        {
            batches.Complete(e is OperationCanceledException && cancellationToken.IsCancellationRequested ? null : e);
        }
    }
}
