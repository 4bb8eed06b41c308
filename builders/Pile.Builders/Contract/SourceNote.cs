namespace Pile.Builders;

/// <summary>What a builder has to tell people beside its rows: a doubt, or objects that it left out.</summary>
/// <param name="Unit">The unit it was reading, or null when it was none.</param>
/// <param name="Message">What, where, and what to do about it.</param>
public sealed record SourceNote(string? Unit, string Message)
{
    /// <summary>Objects of the source, or a whole file as one, that give no row for this reason; they count as skipped.</summary>
    public long SkippedRows { get; init; }
}
