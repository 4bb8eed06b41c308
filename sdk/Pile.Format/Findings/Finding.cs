namespace Pile.Format;

/// <summary>One finding of a validation.</summary>
/// <param name="Code">The kind of finding, a letter and three digits; SCHEMA.md lists them.</param>
/// <param name="Severity">Whether it makes the dataset invalid.</param>
/// <param name="Path">The file, relative to the dataset.</param>
/// <param name="Row">The row within the file; null if the finding concerns no single row.</param>
/// <param name="Column">The column; null if the finding concerns no single column.</param>
/// <param name="Message">What was expected and what was found.</param>
public sealed record Finding(string Code, FindingSeverity Severity, string Path, long? Row, string? Column, string Message);
