namespace Pile.Publishing;

/// <summary>The result of a copy.</summary>
/// <param name="Files">The number of files written.</param>
/// <param name="Bytes">Their total size in bytes.</param>
/// <param name="Skipped">The number of valid files that were already at the destination.</param>
public sealed record CopySummary(int Files, long Bytes, int Skipped);
