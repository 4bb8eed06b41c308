using DuckDB.NET.Native;

namespace Pile.DuckDb;

/// <summary>A source in use by DuckDB, and whether reading has begun.</summary>
internal sealed class OpenSource(string sql, IDuckDbSource source) : OpenRows(sql)
{
    private readonly DuckDbChunkWriter writer = new(source.Columns);
    private int hasBegun;

    internal IReadOnlyList<DuckDbField> Columns => source.Columns;

    /// <summary>Returns false the second time: a source can be read only once.</summary>
    internal bool TryBegin() => Interlocked.Exchange(ref hasBegun, 1) == 0;

    internal void Fill(DuckDBDataChunk chunk)
    {
        writer.Begin(chunk);
        try
        {
            if (!source.Fill(writer))
                writer.RowCount = 0; // for DuckDB, no rows mark the end
            else if (writer.RowCount == 0)
                throw new InvalidOperationException("A source returned a chunk without rows, which DuckDB interprets as the end.");
        }
        finally
        {
            writer.End();
        }
    }
}
