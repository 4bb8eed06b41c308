namespace Pile.Publishing;

/// <summary>What a copy did.</summary>
/// <param name="Files">Files that were written.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Skipped">Files that were there already, and right.</param>
public sealed record CopySummary(int Files, long Bytes, int Skipped);
