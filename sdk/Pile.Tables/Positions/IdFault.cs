namespace Pile.Tables;

/// <summary>A missing or duplicate id.</summary>
/// <param name="Row">The row, from 0.</param>
/// <param name="Value">The id, which an earlier row also has; null if the row has no id.</param>
internal readonly record struct IdFault(long Row, string? Value);
