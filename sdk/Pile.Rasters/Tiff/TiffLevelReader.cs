namespace Pile.Rasters;

/// <summary>Reads the grid of blocks of a directory.</summary>
internal static class TiffLevelReader
{
    private const int Contiguous = 1, Separate = 2, MostSignificantFirst = 1;

    /// <summary>Reads a level.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="bytes">The file.</param>
    /// <param name="bands">The expected number of bands.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    /// <exception cref="Format.SourceUnreadableException">The sizes contradict each other, or the codec is not supported.</exception>
    internal static async ValueTask<RasterLevel> ReadAsync(TiffDirectory directory, TiffBytes bytes, int bands,
        CancellationToken cancellationToken)
    {
        long width = await IntegerAsync(TiffTag.ImageWidth, 0).ConfigureAwait(false);
        long height = await IntegerAsync(TiffTag.ImageLength, 0).ConfigureAwait(false);
        bool isTiled = directory.Has(TiffTag.TileWidth) || directory.Has(TiffTag.TileOffsets);
        long blockWidth = isTiled ? await IntegerAsync(TiffTag.TileWidth, 0).ConfigureAwait(false) : width;
        long blockHeight = isTiled ? await IntegerAsync(TiffTag.TileLength, 0).ConfigureAwait(false)
            : Math.Min(await IntegerAsync(TiffTag.RowsPerStrip, uint.MaxValue).ConfigureAwait(false), height);
        if (width is < 1 or > int.MaxValue || height is < 1 or > int.MaxValue || blockWidth is < 1 or > int.MaxValue
            || blockHeight is < 1 or > int.MaxValue)
            throw bytes.Corrupt($"an image has {width} × {height} pixels in blocks of {blockWidth} × {blockHeight}");

        long samples = await IntegerAsync(TiffTag.SamplesPerPixel, 1).ConfigureAwait(false);
        long planes = await IntegerAsync(TiffTag.PlanarConfiguration, Contiguous).ConfigureAwait(false);
        long predictor = await IntegerAsync(TiffTag.Predictor, 1).ConfigureAwait(false);
        RasterCodec codec = Codec(await IntegerAsync(TiffTag.Compression, 1).ConfigureAwait(false), bytes);
        if (samples != bands || planes is not (Contiguous or Separate))
            throw bytes.Corrupt($"an overview or mask has {samples} bands and the planar configuration {planes}; expected {bands} bands");
        if (predictor is < 1 or > 3)
            throw bytes.Unsupported($"the predictor {predictor}");
        if (await IntegerAsync(TiffTag.FillOrder, MostSignificantFirst).ConfigureAwait(false) is not MostSignificantFirst)
            throw bytes.Unsupported("the reversed bit order (FillOrder 2)");
        RasterLevel level = new()
        {
            Width = (int)width,
            Height = (int)height,
            BlockWidth = (int)blockWidth,
            BlockHeight = (int)blockHeight,
            IsTiled = isTiled,
            Interleave = bands is 1 || planes is Separate ? RasterInterleave.Band : RasterInterleave.Pixel,
            Codec = codec,
            // Without compression the tag has no effect in libtiff.
            Predictor = codec is RasterCodec.None or RasterCodec.PackBits ? RasterPredictor.None : (RasterPredictor)predictor,
            BitsPerSample = (int)Math.Min(int.MaxValue, await TiffSampleType.UniformAsync(directory, bytes, TiffTag.BitsPerSample, bands,
                cancellationToken).ConfigureAwait(false)),
        };
        return await WithBlocksAsync(level).ConfigureAwait(false);

        ValueTask<long> IntegerAsync(TiffTag tag, long absent) => directory.IntegerAsync(tag, absent, cancellationToken);

        async ValueTask<RasterLevel> WithBlocksAsync(RasterLevel level)
        {
            // A file with one tile may have the offsets in the tags of strips.
            TiffTag offsetsTag = directory.Has(TiffTag.TileOffsets) ? TiffTag.TileOffsets : TiffTag.StripOffsets;
            TiffTag sizesTag = directory.Has(TiffTag.TileByteCounts) ? TiffTag.TileByteCounts : TiffTag.StripByteCounts;
            long blocks = level.BlockCount(bands);
            if (directory.Count(offsetsTag) != blocks || (directory.Has(sizesTag) && directory.Count(sizesTag) != blocks))
                throw bytes.Corrupt($"it has {directory.Count(offsetsTag)} offsets and {directory.Count(sizesTag)} sizes of blocks for an "
                    + $"image of {blocks} blocks");
            long[] offsets = await directory.IntegersAsync(offsetsTag, blocks, cancellationToken).ConfigureAwait(false);
            long[] sizes = await directory.IntegersAsync(sizesTag, blocks, cancellationToken).ConfigureAwait(false);
            if (sizes.Length is 0)
                sizes = Uncompressed(level);
            return level with { Offsets = offsets, Sizes = sizes };
        }

        long[] Uncompressed(RasterLevel level)
        {
            if (level.Codec is not RasterCodec.None)
                throw bytes.Corrupt($"it has no {TiffTag.StripByteCounts}");
            long[] sizes = new long[level.BlockCount(bands)];
            for (int i = 0; i < sizes.Length; i++)
                sizes[i] = level.RowBytes(bands) * level.StoredRows(i / level.BlocksAcross % level.BlocksDown);
            return sizes;
        }
    }

    private static RasterCodec Codec(long compression, TiffBytes bytes) => compression switch
    {
        1 => RasterCodec.None,
        5 => RasterCodec.Lzw,
        8 or 32946 => RasterCodec.Deflate,
        32773 => RasterCodec.PackBits,
        50000 => RasterCodec.Zstd,
        _ => throw bytes.Unsupported("the compression " + compression switch
        {
            2 or 3 or 4 => $"CCITT ({compression})",
            6 => "JPEG (old style, 6)",
            7 => "JPEG (7)",
            32809 => "ThunderScan (32809)",
            33003 or 33005 or 34712 => $"JPEG 2000 ({compression})",
            34676 or 34677 => $"SGI Log ({compression})",
            34887 => "LERC (34887)",
            34925 => "LZMA (34925)",
            34933 or 34934 => $"PNG or JPEG XR ({compression})",
            50001 => "WebP (50001)",
            50002 or 52546 => $"JPEG XL ({compression})",
            _ => $"{compression}",
        }),
    };
}
