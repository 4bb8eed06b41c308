using Pile.Storage;

namespace Pile.Reading;

/// <summary>Makes the operating system read shards from disk before their rows are read, several runs of rows in parallel.</summary>
/// <remarks>
/// <para>A disk reaches its full rate only with large requests, several of them queued. The system issues them for sequential reads of a
/// file. Batches are not sequential: each begins somewhere in a file, where the system starts again with small requests, and read-ahead
/// beyond the end of a batch is still in progress when the next one begins.</para>
/// <para>Reading batches directly gets two thirds of the disk's rate. After this read-ahead, the batches find everything in the page cache.
/// The bytes read here are discarded: compared with the disk, the second copy costs nothing.</para>
/// <para>Runs that are already in the page cache are skipped. The cache is sampled at one byte per 2 MiB on the caller's thread. As long as
/// all runs are cached, no other thread is started.</para>
/// </remarks>
/// <param name="shards">The files.</param>
/// <param name="firstRun">The number of the first run.</param>
/// <param name="firstPartBytes">The size of the first two parts of a run; further parts grow to <see cref="PartBytes"/>.</param>
internal abstract class ReadAhead(PieceFiles shards, long firstRun, int firstPartBytes) : IAsyncDisposable
{
    // Three runs with 96 MiB ahead reach a tenth less on a disk of 2.9 GB/s; six reach no more than four, within the noise.
    private const int RunsAtOnce = 4;

    /// <summary>The size of a read.</summary>
    /// <remarks>Parts of 1 MiB are a seventh slower, and so are parts of 128 KiB.</remarks>
    protected const int PartBytes = 256 << 10;

    private readonly Queue<(long Run, RowRun Place, long FromBytes)> onDisk = new();
    private readonly Dictionary<long, long> bytesRead = []; // of the runs that are in progress
    private readonly List<(long FirstRun, long LastRun, long LastBytes, TaskCompletionSource Arrival)> waiting = [];
    private readonly object gate = new(); // not a Lock, because Monitor.Wait needs an object
    private Task[] readers = [];
    private volatile bool isEnded;

    /// <summary>The files.</summary>
    protected PieceFiles Shards { get; } = shards;

    /// <summary>The number of the next run.</summary>
    protected long NextRun { get; private set; } = firstRun;

    /// <summary>Announces rows that will be read soon, in this order. Not safe for concurrent use.</summary>
    /// <param name="epoch">The number of completed epochs.</param>
    /// <param name="rows">The rows that will be read together.</param>
    /// <returns>Completes when the rows are in the page cache.</returns>
    internal abstract Task ReachAsync(int epoch, ReadOnlyMemory<long> rows);

    /// <summary>Stops the reading and completes all tasks that wait for rows.</summary>
    public async ValueTask DisposeAsync()
    {
        End();
        await Task.WhenAll(readers).ConfigureAwait(false);
    }

    /// <summary>Starts the next run.</summary>
    protected void Begin(RowRun place)
    {
        long fromBytes = place.EndBytes;
        try
        {
            fromBytes = Shards.FirstOnDisk(place.Source, place.StartBytes, place.EndBytes);
        }
        catch (Exception e) when (IsOfShard(e))
        {
            // Reported with shard, column and row when the row itself is read.
        }
        lock (gate)
        {
            long run = NextRun++;
            if (fromBytes == place.EndBytes || isEnded)
                return;
            bytesRead[run] = 0;
            onDisk.Enqueue((run, place, fromBytes));
            if (readers.Length == 0)
                readers = [.. Enumerable.Range(0, RunsAtOnce).Select(
                    _ => Task.Factory.StartNew(ReadRuns, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Returns a task that completes when runs have been read: the last one up to some bytes, the others completely.</summary>
    protected Task WhenRead(long firstRun, long lastRun, long lastBytes)
    {
        lock (gate)
        {
            if (IsRead(firstRun, lastRun, lastBytes))
                return Task.CompletedTask;
            TaskCompletionSource arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((firstRun, lastRun, lastBytes, arrival));
            return arrival.Task;
        }
    }

    private void ReadRuns()
    {
        byte[] discarded = GC.AllocateUninitializedArray<byte>(PartBytes);
        try
        {
            while (TryTake(out long run, out RowRun place, out long fromBytes))
            {
                try
                {
                    Read(run, place, fromBytes, discarded);
                }
                catch (Exception e) when (IsOfShard(e))
                {
                    // As above.
                }
                lock (gate)
                {
                    bytesRead.Remove(run);
                    Notify();
                }
            }
        }
        catch
        {
            End(); // so that no caller waits for ever; DisposeAsync throws the exception
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

    private void Read(long run, RowRun place, long fromBytes, byte[] discarded)
    {
        using IRandomAccessFile file = Shards.OpenUncounted(place.Source); // the system keeps the state of its read-ahead per open file
        // The system reads ahead at once from the beginning of a file, elsewhere only after it has detected sequential reads.
        long start = fromBytes < PartBytes ? 0 : fromBytes;
        int partBytes = firstPartBytes;
        for (long at = start, count; at < place.EndBytes && !isEnded; at += count)
        {
            count = Math.Min(partBytes, place.EndBytes - at);
            if (at > start)
                partBytes = Math.Min(partBytes * 4, PartBytes);
            file.Read(at, discarded.AsSpan(0, (int)count));
            lock (gate)
            {
                bytesRead[run] = at + count - place.StartBytes;
                Notify();
            }
        }
    }

    private bool IsRead(long firstRun, long lastRun, long lastBytes)
    {
        if (isEnded)
            return true;
        for (long run = firstRun; run <= lastRun; run++)
            if (bytesRead.TryGetValue(run, out long bytes) && (run < lastRun || bytes < lastBytes))
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
            if (waiting[i] is var (firstRun, lastRun, lastBytes, arrival) && IsRead(firstRun, lastRun, lastBytes))
            {
                waiting.RemoveAt(i);
                arrival.SetResult();
            }
    }

    private static bool IsOfShard(Exception e) => e is IOException or InvalidDataException or UnauthorizedAccessException;
}
