using Pile.Format;

namespace Pile.Tables.Batches;

/// <summary>Collects columns of rows, and determines when a batch is full.</summary>
internal sealed class BatchBuilder
{
    internal const int RowLimit = 1 << 16;
    private const long BytesLimit = 16 << 20;

    private readonly HashSet<int> dropped = [];

    /// <param name="schemas">The columns.</param>
    /// <param name="overwrites">True if the numbers of a batch are not needed any more when the next one is collected: they are stored in
    /// the same memory.</param>
    internal BatchBuilder(IEnumerable<ColumnSchema> schemas, bool overwrites = false)
    {
        Columns = [.. schemas.Select(ColumnBuilder.For)];
        foreach (ColumnBuilder column in Columns)
            column.Overwrites = overwrites;
    }

    internal ColumnBuilder[] Columns { get; }

    internal int RowCount => Columns.Length == 0 ? 0 : Columns[0].RowCount;

    internal bool IsFull
    {
        get
        {
            if (RowCount >= RowLimit)
                return true;
            long bytes = 0;
            foreach (ColumnBuilder column in Columns)
                bytes += column.Bytes;
            return bytes >= BytesLimit;
        }
    }

    /// <summary>Leaves the last row, of which some columns may have no value yet, out of the batch.</summary>
    internal void DropRow(int row)
    {
        foreach (ColumnBuilder column in Columns)
            if (column.RowCount == row)
                column.AddNull();
        dropped.Add(row);
    }

    internal RowBatch Take()
    {
        RowBatch all = new(Columns.Select(c => c.Take()));
        if (dropped.Count == 0)
            return all;
        int[] kept = [.. Enumerable.Range(0, all.RowCount).Where(row => !dropped.Contains(row))];
        dropped.Clear();
        return new RowBatch(all.Columns.Select(c => c.Take(kept)));
    }

    /// <summary>Returns the number of rows of a given size to read at a time.</summary>
    internal static int RowsPerBatch(long rowBytes) => (int)Math.Clamp(BytesLimit / Math.Max(rowBytes, 1), 1, RowLimit);
}
