namespace Pile.Reading;

/// <summary>What was read of a dataset's shards.</summary>
/// <param name="Reads">How often: system calls on a disk, requests elsewhere.</param>
/// <param name="BytesRead">Bytes, with what was read along.</param>
/// <param name="BytesUsed">Bytes that rows were made of.</param>
public readonly record struct ReadStatistics(long Reads, long BytesRead, long BytesUsed);
