using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>A file being written, batch by batch.</summary>
internal interface ITableSink : IDisposable
{
    /// <summary>Writes rows: the columns in the declared order.</summary>
    void Write(ColumnData[] columns, int rowCount);

    /// <summary>Writes what is left, down to the disk.</summary>
    /// <returns>All rows written.</returns>
    long Complete(CancellationToken cancellationToken);
}
