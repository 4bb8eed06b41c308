namespace Pile.Reading;

/// <summary>Reads ahead of a caller that reads all rows in order, for one or more epochs.</summary>
/// <param name="runs">All rows, repeated in every epoch.</param>
/// <param name="shards">The files.</param>
/// <param name="epoch">The first epoch, from 0.</param>
/// <param name="row">The first row.</param>
/// <param name="epochs">The number of epochs; null for unlimited.</param>
internal sealed class OrderedReadAhead(RowRuns runs, PieceFiles shards, int epoch, int row, int? epochs)
    : ReadAhead(shards, runs.NumberOf(epoch, row), PartBytes)
{
    // Counted from the run of the rows that were requested last: as much as the parallel runs together, so that none waits for another.
    private const long AheadBytes = 128 << 20;

    private readonly long endRun = epochs is { } count ? (long)count * runs.Count : long.MaxValue;

    /// <inheritdoc/>
    internal override Task ReachAsync(int epoch, ReadOnlyMemory<long> rows)
    {
        int lastRow = (int)rows.Span[^1];
        long first = runs.NumberOf(epoch, (int)rows.Span[0]), last = runs.NumberOf(epoch, lastRow),
            aheadBytes = BytesBefore(first) + AheadBytes;
        // Requested rows are read regardless of the limit.
        while (NextRun < endRun && (NextRun <= last || BytesBefore(NextRun) < aheadBytes))
            Begin(runs.Of((int)(NextRun % runs.Count)));
        return WhenRead(first, last, runs.BytesUpTo(lastRow));
    }

    private long BytesBefore(long run) => (run / runs.Count * runs.Bytes) + runs.BytesBefore((int)(run % runs.Count));
}
