using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Formats rows into a buffer of its own; for one thread at a time.</summary>
internal interface IRowFormat
{
    /// <summary>Formats some rows.</summary>
    /// <param name="columns">The columns of a batch.</param>
    /// <param name="batchRow">The number of the batch's first row in the table.</param>
    /// <param name="firstRow">The first row, in the batch.</param>
    /// <param name="endRow">The row after the last.</param>
    void Format(ColumnData[] columns, long batchRow, int firstRow, int endRow);

    /// <summary>What was formatted since the last time; valid until more is formatted.</summary>
    ReadOnlySpan<byte> Take();
}
