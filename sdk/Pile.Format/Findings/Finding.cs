namespace Pile.Format;

/// <summary>One thing that a validation noticed.</summary>
/// <param name="Code">What kind of thing; see <see cref="FindingCodes"/>.</param>
/// <param name="Severity">Whether it makes the dataset invalid.</param>
/// <param name="Path">The file, relative to the dataset.</param>
/// <param name="Row">The row within that file, where it is one.</param>
/// <param name="Column">The column, where it is one.</param>
/// <param name="Message">Expected and found.</param>
public sealed record Finding(string Code, FindingSeverity Severity, string Path, long? Row, string? Column, string Message);
