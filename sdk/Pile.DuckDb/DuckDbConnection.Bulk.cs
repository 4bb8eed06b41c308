using System.Runtime.ExceptionServices;

namespace Pile.DuckDb;

internal sealed partial class DuckDbConnection
{
    /// <summary>Opens a bulk appender on an existing table.</summary>
    /// <param name="table">The unquoted name of the table.</param>
    /// <param name="schema">The schema of the table; null for the current one.</param>
    /// <exception cref="DuckDbException">There is no such table.</exception>
    internal DuckDbAppender Append(string table, string? schema = null)
    {
        CloseOpenResult();
        return DuckDbAppender.Open(handle, schema, table);
    }

    /// <summary>Makes a source readable in SQL: use <see cref="DuckDbScan.Sql"/> in place of a table name.</summary>
    /// <param name="source">Rows produced in C#, read once, by one thread, in order. The caller disposes it.</param>
    internal DuckDbScan Scan(IDuckDbSource source) => new(sources, source);

    /// <summary>Makes a table readable in SQL, as often as needed.</summary>
    /// <param name="table">Rows in C#. The caller disposes it.</param>
    internal DuckDbScan Scan(IDuckDbTable table) => new(sources, table);

    /// <summary>Passes the rows of a query to several threads at the same time, in any order.</summary>
    /// <param name="sql">One SELECT.</param>
    /// <param name="columns">Its columns, as <see cref="ColumnsOf"/> returns them.</param>
    /// <param name="take">Receives some rows, which are valid during the call. Its exception ends the statement, and is thrown
    /// here.</param>
    /// <param name="cancellationToken">Interrupts DuckDB.</param>
    /// <exception cref="DuckDbException">DuckDB rejected the statement, or it failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal void ReadInParallel(string sql, IReadOnlyList<DuckDbField> columns, Action<DuckDbChunk> take,
        CancellationToken cancellationToken = default)
    {
        ParallelRead read = new(columns, take);
        long id = predicates.Add(read);
        try
        {
            // An aggregate of a projection: a condition might be evaluated below a join, for rows that are not in its result.
            long rowCount = Scalar<long>($"SELECT count({ParallelRead.FunctionName}({id}, *COLUMNS(*))) FROM ({sql})",
                cancellationToken: cancellationToken);
            if (read.RowCount != rowCount)
                throw new DuckDbException(ParallelRead.FunctionName, $"{read.RowCount:N0} rows were passed instead of {rowCount:N0}.", sql);
        }
        catch (DuckDbException) when (read.Fault is { } fault)
        {
            ExceptionDispatchInfo.Throw(fault);
        }
        finally
        {
            predicates.Remove(id);
        }
    }

    /// <summary>Returns the columns of a query, without its rows.</summary>
    internal IReadOnlyList<DuckDbField> ColumnsOf(string sql, CancellationToken cancellationToken = default)
    {
        using DuckDbResult none = Query($"SELECT * FROM ({sql}) LIMIT 0", cancellationToken: cancellationToken);
        return none.Columns;
    }

    /// <summary>Makes a C# predicate usable in SQL until this connection is closed.</summary>
    /// <param name="predicate">The predicate.</param>
    /// <param name="key">An SQL expression for the key, a BIGINT.</param>
    /// <param name="x">An SQL expression for the first coordinate, a DOUBLE.</param>
    /// <param name="y">An SQL expression for the second coordinate, a DOUBLE.</param>
    /// <returns>The SQL condition.</returns>
    internal string PredicateSql(IDuckDbPredicate predicate, string key, string x, string y) =>
        $"{PredicateRegistry.FunctionName}({NumberOf(predicate)}, {key}, {x}, {y})";

    /// <summary>Makes a C# predicate on bytes usable in SQL until this connection is closed.</summary>
    /// <param name="predicate">The predicate.</param>
    /// <param name="bytes">An SQL expression for the bytes, a BLOB. The condition is not true for NULL.</param>
    /// <returns>The SQL condition.</returns>
    internal string PredicateSql(IDuckDbBytesPredicate predicate, string bytes) =>
        $"{PredicateRegistry.BytesFunctionName}({NumberOf(predicate)}, {bytes})";

    private long NumberOf(object predicate)
    {
        long id = predicates.Add(predicate);
        ownPredicates.Add(id);
        return id;
    }
}
