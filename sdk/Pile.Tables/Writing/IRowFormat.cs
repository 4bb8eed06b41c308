using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Formats rows into its own buffer. It must not be used by several threads concurrently.</summary>
internal interface IRowFormat
{
    /// <summary>Formats some rows.</summary>
    /// <param name="columns">The columns of a batch.</param>
    /// <param name="batchRow">The number of the batch's first row in the table.</param>
    /// <param name="firstRow">The first row, in the batch.</param>
    /// <param name="endRow">The row after the last.</param>
    void Format(ColumnData[] columns, long batchRow, int firstRow, int endRow);

    /// <summary>Returns the rows formatted since the last call; valid until more rows are formatted.</summary>
    ReadOnlySpan<byte> Take();
}
