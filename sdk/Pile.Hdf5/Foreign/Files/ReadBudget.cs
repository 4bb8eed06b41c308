namespace Pile.Hdf5;

/// <summary>The bytes that may still be read for structures that do not overlap: at most the length of the file.</summary>
/// <remarks>If structures exceed it, they form a cycle or are used repeatedly. This guarantees that reading a hostile file ends.</remarks>
internal sealed class ReadBudget(long bytes)
{
    private long left = bytes;

    /// <summary>Takes some of the bytes; returns false if fewer are left.</summary>
    internal bool TryTake(long count)
    {
        left -= count;
        return left >= 0;
    }
}
