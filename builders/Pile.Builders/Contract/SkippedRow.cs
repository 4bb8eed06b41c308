namespace Pile.Builders;

/// <summary>A row of a source that gives no row of the dataset; it is listed in <c>skipped.csv</c>.</summary>
/// <param name="Unit">The unit that was read, or null if it was none.</param>
/// <param name="File">The file, as the dataset names it.</param>
/// <param name="Row">The row of the file, from 0; null for the whole file, or an object that is not a row.</param>
/// <param name="Reason">Why it is skipped.</param>
public sealed record SkippedRow(string? Unit, string File, long? Row, string Reason);
