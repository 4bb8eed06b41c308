namespace Pile.Rasters;

/// <summary>A block that a window needs.</summary>
/// <param name="Source">The number of the file in the batch.</param>
/// <param name="OffsetBytes">The offset of the block in the file.</param>
/// <param name="Level">The level; the complement of the number for the mask of a level.</param>
/// <param name="Block">The number of the block in its level.</param>
/// <param name="Window">The number of the window in the batch.</param>
/// <param name="Slot">The position of the block's band in the request; -1 if the block has all bands.</param>
internal readonly record struct BlockUse(int Source, long OffsetBytes, int Level, int Block, int Window, int Slot)
{
    /// <summary>Returns true if both uses are of one block.</summary>
    internal bool IsSameBlock(in BlockUse other) => Source == other.Source && Level == other.Level && Block == other.Block;
}
