namespace Pile.DuckDb;

/// <summary>A source in use by DuckDB: whether reading has begun, and the exception it threw.</summary>
internal sealed class OpenSource(string sql, IDuckDbSource source)
{
    private readonly DuckDbChunkWriter writer = new(source.Columns);
    private int hasBegun;

    internal IReadOnlyList<DuckDbField> Columns => source.Columns;

    /// <summary>The prefix of every error that this source reports to DuckDB.</summary>
    internal string ErrorPrefix { get; } = $"{sql}:";

    internal Exception? Fault { get; private set; }

    /// <summary>Returns false the second time: a source can be read only once.</summary>
    internal bool TryBegin() => Interlocked.Exchange(ref hasBegun, 1) == 0;

    internal void Fill(nint chunk)
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

    /// <summary>Stores an exception for the statement's caller, and returns the message for DuckDB.</summary>
    internal string Fail(Exception fault)
    {
        Fault = fault;
        return $"{ErrorPrefix} {fault.Message}";
    }
}
