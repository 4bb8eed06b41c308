namespace Pile.Streaming;

/// <summary>Cuts what a worker has to do into units: the batches that begin in one round of the shuffle, or, without one, that fit together.</summary>
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
    private long BatchesPerRound => (shuffle!.RoundRows + ((long)options.Worker.Count * options.BatchRows) - 1) / ((long)options.Worker.Count * options.BatchRows);

    private long BatchesPerUnit => Math.Max(1, unitBytes / Math.Max(1, options.BatchRows * rowBytes));

    /// <summary>All units from a place on.</summary>
    internal IEnumerable<StreamUnit> From(int epoch, long rowsDone)
    {
        for (; options.Epochs is not { } epochs || epoch < epochs; epoch++, rowsDone = 0)
        {
            EpochOrder order = new(rowCount, shuffle, options.ShuffleSeed ?? 0, epoch);
            foreach (StreamUnit unit in OfEpoch(order, epoch, rowsDone))
                yield return unit;
            if (rowCount == 0)
                yield break; // epochs without rows have no end to wait for
        }
    }

    private IEnumerable<StreamUnit> OfEpoch(EpochOrder order, int epoch, long rowsDone)
    {
        List<long> rows = [];
        List<(int, long)> batches = [];
        long round = -1;
        for (long step = 0; ; step++)
        {
            (long position, int count) = options.Worker.Share(step, options.BatchRows, rowsDone, rowCount);
            bool isNext = count == 0 || (shuffle is null ? batches.Count == BatchesPerUnit : order.RoundOf(position) != round);
            if (isNext && batches.Count > 0)
            {
                yield return new StreamUnit(epoch, [.. rows], [.. batches]);
                rows.Clear();
                batches.Clear();
            }
            if (count == 0)
                yield break;
            round = order.RoundOf(position);
            long[] batch = new long[count];
            order.RowsAt(position, batch);
            rows.AddRange(batch);
            batches.Add((count, options.Worker.Done(step + 1, options.BatchRows, rowsDone, rowCount)));
        }
    }
}
