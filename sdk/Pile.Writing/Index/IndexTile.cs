namespace Pile.Writing.Index;

/// <summary>One tile of the index.</summary>
/// <param name="Order">The HEALPix order.</param>
/// <param name="Pixel">The pixel, NESTED.</param>
/// <param name="Rows">The number of rows.</param>
internal readonly record struct IndexTile(int Order, long Pixel, long Rows);
