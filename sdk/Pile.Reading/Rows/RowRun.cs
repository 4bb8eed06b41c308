namespace Pile.Reading;

/// <summary>Consecutive rows of one shard.</summary>
/// <param name="FirstRow">The first row.</param>
/// <param name="Source">The shard.</param>
/// <param name="StartBytes">The offset of the first byte.</param>
/// <param name="EndBytes">The offset after the last byte.</param>
internal readonly record struct RowRun(int FirstRow, int Source, long StartBytes, long EndBytes);
