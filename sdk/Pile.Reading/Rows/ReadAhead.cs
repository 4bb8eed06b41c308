using Pile.Storage;

namespace Pile.Reading;

/// <summary>Has the system read shards from a disk before their rows are read in order, again and again: each run of rows from its first byte to its last, several at once.</summary>
/// <remarks>
/// <para>A disk gives all it can to large requests, some of which always wait. The system makes them for whoever reads a file without a break. Readers of batches do not: each batch begins
/// somewhere in a file, where the system begins anew with small requests, and what it reads beyond the end of one batch is under way for the next. Such readers get two thirds
/// of what the disk gives; behind this one they find everything in the system's cache. The bytes are dropped here: beside a disk the second copy does not show.</para>
/// <para>What is in the cache already is not read. The system says so of one byte in 2 MiB, and is asked by whoever wants the rows: as long as all are there, no other thread wakes.</para>
/// </remarks>
internal sealed class ReadAhead : IAsyncDisposable
{
    // Three, with 96 MiB ahead, get a tenth less from a disk of 2.9 GB/s; six no more beyond the scatter.
    private const int RunsAtOnce = 4;

    // Counted from the run of the rows that were asked for last: as much as the runs at once, so that none waits for another.
    private const long AheadBytes = 128 << 20;

    // Plain reads in parts of 1 MiB get a seventh less, as do those in parts of 128 KiB.
    private const int PartBytes = 256 << 10;

    private readonly RowRuns runs;
    private readonly ShardFiles shards;
    private readonly long endRun;
    private readonly object gate = new(); // to be waited at, which a Lock cannot be
    private readonly Queue<(long Run, long FromBytes)> onDisk = new();
    private readonly Dictionary<long, long> bytesThere = []; // of the runs that were begun and are not there whole
    private readonly List<(long FirstRun, long LastRun, long LastBytes, TaskCompletionSource Arrival)> waiting = [];
    private readonly Task[] readers;
    private long nextRun, firstWanted, lastWanted;
    private volatile bool isEnded;

    /// <summary>Begins to read.</summary>
    /// <param name="runs">All rows; they are gone through again when they end.</param>
    /// <param name="shards">The files.</param>
    /// <param name="epoch">The first time that they are gone through, from 0.</param>
    /// <param name="row">The first row.</param>
    /// <param name="epochs">How often they are gone through; null: without an end.</param>
    internal ReadAhead(RowRuns runs, ShardFiles shards, int epoch, int row, int? epochs)
    {
        (this.runs, this.shards) = (runs, shards);
        nextRun = firstWanted = lastWanted = RunOf(epoch, row);
        endRun = epochs is { } count ? (long)count * runs.Count : long.MaxValue;
        readers = [.. Enumerable.Range(0, RunsAtOnce).Select(_ => Task.Factory.StartNew(ReadRuns, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    /// <summary>Says that rows are to be read now; ends when they are in the system's cache.</summary>
    internal Task ReachAsync(int epoch, int firstRow, int lastRow)
    {
        long first = RunOf(epoch, firstRow), last = RunOf(epoch, lastRow), lastBytes = runs.BytesUpTo(lastRow);
        lock (gate)
        {
            firstWanted = Math.Max(firstWanted, first);
            lastWanted = Math.Max(lastWanted, last);
        }
        while (TryBegin(out long run))
            Look(run);
        lock (gate)
        {
            if (IsThere(first, last, lastBytes))
                return Task.CompletedTask;
            TaskCompletionSource arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((first, last, lastBytes, arrival));
            return arrival.Task;
        }
    }

    /// <summary>Ends the reading; whoever still waits for rows waits no more.</summary>
    public async ValueTask DisposeAsync()
    {
        End();
        await Task.WhenAll(readers).ConfigureAwait(false);
    }

    private long RunOf(int epoch, int row) => ((long)epoch * runs.Count) + runs.IndexOf(row);

    private long BytesBefore(long run) => (run / runs.Count * runs.Bytes) + runs.BytesBefore((int)(run % runs.Count));

    private bool TryBegin(out long run)
    {
        lock (gate)
        {
            run = nextRun;
            // What was asked for is read whatever lies before it.
            if (isEnded || run >= endRun || (run > lastWanted && BytesBefore(run) >= BytesBefore(firstWanted) + AheadBytes))
                return false;
            bytesThere[run] = 0;
            nextRun++;
            return true;
        }
    }

    private void Look(long run)
    {
        (int source, long startBytes, long endBytes) = runs.Of((int)(run % runs.Count));
        long fromBytes = endBytes;
        try
        {
            fromBytes = shards.FirstOnDisk(source, startBytes, endBytes);
        }
        catch (Exception e) when (IsOfShard(e))
        {
            // Said with shard, column and row when the row is read, a moment later.
        }
        lock (gate)
            if (fromBytes == endBytes)
                Finish(run);
            else
            {
                onDisk.Enqueue((run, fromBytes));
                Monitor.Pulse(gate);
            }
    }

    private void ReadRuns()
    {
        byte[] dropped = GC.AllocateUninitializedArray<byte>(PartBytes);
        try
        {
            while (TryTake(out long run, out long fromBytes))
            {
                try
                {
                    Read(run, fromBytes, dropped);
                }
                catch (Exception e) when (IsOfShard(e))
                {
                    // As above.
                }
                lock (gate)
                    Finish(run);
            }
        }
        catch
        {
            End(); // nobody waits for what does not come; thrown where the reading is ended
            throw;
        }
    }

    private bool TryTake(out long run, out long fromBytes)
    {
        lock (gate)
        {
            while (!isEnded && onDisk.Count == 0)
                Monitor.Wait(gate);
            (run, fromBytes) = isEnded ? default : onDisk.Dequeue();
            return !isEnded;
        }
    }

    private void Read(long run, long fromBytes, byte[] dropped)
    {
        (int source, long startBytes, long endBytes) = runs.Of((int)(run % runs.Count));
        using IRandomAccessFile file = shards.OpenApart(source); // the system remembers with an open file how it is read
        // From the beginning of a file the system reads ahead at once, and elsewhere when it has seen that reads follow each other.
        for (long at = fromBytes < PartBytes ? 0 : fromBytes, count; at < endBytes && !isEnded; at += count)
        {
            count = Math.Min(PartBytes, endBytes - at);
            file.Read(at, dropped.AsSpan(0, (int)count));
            lock (gate)
            {
                bytesThere[run] = at + count - startBytes;
                Notify();
            }
        }
    }

    // The runs before the last one have to be there whole.
    private bool IsThere(long firstRun, long lastRun, long lastBytes)
    {
        if (isEnded)
            return true;
        if (lastRun >= nextRun)
            return false;
        for (long run = firstRun; run <= lastRun; run++)
            if (bytesThere.TryGetValue(run, out long bytes) && (run < lastRun || bytes < lastBytes))
                return false;
        return true;
    }

    private void Finish(long run)
    {
        bytesThere.Remove(run);
        Notify();
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
