using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Pile.DuckDb.Native;

namespace Pile.DuckDb;

/// <summary>The sources of one database by number. DuckDB cannot unregister a table function, so all sources share one:
/// <c>pile_source(number)</c>.</summary>
internal sealed class SourceRegistry
{
    internal const string FunctionName = "pile_source";

    private readonly ConcurrentDictionary<long, OpenSource> sources = new();
    private long lastId;

    internal static string SqlOf(long id) => $"{FunctionName}({id})";

    internal void Register(ConnectionHandle connection) => SourceFunction.Register(connection, this);

    internal long Add(IDuckDbSource source)
    {
        long id = Interlocked.Increment(ref lastId);
        sources[id] = new OpenSource(SqlOf(id), source);
        return id;
    }

    internal void Remove(long id) => sources.TryRemove(id, out _);

    internal OpenSource? Find(long id) => sources.GetValueOrDefault(id);

    /// <summary>Rethrows the exception of a source if it caused DuckDB's error.</summary>
    /// <param name="duckDbError">The message of DuckDB.</param>
    /// <param name="isLost">True if the message only reports the interruption of other threads: then any source that failed is the
    /// cause.</param>
    internal void RethrowFault(string duckDbError, bool isLost)
    {
        foreach (OpenSource source in sources.Values)
            if (source.Fault is { } fault && (isLost || duckDbError.Contains(source.ErrorPrefix, StringComparison.Ordinal)))
                ExceptionDispatchInfo.Throw(fault);
    }
}
