namespace Pile.Storage;

/// <summary>Counts the requests and bytes of one store. Thread-safe.</summary>
internal sealed class StoreCounters
{
    private long requests, bytesFetched, bytesSent, retries, cacheHits, cacheMisses;

    internal StoreStatistics Now => new(Interlocked.Read(ref requests), Interlocked.Read(ref bytesFetched), Interlocked.Read(ref bytesSent),
        Interlocked.Read(ref retries), Interlocked.Read(ref cacheHits), Interlocked.Read(ref cacheMisses));

    internal void Request() => Interlocked.Increment(ref requests);

    internal void Fetched(long bytes) => Interlocked.Add(ref bytesFetched, bytes);

    internal void Sent(long bytes) => Interlocked.Add(ref bytesSent, bytes);

    internal void Retry() => Interlocked.Increment(ref retries);

    internal void CacheHit() => Interlocked.Increment(ref cacheHits);

    internal void CacheMiss() => Interlocked.Increment(ref cacheMisses);
}
