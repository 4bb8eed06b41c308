using Pile.Writing.Schemas;

namespace Pile.Writing.Shards;

/// <summary>Limits the shards in progress between sorting and the index: as many as fit in memory with their light columns, at least
/// one.</summary>
internal sealed class ShardPool(DatasetSchema schema, long maxBytes)
{
    private const int MaxIdle = 16;
    private readonly object gate = new();
    private readonly Stack<ShardRows> idle = new();
    private long bytesOut, idleBytes;
    private int countOut;

    /// <summary>Returns empty rows, once there is enough memory.</summary>
    internal ShardRows Rent(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration wake = cancellationToken.UnsafeRegister(static pool => ((ShardPool)pool!).Wake(), this);
        lock (gate)
        {
            while (countOut > 0 && bytesOut >= maxBytes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Monitor.Wait(gate);
            }
            countOut++;
            if (!idle.TryPop(out ShardRows? rows))
                return new ShardRows(schema);
            idleBytes -= rows.LightBytes;
            return rows;
        }
    }

    /// <summary>Counts a full shard.</summary>
    internal void Full(ShardRows rows)
    {
        lock (gate)
            bytesOut += rows.LightBytes;
    }

    /// <summary>Returns rows that are not needed any more to the pool.</summary>
    internal void Return(ShardRows rows)
    {
        lock (gate)
        {
            countOut--;
            bytesOut -= rows.LightBytes;
            // Large arrays would wait for a full collection, while new ones are allocated: so one is always kept, whatever its size.
            if (idle.Count == 0 || (idle.Count < MaxIdle && idleBytes + rows.LightBytes <= maxBytes))
            {
                idle.Push(rows);
                idleBytes += rows.LightBytes;
            }
            Monitor.PulseAll(gate);
        }
    }

    private void Wake()
    {
        lock (gate)
            Monitor.PulseAll(gate);
    }
}
