using Pile.Format;

namespace Pile;

/// <summary>A batch of pairs of a match with the rows of both sides: row i of each belongs to pair i.</summary>
/// <param name="Pairs">Ids, separations, positions, and carried columns.</param>
/// <param name="A">Rows of A.</param>
/// <param name="B">Rows of B.</param>
public sealed record MatchedBatch(RowBatch Pairs, RowBatch A, RowBatch B);
