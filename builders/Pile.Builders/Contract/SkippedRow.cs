namespace Pile.Builders;

/// <summary>A row of a source that is not in the dataset; <c>skipped.csv</c> lists it.</summary>
/// <param name="File">The file: its path, or its name in the dataset.</param>
/// <param name="Row">The row of the file, from 0; null for the whole file.</param>
/// <param name="Reason">Why the row is skipped.</param>
internal sealed record SkippedRow(string File, long? Row, string Reason);
