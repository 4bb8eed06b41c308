namespace Pile.Builders.Sources.FitsFrames;

/// <summary>The tiles of a frame along one axis.</summary>
/// <remarks>Neighbours share <paramref name="Overlap"/> pixels. The last tile ends at the border of the frame and shares more, so that all
/// tiles have one size and no tile contains pixels outside of the frame.</remarks>
/// <param name="FrameLength">The pixels of the frame.</param>
/// <param name="Size">The pixels of a tile; a smaller frame is one tile of its own size.</param>
/// <param name="Overlap">The pixels that neighbours share, less than <paramref name="Size"/>.</param>
internal readonly record struct TileAxis(long FrameLength, long Size, int Overlap)
{
    /// <summary>The pixels of each tile.</summary>
    internal long Length => Math.Min(Size, FrameLength);

    /// <summary>The number of tiles.</summary>
    internal long Count => FrameLength <= Size ? 1 : 1 + ((FrameLength - Size + Step - 1) / Step);

    private long Step => Size - Overlap;

    /// <summary>Returns the first pixel of a tile, from 0.</summary>
    internal long Start(long tile) => Math.Min(tile * Step, FrameLength - Length);
}
