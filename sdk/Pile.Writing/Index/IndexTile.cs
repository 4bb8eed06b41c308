namespace Pile.Writing.Index;

/// <summary>One tile of the index.</summary>
/// <param name="Order">HEALPix order.</param>
/// <param name="Pixel">Pixel, NESTED.</param>
/// <param name="Rows">Rows in it.</param>
internal readonly record struct IndexTile(int Order, long Pixel, long Rows);
