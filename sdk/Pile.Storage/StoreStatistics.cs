namespace Pile.Storage;

/// <summary>The requests and bytes of a remote store so far; all 0 for a folder.</summary>
/// <param name="Requests">Requests sent, including retries and writes.</param>
/// <param name="BytesFetched">Bytes of files received, including discarded ones.</param>
/// <param name="BytesSent">Bytes of files written.</param>
/// <param name="Retries">Requests sent because an earlier attempt failed.</param>
/// <param name="CacheHits">Files read from the cache.</param>
/// <param name="CacheMisses">Files fetched into the cache.</param>
public readonly record struct StoreStatistics(long Requests, long BytesFetched, long BytesSent, long Retries, long CacheHits,
    long CacheMisses)
{
    /// <summary>Returns the sums of the requests and bytes of two stores.</summary>
    internal StoreStatistics Plus(StoreStatistics other) => new(Requests + other.Requests, BytesFetched + other.BytesFetched,
        BytesSent + other.BytesSent, Retries + other.Retries, CacheHits + other.CacheHits, CacheMisses + other.CacheMisses);
}
