namespace Pile.Reading;

/// <summary>Rows that follow each other in one shard.</summary>
/// <param name="FirstRow">The first of them.</param>
/// <param name="Source">The shard.</param>
/// <param name="StartBytes">Where they begin in it.</param>
/// <param name="EndBytes">Where they end.</param>
internal readonly record struct RowRun(int FirstRow, int Source, long StartBytes, long EndBytes);
