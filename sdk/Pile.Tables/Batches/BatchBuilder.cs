using Pile.Format;

namespace Pile.Tables.Batches;

/// <summary>Collects columns of rows, and determines when a batch is full.</summary>
internal sealed class BatchBuilder
{
    internal const int RowLimit = 1 << 16;
    private const long BytesLimit = 16 << 20;

    internal BatchBuilder(IEnumerable<ColumnSchema> schemas) => Columns = [.. schemas.Select(ColumnBuilder.For)];

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

    internal RowBatch Take() => new(Columns.Select(c => c.Take()));

    /// <summary>Returns the number of rows of a given size to read at a time.</summary>
    internal static int RowsPerBatch(long rowBytes) => (int)Math.Clamp(BytesLimit / Math.Max(rowBytes, 1), 1, RowLimit);
}
