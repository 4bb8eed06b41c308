using Pile.Format;

namespace Pile.Writing;

/// <content>Rows that the dataset cannot have.</content>
internal sealed partial class UnitSpill
{
    /// <summary>Appends rows, and leaves out those that the dataset cannot have.</summary>
    /// <param name="batch">As in <see cref="Append"/>.</param>
    /// <param name="wanted">The largest number of rows to append.</param>
    /// <param name="reject">Receives each row that is left out, as a batch, and what is wrong with it.</param>
    /// <inheritdoc cref="Append" path="/exception"/>
    public void AppendValid(RowBatch batch, long wanted, Action<RowBatch, ValueInvalidException> reject)
    {
        long end = rows + Math.Min(wanted, batch.RowCount), next = nextSourceRow;
        try
        {
            Append(batch.First((int)Math.Min(wanted, batch.RowCount)));
        }
        catch (ValueInvalidException) when (batch.RowCount > 0)
        {
            // Rows keep their numbers when others before them are left out.
            long[] sourceRows = batch.SourceRows.IsEmpty ? new long[batch.RowCount] : batch.SourceRows.ToArray();
            for (int i = 0; batch.SourceRows.IsEmpty && i < sourceRows.Length; i++)
                sourceRows[i] = next + i;
            AppendHalves(new RowBatch(batch.Columns) { SourceRows = sourceRows }, end, reject);
            nextSourceRow = sourceRows[^1] + 1;
        }
    }

    // Halves that have a bad row are halved again, which finds all of them in few passes over the rows.
    private void AppendHalves(RowBatch batch, long end, Action<RowBatch, ValueInvalidException> reject)
    {
        if (rows == end)
            return;
        try
        {
            if (batch.RowCount <= end - rows)
            {
                Append(batch);
                return;
            }
        }
        catch (ValueInvalidException e)
        {
            if (batch.RowCount == 1)
            {
                reject(batch, e);
                return;
            }
        }
        int half = batch.RowCount / 2;
        AppendHalves(Part(batch, 0, half), end, reject);
        AppendHalves(Part(batch, half, batch.RowCount - half), end, reject);
    }

    private static RowBatch Part(RowBatch batch, int first, int count)
    {
        int[] taken = [.. Enumerable.Range(first, count)];
        return new RowBatch(batch.Columns.Select(c => c.Take(taken))) { SourceRows = batch.SourceRows.Slice(first, count) };
    }
}
