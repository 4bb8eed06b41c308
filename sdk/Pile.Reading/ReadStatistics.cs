namespace Pile.Reading;

/// <summary>Statistics of the reads of a dataset's shards.</summary>
/// <param name="Reads">The number of reads: system calls for a local dataset, requests for a remote one.</param>
/// <param name="BytesRead">The bytes read, including gaps that were read along.</param>
/// <param name="BytesUsed">The bytes used for rows.</param>
public readonly record struct ReadStatistics(long Reads, long BytesRead, long BytesUsed);
