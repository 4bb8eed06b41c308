using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Pile.DuckDb.Native;

namespace Pile.DuckDb;

/// <summary>The sources of one database, by number. DuckDB can't forget a table function, so there is one for all of them:
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

    /// <summary>Throws what a source threw, if that is what DuckDB's error is about.</summary>
    /// <param name="duckDbError">DuckDB's word for it.</param>
    /// <param name="isLost">True when that is only what became of the other threads: then a source that failed is what it was
    /// about.</param>
    internal void RethrowFault(string duckDbError, bool isLost)
    {
        foreach (OpenSource source in sources.Values)
            if (source.Fault is { } fault && (isLost || duckDbError.Contains(source.ErrorMark, StringComparison.Ordinal)))
                ExceptionDispatchInfo.Throw(fault);
    }
}
