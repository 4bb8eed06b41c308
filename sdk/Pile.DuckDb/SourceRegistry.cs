using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using DuckDB.NET.Native;

namespace Pile.DuckDb;

/// <summary>The sources and tables of one database by number. DuckDB cannot unregister a table function, so all sources share one,
/// <c>pile_source(number)</c>, and all tables another, <c>pile_table(number)</c>.</summary>
internal sealed class SourceRegistry
{
    internal const string FunctionName = "pile_source", TableFunctionName = "pile_table";

    private readonly ConcurrentDictionary<long, OpenRows> rows = new();
    private long lastId;

    internal void Register(DuckDBNativeConnection connection)
    {
        SourceFunction.Register(connection, this);
        TableFunction.Register(connection, this);
    }

    internal long Add(IDuckDbSource source, out string sql)
    {
        long id = Interlocked.Increment(ref lastId);
        rows[id] = new OpenSource(sql = $"{FunctionName}({id})", source);
        return id;
    }

    internal long Add(IDuckDbTable table, out string sql)
    {
        long id = Interlocked.Increment(ref lastId);
        rows[id] = new OpenTable(sql = $"{TableFunctionName}({id})", table);
        return id;
    }

    internal void Remove(long id) => rows.TryRemove(id, out _);

    internal T? Find<T>(long id) where T : OpenRows => rows.GetValueOrDefault(id) as T;

    /// <summary>Rethrows the exception of a source if it caused DuckDB's error.</summary>
    /// <param name="duckDbError">The message of DuckDB.</param>
    /// <param name="isLost">True if the message only reports the interruption of other threads: then any source that failed is the
    /// cause.</param>
    internal void RethrowFault(string duckDbError, bool isLost)
    {
        foreach (OpenRows source in rows.Values)
            if (source.Fault is { } fault && (isLost || duckDbError.Contains(source.ErrorPrefix, StringComparison.Ordinal)))
                ExceptionDispatchInfo.Throw(fault);
    }
}
