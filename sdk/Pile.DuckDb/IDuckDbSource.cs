namespace Pile.DuckDb;

/// <summary>Rows produced in C# that DuckDB reads as a table, one chunk at a time, so that memory is bounded.</summary>
internal interface IDuckDbSource
{
    /// <summary>The name and type of each column, the same for all chunks.</summary>
    IReadOnlyList<DuckDbField> Columns { get; }

    /// <summary>Writes the next rows to every column, and sets <see cref="DuckDbChunkWriter.RowCount"/>.</summary>
    /// <param name="writer">An empty chunk, valid until this call returns.</param>
    /// <returns>False, with no row written, at the end.</returns>
    /// <remarks>Called by one of DuckDB's threads at a time. An exception is rethrown by the statement that reads the source.</remarks>
    bool Fill(DuckDbChunkWriter writer);
}
