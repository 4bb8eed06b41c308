using Pile.Writing.Schemas;

namespace Pile.Writing.Shards;

/// <summary>Limits the shards in progress between sorting and the index: as many as fit in memory with their light columns, at least
/// one.</summary>
internal sealed class ShardPool(DatasetSchema schema, long maxBytes)
{
    private const int MaxIdle = 4;
    private readonly object gate = new();
    private readonly Stack<ShardRows> idle = new();
    private long bytesOut;
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
            return idle.TryPop(out ShardRows? rows) ? rows : new ShardRows(schema);
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
            // many small ones are worth reusing, large ones are not
            if (idle.Count < MaxIdle && rows.LightBytes <= maxBytes / (2 * MaxIdle))
                idle.Push(rows);
            Monitor.PulseAll(gate);
        }
    }

    private void Wake()
    {
        lock (gate)
            Monitor.PulseAll(gate);
    }
}
