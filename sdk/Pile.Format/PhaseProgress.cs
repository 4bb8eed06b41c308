namespace Pile.Format;

/// <summary>The progress of a copy, a match or a validation.</summary>
/// <param name="Phase">The current phase. Copies: <c>select</c>, <c>check</c>, <c>copy</c>. Matches: <c>read A</c>, <c>read B</c>,
/// <c>match</c>, <c>select</c>, <c>write</c>. Validations: <c>validate</c>.</param>
/// <param name="Done">The number of rows done, of bytes in the phases <c>check</c> and <c>copy</c>, or of files in the phase
/// <c>validate</c>.</param>
/// <param name="Total">The number of all rows, bytes or files of the phase; null while it is unknown.</param>
public readonly record struct PhaseProgress(string Phase, long Done, long? Total);
