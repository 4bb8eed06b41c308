using Pile.Format;

namespace Pile.Rasters;

/// <summary>Limits the bytes that reads have in work at the same time. Thread-safe; first come, first served.</summary>
internal sealed class ByteGate(long limitBytes)
{
    private readonly Lock gate = new();
    private readonly LinkedList<(long Bytes, TaskCompletionSource Granted)> waiting = new();
    private long usedBytes;

    /// <summary>The limit.</summary>
    internal long LimitBytes => limitBytes;

    /// <summary>Takes bytes if they are free now.</summary>
    internal bool TryTake(long bytes)
    {
        lock (gate)
        {
            if (waiting.Count > 0 || usedBytes + bytes > limitBytes)
                return false;
            usedBytes += bytes;
            return true;
        }
    }

    /// <summary>Waits until bytes are free. The caller must hold none, otherwise two callers could wait for each other.</summary>
    /// <exception cref="MemoryLimitException">The limit is lower than the bytes.</exception>
    internal async ValueTask TakeAsync(long bytes, string location, CancellationToken cancellationToken)
    {
        if (bytes > limitBytes)
            throw new MemoryLimitException($"{location}: a block needs {bytes} bytes, but the memory limit of reads is "
                + $"{limitBytes}. Give the pool at least {3 * bytes} bytes, or rewrite the file with smaller blocks.");
        LinkedListNode<(long Bytes, TaskCompletionSource Granted)> node;
        lock (gate)
        {
            if (waiting.Count is 0 && usedBytes + bytes <= limitBytes)
            {
                usedBytes += bytes;
                return;
            }
            node = waiting.AddLast((bytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }
        try
        {
            await node.Value.Granted.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            bool isGranted;
            lock (gate)
            {
                isGranted = node.List is null;
                if (!isGranted)
                    waiting.Remove(node);
            }
            Release(isGranted ? bytes : 0);
            throw;
        }
    }

    /// <summary>Returns bytes.</summary>
    internal void Release(long bytes)
    {
        lock (gate)
        {
            usedBytes -= bytes;
            while (waiting.First is { } first && usedBytes + first.Value.Bytes <= limitBytes)
            {
                usedBytes += first.Value.Bytes;
                waiting.RemoveFirst();
                first.Value.Granted.SetResult();
            }
        }
    }
}
