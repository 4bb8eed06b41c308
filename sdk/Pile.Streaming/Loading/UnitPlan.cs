namespace Pile.Streaming;

/// <summary>Cuts what a worker has to do into units: the batches that begin in one round of the shuffle, or, without one, that fit
/// together.</summary>
/// <param name="rowCount">Rows of an epoch.</param>
/// <param name="options">What was asked for.</param>
/// <param name="shuffle">How rows are shuffled; null: not at all.</param>
/// <param name="unitBytes">How large a unit without a shuffle should be.</param>
/// <param name="rowBytes">Bytes of a row, about.</param>
internal sealed class UnitPlan(long rowCount, LoaderOptions options, BlockShuffle? shuffle, long unitBytes, long rowBytes)
{
    /// <summary>The largest number of rows that a unit has.</summary>
    internal long LargestUnitRows => Math.Min(Math.Max(rowCount, 1), shuffle is null
        ? BatchesPerUnit * (long)options.BatchRows
        : BatchesPerRound * options.BatchRows);

    // A worker's batches begin at equal distances, so wherever the first one does, no more of them begin in a round.
    private long BatchesPerRound =>
        (shuffle!.RoundRows + ((long)options.Worker.Count * options.BatchRows) - 1) / ((long)options.Worker.Count * options.BatchRows);

    private long BatchesPerUnit => Math.Max(1, unitBytes / Math.Max(1, options.BatchRows * rowBytes));

    /// <summary>All units from a place on.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="rowsDone">Rows of it that all workers have done with.</param>
    /// <param name="memory">Gives each unit its memory.</param>
    internal IEnumerable<StreamUnit> From(int epoch, long rowsDone, Func<PooledMemory> memory)
    {
        EpochOrder? order = null;
        // A lazy loader that is stopped early has read little more than it returned.
        long mostBatches = options.Strategy == LoadStrategy.Lazy ? 1 : BatchesPerUnit;
        for (; options.Epochs is not { } epochs || epoch < epochs; epoch++, rowsDone = 0)
        {
            if (order is null)
                order = new EpochOrder(rowCount, shuffle, options.ShuffleSeed ?? 0, epoch);
            else
                order.MoveTo(epoch);
            foreach (StreamUnit unit in OfEpoch(order, epoch, rowsDone, memory, () => mostBatches))
            {
                yield return unit;
                mostBatches = Math.Min(2 * mostBatches, BatchesPerUnit);
            }
            if (rowCount == 0)
                yield break; // epochs without rows have no end to wait for
        }
    }

    private IEnumerable<StreamUnit> OfEpoch(EpochOrder order, int epoch, long rowsDone, Func<PooledMemory> memory, Func<long> mostBatches)
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
            while (count > 0 && (shuffle is null ? batches.Count < mostBatches() : order.RoundOf(position) == round));
            yield return new StreamUnit(epoch, rows[..taken], batches, own);
        }
    }
}
