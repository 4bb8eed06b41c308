namespace Pile.CrossMatch;

/// <summary>One stage of a match.</summary>
/// <param name="Name">A description of the stage.</param>
/// <param name="Rows">The number of rows of the stage; null if unknown before the match.</param>
/// <param name="Bytes">The bytes that the stage reads.</param>
/// <param name="MemoryBytes">The bytes that the stage keeps until the match ends, in temporary files above a quarter of the memory limit;
/// null if unknown before the match.</param>
internal sealed record MatchStage(string Name, long? Rows, long Bytes, long? MemoryBytes);
