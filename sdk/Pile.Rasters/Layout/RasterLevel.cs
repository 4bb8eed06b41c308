using Pile.Codecs;

namespace Pile.Rasters;

/// <summary>A resolution level of a raster or of its mask: its grid of blocks and where each of them is stored.</summary>
internal sealed record RasterLevel
{
    /// <summary>The width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>The height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>The width of a block in pixels; the raster's width for strips.</summary>
    public required int BlockWidth { get; init; }

    /// <summary>The height of a block in rows.</summary>
    public required int BlockHeight { get; init; }

    /// <summary>True for tiles, which are stored with their full size also at the edges; false for strips, of which the last is
    /// cut.</summary>
    public required bool IsTiled { get; init; }

    /// <summary>The order of bands.</summary>
    public required RasterInterleave Interleave { get; init; }

    /// <summary>The compression.</summary>
    public required RasterCodec Codec { get; init; }

    /// <summary>The predictor.</summary>
    public RasterPredictor Predictor { get; init; } = RasterPredictor.None;

    /// <summary>The number of bands of a block, which has one band after the other; 1 for TIFF. Only if interleaved by band; the last
    /// blocks are stored with their full size.</summary>
    public int BlockBands { get; init; } = 1;

    /// <summary>True if the bytes of a block's elements are grouped by significance before compression (HDF5's filter 2).</summary>
    public bool IsShuffled { get; init; }

    /// <summary>True if a Fletcher-32 checksum follows the compressed bytes of each block (HDF5's filter 3).</summary>
    public bool HasFletcher32 { get; init; }

    /// <summary>True if a Fletcher-32 checksum follows the elements of each block before they are shuffled and compressed, as the netCDF
    /// library stores it.</summary>
    public bool HasInnerFletcher32 { get; init; }

    /// <summary>The size of a stored element in bits: that of the dtype; 1 or 8 for a mask.</summary>
    public required int BitsPerSample { get; init; }

    /// <summary>The offset of each block in the file: rows of blocks from the top, each from the left; band after band if interleaved by
    /// band. Null if they were not read.</summary>
    public long[]? Offsets { get; init; }

    /// <summary>The stored size of each block in bytes; 0 for a block that is not stored and has only nodata, or 0.</summary>
    public long[]? Sizes { get; init; }

    /// <summary>The size of the checksum that is decompressed with a block.</summary>
    internal int InnerChecksumBytes => HasInnerFletcher32 ? Fletcher32.Bytes : 0;

    /// <summary>The number of blocks in a row of blocks.</summary>
    internal int BlocksAcross => (int)(((long)Width + BlockWidth - 1) / BlockWidth);

    /// <summary>The number of rows of blocks.</summary>
    internal int BlocksDown => (int)(((long)Height + BlockHeight - 1) / BlockHeight);

    /// <summary>True if blocks are stored as their rows, so that any of them can be read alone.</summary>
    internal bool IsPlain => Codec is RasterCodec.None && !IsShuffled && !HasFletcher32 && !HasInnerFletcher32;

    /// <summary>True if the first rows of a block can be decompressed without the others.</summary>
    internal bool HasPrefixes => !IsShuffled && !HasInnerFletcher32 && Codec is not (RasterCodec.Zstd or RasterCodec.Lzf);

    /// <summary>Returns how many stored bytes of a block probably suffice for its first bytes: blocks are compressed about
    /// evenly.</summary>
    /// <param name="wantedBytes">The number of decompressed bytes wanted.</param>
    /// <param name="rawBytes">The size of the decompressed block, without the padding at its end, which needs hardly any bytes.</param>
    /// <param name="storedBytes">The stored size of the block.</param>
    /// <returns>The size of the block if less does not help.</returns>
    internal long CutBytes(long wantedBytes, long rawBytes, long storedBytes)
    {
        // A stream begins with its codes. Reading less saves nothing if a request costs as much as the bytes.
        const int Margin = 8, CodeBytes = 4096, SmallestCut = 64 << 10;
        if (!HasPrefixes || HasFletcher32 || wantedBytes >= rawBytes)
            return storedBytes;
        long bytes = Math.Max((long)((double)storedBytes * wantedBytes / rawBytes * (Margin + 1) / Margin), CodeBytes);
        return bytes + SmallestCut <= storedBytes ? bytes : storedBytes;
    }

    /// <summary>Returns the number of stored blocks for a number of bands.</summary>
    internal long BlockCount(int bands) => (long)BlocksAcross * BlocksDown
        * (Interleave is RasterInterleave.Band ? ((bands - 1) / BlockBands) + 1 : 1);

    /// <summary>Returns the size of a row of a decoded block in bytes.</summary>
    internal long RowBytes(int bands) =>
        (((long)BlockWidth * (Interleave is RasterInterleave.Pixel ? bands : 1) * BitsPerSample) + 7) / 8;

    /// <summary>Returns the number of rows of a block that have pixels: tiles at the lower edge are padded. Of several bands, all
    /// rows.</summary>
    /// <param name="blockRow">The row of blocks, from 0.</param>
    internal int FilledRows(int blockRow) =>
        BlockBands > 1 ? StoredRows(blockRow) : Math.Min(BlockHeight, Height - (blockRow * BlockHeight));

    /// <summary>Returns the number of rows that a block stores, of all its bands.</summary>
    /// <param name="blockRow">The row of blocks, from 0.</param>
    internal int StoredRows(int blockRow) => IsTiled ? BlockBands * BlockHeight : Math.Min(BlockHeight, Height - (blockRow * BlockHeight));
}
