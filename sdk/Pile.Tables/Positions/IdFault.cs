namespace Pile.Tables;

/// <summary>An id that does not identify its row.</summary>
/// <param name="Row">The row, from 0.</param>
/// <param name="Value">The id, which an earlier row has too; null if the row has no id.</param>
internal readonly record struct IdFault(long Row, string? Value);
