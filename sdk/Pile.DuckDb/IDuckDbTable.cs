namespace Pile.DuckDb;

/// <summary>Rows in C# that DuckDB may read several times, with several threads, and only the columns that a statement uses. The order of
/// the rows of a result is not defined.</summary>
internal interface IDuckDbTable
{
    /// <summary>The name and type of each column.</summary>
    IReadOnlyList<DuckDbField> Columns { get; }

    /// <summary>The number of rows.</summary>
    long RowCount { get; }

    /// <summary>The number of batches; each is read by one thread.</summary>
    int BatchCount { get; }

    /// <summary>Returns the number of rows of a batch.</summary>
    int RowsOf(int batch);

    /// <summary>Reads columns of a batch. Called by several threads at a time; an exception is rethrown by the statement.</summary>
    /// <param name="batch">The number of the batch.</param>
    /// <param name="columns">The numbers of the columns.</param>
    /// <param name="buffer">Memory of the calling thread, for the bytes of the columns: rented from the shared pool of arrays, replaced if
    /// it is too small, and used again once the rows of the batch are written.</param>
    DuckDbColumn[] Read(int batch, ReadOnlySpan<int> columns, ref byte[] buffer);
}
