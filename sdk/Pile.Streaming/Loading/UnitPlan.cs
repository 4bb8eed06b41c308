namespace Pile.Streaming;

/// <summary>Divides the rows of a worker into units: the batches that begin in one round of the shuffle, or, without a shuffle, as many as
/// fit.</summary>
/// <param name="rowCount">The number of rows of an epoch.</param>
/// <param name="options">The loader's options.</param>
/// <param name="shuffle">How rows are shuffled; null for no shuffle.</param>
/// <param name="unitBytes">The desired size of a unit without a shuffle.</param>
/// <param name="rowBytes">The approximate size of a row.</param>
internal sealed class UnitPlan(long rowCount, LoaderOptions options, BlockShuffle? shuffle, long unitBytes, long rowBytes)
{
    // More than any dataset has, and small enough that sums with it do not overflow.
    private const long MostRoundRows = 1L << 61;

    /// <summary>The maximum number of rows of a unit.</summary>
    internal long LargestUnitRows => Math.Min(Math.Max(rowCount, 1), shuffle is null
        ? BatchesPerUnit * (long)options.BatchRows
        : BatchesPerRound * options.BatchRows);

    // A worker's batches begin at equal distances, so this is the maximum regardless of where the first one begins.
    private long BatchesPerRound => (Math.Min(shuffle!.RoundRows, MostRoundRows) + ((long)options.Worker.Count * options.BatchRows) - 1)
        / ((long)options.Worker.Count * options.BatchRows);

    private long BatchesPerUnit => Math.Max(1, unitBytes / Math.Max(1, options.BatchRows * rowBytes));

    /// <summary>Returns all units from a position on.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="rowsDone">The number of rows of the epoch that all workers have completed.</param>
    /// <param name="memory">Creates the memory of a unit.</param>
    internal IEnumerable<StreamUnit> From(int epoch, long rowsDone, Func<PooledMemory> memory)
    {
        EpochOrder? order = null;
        // A lazy loader that is stopped early has read little more than it returned.
        long maxBatches = options.Strategy == LoadStrategy.Lazy ? 1 : BatchesPerUnit;
        for (; options.Epochs is not { } epochs || epoch < epochs; epoch++, rowsDone = 0)
        {
            if (order is null)
                order = new EpochOrder(rowCount, shuffle, options.ShuffleSeed ?? 0, epoch);
            else
                order.MoveTo(epoch);
            foreach (StreamUnit unit in OfEpoch(order, epoch, rowsDone, memory, () => maxBatches))
            {
                yield return unit;
                maxBatches = Math.Min(2 * maxBatches, BatchesPerUnit);
            }
            if (rowCount == 0)
                yield break; // otherwise unlimited empty epochs would loop for ever
        }
    }

    private IEnumerable<StreamUnit> OfEpoch(EpochOrder order, int epoch, long rowsDone, Func<PooledMemory> memory, Func<long> maxBatches)
    {
        for (long step = 0; ;)
        {
            (long position, int count) = options.Worker.Share(step, options.BatchRows, rowsDone, rowCount);
            if (count == 0)
                yield break;
            long round = order.RoundOf(position);
            PooledMemory own = memory();
            Memory<long> rows = own.Rent<long>((int)LargestUnitRows);
            List<(int, long)> batches = [];
            int taken = 0;
            do
            {
                order.RowsAt(position, rows.Span.Slice(taken, count));
                taken += count;
                batches.Add((count, options.Worker.Done(++step, options.BatchRows, rowsDone, rowCount)));
                (position, count) = options.Worker.Share(step, options.BatchRows, rowsDone, rowCount);
            }
            while (count > 0 && (shuffle is null ? batches.Count < maxBatches() : order.RoundOf(position) == round));
            yield return new StreamUnit(epoch, rows[..taken], batches, own);
        }
    }
}
