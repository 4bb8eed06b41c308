namespace Pile.DuckDb;

/// <summary>A source of batches of any length, which are enumerated on demand.</summary>
internal sealed class DuckDbBatches : IDuckDbSource, IDisposable
{
    private readonly IEnumerator<IReadOnlyList<DuckDbColumn>> batches;
    private IReadOnlyList<DuckDbColumn>? batch;
    private int batchRows;
    private int nextRow;

    /// <param name="columns">The schema of every batch.</param>
    /// <param name="batches">The batches; each has one column per schema column, all of the same length.</param>
    internal DuckDbBatches(IReadOnlyList<DuckDbField> columns, IEnumerable<IReadOnlyList<DuckDbColumn>> batches) =>
        (Columns, this.batches) = (columns, batches.GetEnumerator());

    /// <summary>Creates a source from a single batch.</summary>
    internal DuckDbBatches(IReadOnlyList<string> names, IReadOnlyList<DuckDbColumn> batch)
        : this([.. names.Zip(batch, (name, column) => new DuckDbField(name, column.Type))], [batch])
    {
    }

    public IReadOnlyList<DuckDbField> Columns { get; }

    public bool Fill(DuckDbChunkWriter writer)
    {
        while (batch is null || nextRow == batchRows)
        {
            Unpin();
            if (!batches.MoveNext())
                return false;
            IReadOnlyList<DuckDbColumn> next = batches.Current;
            batchRows = RowsOf(next, Columns.Count);
            nextRow = 0;
            batch = next;
            foreach (DuckDbColumn column in batch)
                column.Pin();
        }

        int rowCount = Math.Min(DuckDbChunkWriter.Capacity, batchRows - nextRow);
        for (int i = 0; i < batch.Count; i++)
            batch[i].WriteTo(writer[i], nextRow, rowCount);
        writer.RowCount = rowCount;
        nextRow += rowCount;
        return true;
    }

    public void Dispose()
    {
        Unpin();
        batches.Dispose();
    }

    private void Unpin()
    {
        foreach (DuckDbColumn column in batch ?? [])
            column.Unpin();
        batch = null;
    }

    private static int RowsOf(IReadOnlyList<DuckDbColumn> batch, int columnCount)
    {
        if (batch.Count != columnCount)
            throw new ArgumentException($"The batch has {batch.Count} columns, but the table has {columnCount}.", nameof(batch));
        int rowCount = batch[0].RowCount;
        for (int i = 1; i < batch.Count; i++)
            if (batch[i].RowCount != rowCount)
                throw new ArgumentException($"Column {i} of the batch has {batch[i].RowCount} rows, but column 0 has {rowCount}.",
                    nameof(batch));
        return rowCount;
    }
}
