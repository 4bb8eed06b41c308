using Pile.Format;

namespace Pile.Tables.Batches;

/// <summary>The invalid rows of the batches of a table that is read column by column.</summary>
/// <param name="onBadRow">Receives each invalid row, which is left out; null to throw.</param>
internal sealed class InvalidRows(Action<ValueInvalidException>? onBadRow)
{
    private readonly SortedDictionary<long, ValueInvalidException> found = [];

    /// <summary>True if invalid rows are left out.</summary>
    internal bool AreLeftOut => onBadRow is not null;

    /// <summary>Adds an invalid value. The caller adds any value for it, so that the columns keep the same number of rows.</summary>
    internal void Add(ValueInvalidException fault)
    {
        if (onBadRow is null)
            throw fault;
        found.TryAdd(fault.Row, fault);
    }

    /// <summary>Leaves the rows that were added since the last call out of a batch.</summary>
    /// <param name="batch">The batch, in which these rows are complete.</param>
    /// <param name="firstRow">The row of the file that is first in the batch.</param>
    internal void LeaveOutOf(BatchBuilder batch, long firstRow)
    {
        foreach ((long row, ValueInvalidException fault) in found)
        {
            onBadRow!(fault);
            batch.DropRow((int)(row - firstRow));
        }
        found.Clear();
    }

    /// <summary>Returns a range of the valid rows.</summary>
    internal static IEnumerable<RowBatch> Range(IEnumerable<RowBatch> valid, long firstRow, long rowCount)
    {
        foreach (RowBatch batch in valid)
        {
            int start = (int)Math.Min(firstRow, batch.RowCount), count = (int)Math.Min(rowCount, batch.RowCount - start);
            (firstRow, rowCount) = (firstRow - start, rowCount - count);
            if (count == batch.RowCount)
                yield return batch;
            else if (count > 0)
                yield return new RowBatch(batch.Columns.Select(c => c.Take([.. Enumerable.Range(start, count)])));
            if (rowCount == 0)
                yield break;
        }
    }
}
