namespace Pile.DuckDb;

/// <summary>Rows made in C# that DuckDB takes as a table, a chunk at a time: no more is held than what it asks for.</summary>
internal interface IDuckDbSource
{
    /// <summary>Name and type of each column; the same for all chunks.</summary>
    IReadOnlyList<DuckDbField> Columns { get; }

    /// <summary>Writes the next rows into every column, and sets <see cref="DuckDbChunkWriter.RowCount"/>.</summary>
    /// <param name="writer">An empty chunk, to be used only until this call returns.</param>
    /// <returns>False, with no row written, at the end.</returns>
    /// <remarks>Called by one thread at a time, of DuckDB's own. What it throws comes out of the statement that reads it.</remarks>
    bool Fill(DuckDbChunkWriter writer);
}
