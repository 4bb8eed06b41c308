namespace Pile.Publishing;

/// <summary>The progress of a copy.</summary>
/// <param name="Phase">The current phase: <c>select</c>, <c>check</c> or <c>copy</c>.</param>
/// <param name="Done">The number of rows done in the phase <c>select</c>, and of bytes in the others.</param>
/// <param name="Total">The number of all rows or bytes of the phase; null while it is unknown.</param>
public readonly record struct CopyProgress(string Phase, long Done, long? Total);
