namespace Pile.Layers;

/// <summary>One setting of a value.</summary>
/// <param name="Field">The field, by its name now.</param>
/// <param name="Value">The value as text; null if it was taken away.</param>
/// <param name="Commit">The commit that set it.</param>
/// <param name="Source">The table that it is from; empty if it is not from a file.</param>
/// <param name="IsCurrent">True for the newest setting of the field.</param>
internal sealed record BlameEntry(string Field, string? Value, LayerCommit Commit, string Source, bool IsCurrent);
