namespace Pile.Writing;

/// <summary>The progress of a build.</summary>
/// <param name="Phase">The current phase: <c>extract</c>, <c>sort</c>, <c>write</c> or <c>commit</c>.</param>
/// <param name="Rows">The number of rows done in this phase.</param>
/// <param name="TotalRows">The number of rows of the phase; null while it is unknown.</param>
/// <param name="Bytes">The number of bytes written in this phase.</param>
public readonly record struct BuildProgress(string Phase, long Rows, long? TotalRows, long Bytes);
