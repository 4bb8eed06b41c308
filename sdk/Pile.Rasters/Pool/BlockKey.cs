namespace Pile.Rasters;

/// <summary>Identifies a block in a pool.</summary>
/// <param name="File">The number of the file in the pool.</param>
/// <param name="Level">The level; the complement of the number for a mask's level.</param>
/// <param name="Block">The number of the block in its level.</param>
internal readonly record struct BlockKey(int File, int Level, int Block);
