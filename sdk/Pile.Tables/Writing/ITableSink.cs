using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>A file that is written batch by batch.</summary>
internal interface ITableSink : IDisposable
{
    /// <summary>Writes rows, with the columns in the declared order.</summary>
    void Write(ColumnData[] columns, int rowCount);

    /// <summary>Writes all remaining data to the disk.</summary>
    /// <returns>The number of rows written.</returns>
    long Complete(CancellationToken cancellationToken);
}
