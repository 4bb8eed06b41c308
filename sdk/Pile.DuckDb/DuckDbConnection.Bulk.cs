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

    /// <summary>Makes a condition that C# tests usable in SQL, as long as this connection is open.</summary>
    /// <param name="predicate">The condition.</param>
    /// <param name="key">SQL of the key, a BIGINT.</param>
    /// <param name="x">SQL of a coordinate, a DOUBLE.</param>
    /// <param name="y">SQL of the other.</param>
    /// <returns>The condition in SQL.</returns>
    internal string Holds(IDuckDbPredicate predicate, string key, string x, string y)
    {
        long id = predicates.Add(predicate);
        ownPredicates.Add(id);
        return $"{PredicateRegistry.FunctionName}({id}, {key}, {x}, {y})";
    }
}
