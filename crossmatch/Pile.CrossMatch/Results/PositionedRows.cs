using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>Rows of a match with the positions of their rows in the indexes of both datasets.</summary>
/// <param name="Rows">Rows of the match.</param>
/// <param name="PositionsA">The position of each row of A in the order of its index, from 0; -1 if missing.</param>
/// <param name="PositionsB">The position of each row of B in the order of its index, from 0; -1 if missing.</param>
internal sealed record PositionedRows(RowBatch Rows, ReadOnlyMemory<long> PositionsA, ReadOnlyMemory<long> PositionsB);
