namespace Pile.Builders;

/// <summary>A message of a builder, beside its rows: a doubt, or a summary of what it skipped.</summary>
/// <param name="Unit">The unit that was read, or null if it was none.</param>
/// <param name="Message">What, where, and what to do about it.</param>
public sealed record SourceNote(string? Unit, string Message);
