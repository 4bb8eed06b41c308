namespace Pile.Storage;

/// <summary>What a remote store has done so far; of a folder nothing is counted.</summary>
/// <param name="Requests">Requests sent, repeated ones and those of writing included.</param>
/// <param name="BytesFetched">Bytes of files that were received, thrown away ones included.</param>
/// <param name="BytesSent">Bytes of files that were written.</param>
/// <param name="Retries">Requests that were sent because an earlier one had failed.</param>
/// <param name="CacheHits">Whole files that the cache had.</param>
/// <param name="CacheMisses">Whole files that were fetched into the cache.</param>
public readonly record struct StoreStatistics(long Requests, long BytesFetched, long BytesSent, long Retries, long CacheHits,
    long CacheMisses);
