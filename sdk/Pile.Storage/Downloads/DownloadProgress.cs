using System.Collections.Concurrent;
using Pile.Format;

namespace Pile.Storage;

/// <summary>Counts the bytes of downloads, those of requests in progress included, and reports them a few times per second.</summary>
internal sealed class DownloadProgress : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<RemoteRequest, bool> underWay = new();
    private readonly IProgress<PhaseProgress>? progress;
    private readonly Timer timer;
    private readonly int files;
    private long done, known;
    private int knownFiles;

    /// <summary>Starts reporting.</summary>
    /// <param name="progress">Receives the reports; null for none.</param>
    /// <param name="files">The number of files; the total is known once each has a length.</param>
    internal DownloadProgress(IProgress<PhaseProgress>? progress, int files)
    {
        (this.progress, this.files) = (progress, files);
        timer = new Timer(_ => Report(), null, Interval, Interval);
    }

    /// <summary>Adds the length of a file.</summary>
    internal void AddFile(long bytes)
    {
        Interlocked.Add(ref known, bytes);
        Interlocked.Increment(ref knownFiles);
    }

    /// <summary>Adds bytes that need not be fetched.</summary>
    internal void Add(long bytes) => Interlocked.Add(ref done, bytes);

    /// <summary>Counts the bytes of a request while it runs, and after it.</summary>
    internal async Task WatchAsync(RemoteRequest request, Func<Task> work)
    {
        underWay[request] = true;
        try
        {
            await work().ConfigureAwait(false);
            Add(request.Received);
        }
        finally
        {
            underWay.TryRemove(request, out _);
        }
    }

    public void Dispose()
    {
        timer.Dispose();
        Report();
    }

    private void Report() => progress?.Report(new PhaseProgress("fetch",
        Interlocked.Read(ref done) + underWay.Keys.Sum(r => Math.Max(r.Received, 0)),
        Volatile.Read(ref knownFiles) == files ? Interlocked.Read(ref known) : null));
}
