using Pile.Writing.Shards;

namespace Pile.Writing.Index;

/// <summary>Consecutive rows of a shard that belong to one tile.</summary>
internal readonly record struct RowRange(SharedRows Shard, int First, int Count);

/// <summary>The rows of a shard that several tiles need.</summary>
/// <param name="rows">The rows, which one owner holds at first.</param>
/// <param name="done">Receives the rows when they are released by all holders.</param>
internal sealed class SharedRows(ShardRows rows, Action<ShardRows> done)
{
    private int holders = 1;

    internal ShardRows Rows => rows;

    internal void Hold() => Interlocked.Increment(ref holders);

    internal void Release()
    {
        if (Interlocked.Decrement(ref holders) == 0)
            done(rows);
    }
}
