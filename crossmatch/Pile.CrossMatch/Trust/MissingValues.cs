namespace Pile.CrossMatch;

/// <summary>The numbers of rows of a side that lack a value; null for values that the match does not use.</summary>
/// <param name="Position">Rows without a position.</param>
/// <param name="Motion">Rows without a proper motion, which keep their position.</param>
/// <param name="Epoch">Rows without an epoch, which keep their position.</param>
/// <param name="Error">Rows without an error.</param>
internal sealed record MissingValues(long Position, long? Motion, long? Epoch, long? Error);
