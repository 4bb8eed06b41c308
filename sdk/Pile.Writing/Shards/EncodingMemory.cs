namespace Pile.Writing.Shards;

/// <summary>The memory for values that are encoded, which the threads that write shards share.</summary>
internal sealed class EncodingMemory
{
    private readonly object gate = new();
    private long usedBytes;

    /// <summary>Takes memory, once so much is free; at once if none is used.</summary>
    /// <param name="bytes">The memory.</param>
    /// <param name="maxBytes">The most that may be used then.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    internal void Take(long bytes, long maxBytes, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration wake =
            cancellationToken.UnsafeRegister(static memory => ((EncodingMemory)memory!).Return(0), this);
        lock (gate)
        {
            while (usedBytes > 0 && usedBytes + bytes > maxBytes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Monitor.Wait(gate);
            }
            usedBytes += bytes;
        }
    }

    /// <summary>Takes memory if so much is free.</summary>
    internal bool TryTake(long bytes, long maxBytes)
    {
        lock (gate)
        {
            if (usedBytes + bytes > maxBytes)
                return false;
            usedBytes += bytes;
            return true;
        }
    }

    internal void Return(long bytes)
    {
        lock (gate)
        {
            usedBytes -= bytes;
            Monitor.PulseAll(gate);
        }
    }
}
