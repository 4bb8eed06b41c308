namespace Pile.Rasters;

/// <summary>Orders by file and offset, so that neighbours in a file are read together, and uses of a block follow each other.</summary>
internal readonly struct BlockUseOrder : IComparer<BlockUse>
{
    /// <inheritdoc/>
    public int Compare(BlockUse x, BlockUse y)
    {
        int order = x.Source.CompareTo(y.Source);
        if (order is 0)
            order = x.OffsetBytes.CompareTo(y.OffsetBytes);
        if (order is 0)
            order = x.Level.CompareTo(y.Level);
        if (order is 0)
            order = x.Block.CompareTo(y.Block);
        return order is 0 ? x.Window.CompareTo(y.Window) : order;
    }
}
