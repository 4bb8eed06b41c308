namespace Pile.DuckDb;

/// <summary>A source in use by DuckDB: whether it was begun, and what it threw.</summary>
internal sealed class OpenSource(string sql, IDuckDbSource source)
{
    private readonly DuckDbChunkWriter writer = new(source.Columns);
    private int isBegun;

    internal IReadOnlyList<DuckDbField> Columns => source.Columns;

    /// <summary>Stands at the head of every error that this source gives to DuckDB.</summary>
    internal string ErrorMark { get; } = $"{sql}:";

    internal Exception? Fault { get; private set; }

    /// <summary>False the second time: a source is read once.</summary>
    internal bool TryBegin() => Interlocked.Exchange(ref isBegun, 1) == 0;

    internal void Fill(nint chunk)
    {
        writer.Begin(chunk);
        try
        {
            if (!source.Fill(writer))
                writer.RowCount = 0; // no rows: the end, for DuckDB
            else if (writer.RowCount == 0)
                throw new InvalidOperationException("A source gave a chunk without rows, which DuckDB would take for the end.");
        }
        finally
        {
            writer.End();
        }
    }

    /// <summary>Keeps an exception for the statement's caller, and gives the text for DuckDB.</summary>
    internal string Fail(Exception fault)
    {
        Fault = fault;
        return $"{ErrorMark} {fault.Message}";
    }
}
