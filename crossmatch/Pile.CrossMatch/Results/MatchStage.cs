namespace Pile.CrossMatch;

/// <summary>One stage of a match.</summary>
/// <param name="Name">What is done.</param>
/// <param name="Rows">Rows that pass through it; null if only the match tells.</param>
/// <param name="Bytes">Bytes that it reads.</param>
/// <param name="MemoryBytes">Bytes that it keeps until the match ends; beyond a quarter of the memory limit in temporary files. Null if
/// only the match tells.</param>
internal sealed record MatchStage(string Name, long? Rows, long Bytes, long? MemoryBytes);
