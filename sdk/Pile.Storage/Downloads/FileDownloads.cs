using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Storage;

/// <summary>Downloads several files in parallel. A file that fails does not stop the others.</summary>
internal static class FileDownloads
{
    /// <summary>Downloads files.</summary>
    /// <param name="requests">The files; their paths must differ.</param>
    /// <param name="workers">The number of parallel requests.</param>
    /// <param name="progress">Receives the bytes of all files; null for none.</param>
    /// <param name="onMessage">Receives messages for the user; null to ignore them.</param>
    /// <param name="cancellationToken">Cancels the downloads. Large files can be continued later.</param>
    /// <returns>For each request the file, or the error.</returns>
    internal static async Task<ImmutableArray<(DownloadedFile? File, Exception? Fault)>> RunAsync(
        IReadOnlyList<DownloadRequest> requests, int workers, IProgress<PhaseProgress>? progress, Action<string>? onMessage,
        CancellationToken cancellationToken)
    {
        var results = new (DownloadedFile? File, Exception? Fault)[requests.Count];
        using SemaphoreSlim turns = new(workers);
        using DownloadProgress counted = new(progress, requests.Count);
        await Parallel.ForAsync(0, requests.Count,
            new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken }, async (i, token) =>
            {
                try
                {
                    FileDownload download = new(requests[i], StoreOptions.Default, turns, workers, counted, onMessage);
                    results[i] = (await download.RunAsync(token).ConfigureAwait(false), null);
                }
                catch (Exception e) when (e is PileException or IOException)
                {
                    results[i] = (null, e);
                }
            }).ConfigureAwait(false);
        return [.. results];
    }
}
