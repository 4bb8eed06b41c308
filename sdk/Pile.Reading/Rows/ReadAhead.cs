using Pile.Storage;

namespace Pile.Reading;

/// <summary>Has the system read shards from a disk before their rows are read: each run of rows from its first byte to its last, several at
/// once.</summary>
/// <remarks>
/// <para>A disk gives all it can to large requests, some of which always wait. The system makes them for whoever reads a file without a
/// break. Readers of batches do not: each batch begins
/// somewhere in a file, where the system begins anew with small requests, and what it reads beyond the end of one batch is under way for
/// the next. Such readers get two thirds
/// of what the disk gives; behind this one they find everything in the system's cache. The bytes are dropped here: beside a disk the second
/// copy does not show.</para>
/// <para>What is in the cache already is not read. The system says so of one byte in 2 MiB, and is asked by whoever wants the rows: as long
/// as all are there, there is no other thread.</para>
/// </remarks>
/// <param name="shards">The files.</param>
/// <param name="firstRun">The number of the run that is begun first.</param>
/// <param name="firstPartBytes">How much of a run is read at first, twice; then parts grow to <see cref="PartBytes"/>.</param>
internal abstract class ReadAhead(ShardFiles shards, long firstRun, int firstPartBytes) : IAsyncDisposable
{
    // Three, with 96 MiB ahead, get a tenth less from a disk of 2.9 GB/s; six no more beyond the scatter.
    private const int RunsAtOnce = 4;

    /// <summary>How much is read at once.</summary>
    /// <remarks>Plain reads in parts of 1 MiB get a seventh less, as do those in parts of 128 KiB.</remarks>
    protected const int PartBytes = 256 << 10;

    private readonly Queue<(long Run, RowRun Place, long FromBytes)> onDisk = new();
    private readonly Dictionary<long, long> bytesThere = []; // of the runs that were begun and are not there whole
    private readonly List<(long FirstRun, long LastRun, long LastBytes, TaskCompletionSource Arrival)> waiting = [];
    private readonly object gate = new(); // to be waited at, which a Lock cannot be
    private Task[] readers = [];
    private volatile bool isEnded;

    /// <summary>The files.</summary>
    protected ShardFiles Shards { get; } = shards;

    /// <summary>The run that is begun next.</summary>
    protected long NextRun { get; private set; } = firstRun;

    /// <summary>Says that rows are to be read soon, in the order in which they will be; one call at a time.</summary>
    /// <param name="epoch">How often all rows have been gone through before.</param>
    /// <param name="rows">The rows that will be read together.</param>
    /// <returns>Ends when they are in the system's cache.</returns>
    internal abstract Task ReachAsync(int epoch, ReadOnlyMemory<long> rows);

    /// <summary>Ends the reading; whoever still waits for rows waits no more.</summary>
    public async ValueTask DisposeAsync()
    {
        End();
        await Task.WhenAll(readers).ConfigureAwait(false);
    }

    /// <summary>Begins the next run.</summary>
    protected void Begin(RowRun place)
    {
        long fromBytes = place.EndBytes;
        try
        {
            fromBytes = Shards.FirstOnDisk(place.Source, place.StartBytes, place.EndBytes);
        }
        catch (Exception e) when (IsOfShard(e))
        {
            // Said with shard, column and row when the row is read, a moment later.
        }
        lock (gate)
        {
            long run = NextRun++;
            if (fromBytes == place.EndBytes || isEnded)
                return;
            bytesThere[run] = 0;
            onDisk.Enqueue((run, place, fromBytes));
            if (readers.Length == 0)
                readers = [.. Enumerable.Range(0, RunsAtOnce).Select(
                    _ => Task.Factory.StartNew(ReadRuns, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Ends when runs that were begun are there: the last one up to some bytes, those before it whole.</summary>
    protected Task WhenThere(long firstRun, long lastRun, long lastBytes)
    {
        lock (gate)
        {
            if (IsThere(firstRun, lastRun, lastBytes))
                return Task.CompletedTask;
            TaskCompletionSource arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((firstRun, lastRun, lastBytes, arrival));
            return arrival.Task;
        }
    }

    private void ReadRuns()
    {
        byte[] dropped = GC.AllocateUninitializedArray<byte>(PartBytes);
        try
        {
            while (TryTake(out long run, out RowRun place, out long fromBytes))
            {
                try
                {
                    Read(run, place, fromBytes, dropped);
                }
                catch (Exception e) when (IsOfShard(e))
                {
                    // As above.
                }
                lock (gate)
                {
                    bytesThere.Remove(run);
                    Notify();
                }
            }
        }
        catch
        {
            End(); // nobody waits for what does not come; thrown where the reading is ended
            throw;
        }
    }

    private bool TryTake(out long run, out RowRun place, out long fromBytes)
    {
        lock (gate)
        {
            while (!isEnded && onDisk.Count == 0)
                Monitor.Wait(gate);
            (run, place, fromBytes) = isEnded ? default : onDisk.Dequeue();
            return !isEnded;
        }
    }

    private void Read(long run, RowRun place, long fromBytes, byte[] dropped)
    {
        using IRandomAccessFile file = Shards.OpenApart(place.Source); // the system remembers with an open file how it is read
        // From the beginning of a file the system reads ahead at once, and elsewhere when it has seen that reads follow each other.
        long start = fromBytes < PartBytes ? 0 : fromBytes;
        int partBytes = firstPartBytes;
        for (long at = start, count; at < place.EndBytes && !isEnded; at += count)
        {
            count = Math.Min(partBytes, place.EndBytes - at);
            if (at > start)
                partBytes = Math.Min(partBytes * 4, PartBytes);
            file.Read(at, dropped.AsSpan(0, (int)count));
            lock (gate)
            {
                bytesThere[run] = at + count - place.StartBytes;
                Notify();
            }
        }
    }

    private bool IsThere(long firstRun, long lastRun, long lastBytes)
    {
        if (isEnded)
            return true;
        for (long run = firstRun; run <= lastRun; run++)
            if (bytesThere.TryGetValue(run, out long bytes) && (run < lastRun || bytes < lastBytes))
                return false;
        return true;
    }

    private void End()
    {
        lock (gate)
        {
            isEnded = true;
            Monitor.PulseAll(gate);
            Notify();
        }
    }

    private void Notify()
    {
        for (int i = waiting.Count - 1; i >= 0; i--)
            if (waiting[i] is var (firstRun, lastRun, lastBytes, arrival) && IsThere(firstRun, lastRun, lastBytes))
            {
                waiting.RemoveAt(i);
                arrival.SetResult();
            }
    }

    private static bool IsOfShard(Exception e) => e is IOException or InvalidDataException or UnauthorizedAccessException;
}
