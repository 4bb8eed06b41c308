using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>Rows of a match with the positions of their rows in the indexes of both datasets.</summary>
/// <param name="Rows">Rows of the match.</param>
/// <param name="PositionsA">The position of each row of A, counted from 0 in the order of its index; -1 if the row of the match has
/// none.</param>
/// <param name="PositionsB">The same of B.</param>
internal sealed record PositionedRows(RowBatch Rows, ReadOnlyMemory<long> PositionsA, ReadOnlyMemory<long> PositionsB);
