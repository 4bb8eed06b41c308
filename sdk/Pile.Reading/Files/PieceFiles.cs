using System.Collections.Concurrent;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>The files with the pieces of a dataset, opened when they are read, and the scratch memory to decode them.</summary>
/// <remarks>A limited number of files stays open. A read of an open file takes no lock. A file is closed to open another one even while
/// it is read: the operating system completes that read first, and a later one opens the file again.</remarks>
internal sealed class PieceFiles(IPieceSources sources, int maxOpen) : IDisposable
{
    // Approximately the unit in which the operating system evicts pages that were read together.
    private const int ProbeBytes = 2 << 20;

    private readonly IRandomAccessFile?[] open = new IRandomAccessFile?[sources.Count];
    private readonly Queue<int> opened = new();
    private readonly Lock opening = new();
    private readonly ConcurrentBag<PieceScratch> scratches = [];
    private long reads, bytesRead, bytesUsed;
    private bool isDisposed;

    /// <summary>The properties of the store that holds the files.</summary>
    internal StoreTraits Traits => sources.Traits;

    internal int Count => sources.Count;

    /// <summary>Returns the path of a file for messages; also works for a number that is out of range.</summary>
    internal string PathOf(int source) => (uint)source < (uint)sources.Count ? sources.PathOf(source)
        : $"number {source} of {sources.Count}";

    /// <summary>Returns the recorded size of a file.</summary>
    internal long BytesOf(int source) => sources.BytesOf(source);

    /// <summary>The number of reads so far, their bytes, and how many of these bytes were used for rows.</summary>
    internal ReadStatistics Statistics =>
        new(Interlocked.Read(ref reads), Interlocked.Read(ref bytesRead), Interlocked.Read(ref bytesUsed));

    /// <summary>Counts bytes that were used for rows.</summary>
    internal void CountUsed(long bytes) => Interlocked.Add(ref bytesUsed, bytes);

    /// <summary>Fills the destination from a file.</summary>
    /// <exception cref="IOException">The file is missing, is too short, or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file differs from what the dataset recorded.</exception>
    internal void Read(int source, long offsetBytes, Span<byte> destination)
    {
        CountRead(destination.Length);
        while (true)
        {
            IRandomAccessFile file = Volatile.Read(ref open[source]) ?? Open(source);
            try
            {
                file.Read(offsetBytes, destination);
                return;
            }
            catch (ObjectDisposedException) when (Volatile.Read(ref open[source]) != file)
            {
                // It was closed to open another file: open it again.
            }
        }
    }

    /// <inheritdoc cref="Read"/>
    internal async ValueTask ReadAsync(int source, long offsetBytes, Memory<byte> destination, CancellationToken cancellationToken)
    {
        CountRead(destination.Length);
        while (true)
        {
            IRandomAccessFile file = Volatile.Read(ref open[source]) ?? Open(source);
            try
            {
                await file.ReadAsync(offsetBytes, destination, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (ObjectDisposedException) when (Volatile.Read(ref open[source]) != file)
            {
                // As above.
            }
        }
    }

    /// <summary>Opens a file once more, for a caller that closes it itself and is not counted.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    internal IRandomAccessFile OpenUncounted(int source) => sources.Open(source);

    /// <summary>Returns the first byte of a part of a file that is not in the page cache, judged by samples; the part's end if
    /// all of it is.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    internal long FirstOnDisk(int source, long startBytes, long endBytes)
    {
        try
        {
            if (Volatile.Read(ref open[source]) is { } file)
                return FirstOnDisk(file, startBytes, endBytes);
        }
        catch (ObjectDisposedException)
        {
            // It was closed to open another file.
        }
        using IRandomAccessFile uncounted = OpenUncounted(source);
        return FirstOnDisk(uncounted, startBytes, endBytes);
    }

    private static long FirstOnDisk(IRandomAccessFile file, long startBytes, long endBytes)
    {
        for (long at = startBytes; at < endBytes; at += ProbeBytes)
            if (file.IsOnDisk(at))
                return at;
        return file.IsOnDisk(endBytes - 1) ? Math.Max(startBytes, endBytes - ProbeBytes) : endBytes;
    }

    private void CountRead(int bytes)
    {
        Interlocked.Increment(ref reads);
        Interlocked.Add(ref bytesRead, bytes);
    }

    internal PieceScratch Rent() => scratches.TryTake(out PieceScratch? scratch) ? scratch : new PieceScratch();

    internal void Return(PieceScratch scratch) => scratches.Add(scratch);

    public void Dispose()
    {
        lock (opening)
        {
            isDisposed = true;
            while (opened.TryDequeue(out int source))
                Close(source);
        }
        while (scratches.TryTake(out PieceScratch? scratch))
            scratch.Dispose();
    }

    private IRandomAccessFile Open(int source)
    {
        lock (opening)
        {
            ObjectDisposedException.ThrowIf(isDisposed, typeof(Dataset));
            if (open[source] is { } already)
                return already;
            IRandomAccessFile file = sources.Open(source);
            while (opened.Count >= Math.Max(maxOpen, 1))
                Close(opened.Dequeue());
            opened.Enqueue(source);
            Volatile.Write(ref open[source], file);
            return file;
        }
    }

    private void Close(int source) => Interlocked.Exchange(ref open[source], null)?.Dispose();
}
