namespace Pile.Rasters;

/// <summary>The part of a block that is inside a window, in pixels of the level.</summary>
/// <param name="Left">The first column.</param>
/// <param name="Top">The first row.</param>
/// <param name="Width">The number of columns.</param>
/// <param name="Height">The number of rows.</param>
/// <param name="BlockLeft">The first column of the block.</param>
/// <param name="BlockTop">The row of the level at which the block would begin if it had the bands below each other and this one were in its
/// place.</param>
internal readonly record struct BlockPart(int Left, int Top, int Width, int Height, int BlockLeft, int BlockTop)
{
    /// <summary>The first row within the block.</summary>
    internal int FirstRow => Top - BlockTop;

    /// <summary>The row after the last one within the block.</summary>
    internal int EndRow => FirstRow + Height;

    /// <summary>Intersects a block with a window.</summary>
    /// <param name="level">The level of the block.</param>
    /// <param name="block">The number of the block.</param>
    /// <param name="request">The window.</param>
    /// <param name="slot">The position of the band in the request; -1 if the block has all bands.</param>
    internal static BlockPart Of(RasterLevel level, int block, in RasterRequest request, int slot)
    {
        int place = block % (level.BlocksAcross * level.BlocksDown);
        (int blockRow, int blockColumn) = Math.DivRem(place, level.BlocksAcross);
        (int blockLeft, int blockTop) = (blockColumn * level.BlockWidth, blockRow * level.BlockHeight);
        (int left, int top) = (Math.Max(blockLeft, request.Column), Math.Max(blockTop, request.Row));
        int right = (int)Math.Min((long)blockLeft + level.BlockWidth, request.Column + request.Width);
        int bottom = (int)Math.Min((long)blockTop + level.BlockHeight, request.Row + request.Height);
        int above = slot < 0 ? 0 : request.Bands.Span[slot] % level.BlockBands * level.BlockHeight;
        return new BlockPart(left, top, right - left, bottom - top, blockLeft, blockTop - above);
    }
}
