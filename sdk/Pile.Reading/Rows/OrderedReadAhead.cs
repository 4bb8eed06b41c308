namespace Pile.Reading;

/// <summary>Reads ahead of whoever reads all rows in order, again and again.</summary>
/// <param name="runs">All rows; they are gone through again when they end.</param>
/// <param name="shards">The files.</param>
/// <param name="epoch">The first time that they are gone through, from 0.</param>
/// <param name="row">The first row.</param>
/// <param name="epochs">How often they are gone through; null: without an end.</param>
internal sealed class OrderedReadAhead(RowRuns runs, ShardFiles shards, int epoch, int row, int? epochs)
    : ReadAhead(shards, runs.NumberOf(epoch, row), PartBytes)
{
    // Counted from the run of the rows that were asked for last: as much as the runs at once, so that none waits for another.
    private const long AheadBytes = 128 << 20;

    private readonly long endRun = epochs is { } count ? (long)count * runs.Count : long.MaxValue;

    /// <inheritdoc/>
    internal override Task ReachAsync(int epoch, ReadOnlyMemory<long> rows)
    {
        int lastRow = (int)rows.Span[^1];
        long first = runs.NumberOf(epoch, (int)rows.Span[0]), last = runs.NumberOf(epoch, lastRow),
            aheadBytes = BytesBefore(first) + AheadBytes;
        // What was asked for is read whatever lies before it.
        while (NextRun < endRun && (NextRun <= last || BytesBefore(NextRun) < aheadBytes))
            Begin(runs.Of((int)(NextRun % runs.Count)));
        return WhenThere(first, last, runs.BytesUpTo(lastRow));
    }

    private long BytesBefore(long run) => (run / runs.Count * runs.Bytes) + runs.BytesBefore((int)(run % runs.Count));
}
