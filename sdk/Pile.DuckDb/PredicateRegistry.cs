using System.Collections.Concurrent;
using DuckDB.NET.Native;

namespace Pile.DuckDb;

/// <summary>The predicates and the receivers of rows of one database by number: <c>pile_holds(number, key, x, y)</c>,
/// <c>pile_holds_bytes(number, bytes)</c> and <c>pile_take(number, …)</c>.</summary>
internal sealed class PredicateRegistry
{
    internal const string FunctionName = "pile_holds", BytesFunctionName = "pile_holds_bytes";

    private readonly ConcurrentDictionary<long, object> predicates = new();
    private long lastId;

    internal void Register(DuckDBNativeConnection connection) => PredicateFunction.Register(connection, this);

    internal long Add(object predicate)
    {
        long id = Interlocked.Increment(ref lastId);
        predicates[id] = predicate;
        return id;
    }

    internal void Remove(long id) => predicates.TryRemove(id, out _);

    internal object? Find(long id) => predicates.GetValueOrDefault(id);
}
