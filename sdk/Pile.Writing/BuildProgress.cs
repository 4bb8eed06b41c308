namespace Pile.Writing;

/// <summary>How far a build is.</summary>
/// <param name="Phase">What is being done.</param>
/// <param name="Rows">Rows done in this phase.</param>
/// <param name="TotalRows">Rows of the phase; null while nobody knows.</param>
/// <param name="Bytes">Bytes written in this phase.</param>
public readonly record struct BuildProgress(BuildPhase Phase, long Rows, long? TotalRows, long Bytes);
