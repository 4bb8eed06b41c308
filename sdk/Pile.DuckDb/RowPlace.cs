namespace Pile.DuckDb;

/// <summary>A row of a column, and its place in a chunk.</summary>
/// <param name="Row">The row of the column.</param>
/// <param name="Place">The row of the chunk.</param>
internal readonly record struct RowPlace(int Row, int Place);
