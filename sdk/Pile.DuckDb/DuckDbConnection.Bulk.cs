namespace Pile.DuckDb;

internal sealed partial class DuckDbConnection
{
    /// <summary>Opens a bulk appender on an existing table.</summary>
    /// <param name="table">The table's bare name, not quoted.</param>
    /// <param name="schema">Its schema; null: the current one.</param>
    /// <exception cref="DuckDbException">There is no such table.</exception>
    internal DuckDbAppender Append(string table, string? schema = null)
    {
        CloseOpenResult();
        return DuckDbAppender.Open(handle, schema, table);
    }

    /// <summary>Makes a source readable in SQL: write <see cref="DuckDbScan.Sql"/> where a table's name would stand.</summary>
    /// <param name="source">Rows made in C#, read once, by one thread, in order. It stays the caller's to dispose.</param>
    internal DuckDbScan Scan(IDuckDbSource source) => new(sources, source);
}
