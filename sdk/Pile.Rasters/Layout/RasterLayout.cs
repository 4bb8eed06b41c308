using Pile.Earth;
using Pile.Format;

namespace Pile.Rasters;

/// <summary>How a raster file is laid out: what a reader needs to read windows without opening the file's header.</summary>
/// <remarks>A layout may come from a stored table, so it is not trusted: <see cref="Require"/> checks it before it is used.</remarks>
internal sealed record RasterLayout
{
    /// <summary>The largest number of bands.</summary>
    internal const int MaxBands = ushort.MaxValue;

    /// <summary>The largest size of a row of a block, and of the rows of a block that one read decodes, in bytes.</summary>
    internal const int MaxBlockBytes = 1 << 30;

    /// <summary>The name of the driver, for example <c>tiff</c>.</summary>
    public required string Driver { get; init; }

    /// <summary>The layer of a file with several, such as a netCDF variable; null if the file has one.</summary>
    public string? Layer { get; init; }

    /// <summary>The bands; all of them have the same dtype.</summary>
    public required IReadOnlyList<RasterBand> Bands { get; init; }

    /// <summary>The coordinate reference system as an authority code, for example <c>EPSG:32618</c>, or as WKT; null if the file
    /// has none.</summary>
    public string? Crs { get; init; }

    /// <summary>The variable of the file that states the coordinate reference system, for messages; null without one. It is not
    /// stored.</summary>
    public string? CrsVariable { get; init; }

    /// <summary>The file's description of its coordinate reference system; null if it has none.</summary>
    public string? CrsCitation { get; init; }

    /// <summary>The transform of pixels to coordinates from the outer corner of the first pixel; null if the file has none.</summary>
    public Affine? Transform { get; init; }

    /// <summary>True if the file has ground control points in place of a transform.</summary>
    public bool HasControlPoints { get; init; }

    /// <summary>True if multi-byte elements are stored with the least significant byte first.</summary>
    public required bool IsLittleEndian { get; init; }

    /// <summary>The full resolution, then the overviews in the order of the file.</summary>
    public required IReadOnlyList<RasterLevel> Levels { get; init; }

    /// <summary>The internal mask's levels, each of the size of one of <see cref="Levels"/>; empty without a mask.</summary>
    public IReadOnlyList<RasterLevel> MaskLevels { get; init; } = [];

    /// <summary>The grid on which the raster is read; null for its own.</summary>
    public RasterResampling? Resampled { get; init; }

    /// <summary>What of the file's metadata is not used, as sentences for messages. It is not stored.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The layout on the grid on which the raster is read: without blocks, overviews and masks if it is another one.</summary>
    internal RasterLayout AsRead => Resampled is not { } grid ? this : this with
    {
        Transform = grid.Transform,
        MaskLevels = [],
        Levels = [Levels[0] with { Width = grid.Width, Height = grid.Height, Offsets = null, Sizes = null }],
    };

    /// <summary>The width in pixels at full resolution.</summary>
    internal int Width => Levels[0].Width;

    /// <summary>The height in pixels at full resolution.</summary>
    internal int Height => Levels[0].Height;

    /// <summary>The element type of all bands.</summary>
    internal DType DType => Bands[0].DType;

    /// <summary>True if the offsets and sizes of all blocks are known.</summary>
    internal bool HasBlocks => Levels.Concat(MaskLevels).All(level => level is { Offsets: not null, Sizes: not null });

    /// <summary>True if more than the nodata of the bands says which pixels have data: an internal mask, or further numbers. A raster that
    /// is read on another grid does not say whether its file has a mask.</summary>
    internal bool HidesPixels => MaskLevels.Count > 0 || Resampled is not null || Bands.Any(band => band.HasLimits);

    /// <summary>Finds the internal mask of a level by its size.</summary>
    /// <returns>Null if the mask has no level of this size.</returns>
    internal RasterLevel? MaskOf(RasterLevel level) =>
        MaskLevels.FirstOrDefault(mask => mask.Width == level.Width && mask.Height == level.Height);

    /// <summary>Checks that sizes, counts and types agree and are within limits.</summary>
    /// <param name="location">The file, for the message.</param>
    /// <exception cref="SourceUnreadableException">They do not.</exception>
    internal void Require(string location)
    {
        if (Bands.Count is 0 or > MaxBands || Levels.Count is 0)
            throw Invalid($"has {Bands.Count} bands and {Levels.Count} levels; expected 1 to {MaxBands} bands and at least one level");
        if (Bands.Any(band => band.DType != DType) || DType is DType.Bool or DType.String or DType.Int64 or DType.UInt64)
            throw Invalid($"has bands of the dtypes {string.Join(", ", Bands.Select(band => band.DType.Name()).Distinct())}; expected "
                + "one of int8, uint8, int16, uint16, int32, uint32, float32 and float64 for all");
        if (Resampled is { } grid && (Transform is { } own ? grid.ObstacleOf(own) : "it has no transform") is { } obstacle)
            throw Invalid($"cannot be read on another grid: {obstacle}");
        foreach (RasterLevel level in Levels)
            Require(level, Bands.Count, level.BitsPerSample == DType.ElementBytes() * 8);
        foreach (RasterLevel mask in MaskLevels)
            Require(mask, 1, mask.BitsPerSample is 1 or 8 && mask.Predictor is RasterPredictor.None or RasterPredictor.Horizontal);

        void Require(RasterLevel level, int bands, bool hasKnownBits)
        {
            if (level.Width < 1 || level.Height < 1 || level.BlockWidth < 1 || level.BlockHeight < 1)
                throw Invalid($"has a level of {level.Width} × {level.Height} pixels in blocks of {level.BlockWidth} × "
                    + $"{level.BlockHeight}");
            if (level.BlockBands < 1 || (long)level.BlockBands * level.BlockHeight > int.MaxValue
                || (level.BlockBands > 1 && (level.Interleave is not RasterInterleave.Band || !level.IsTiled)))
                throw Invalid($"has blocks of {level.BlockBands} bands with {level.BlockHeight} rows, interleaved by {level.Interleave}");
            if (level.IsShuffled && level.BitsPerSample < 16)
                throw Invalid($"has shuffled elements of {level.BitsPerSample} bits");
            if (!level.IsTiled && level.BlockWidth != level.Width)
                throw Invalid($"has strips of {level.BlockWidth} pixels in a level of {level.Width} pixels");
            if (!hasKnownBits || !Enum.IsDefined(level.Codec) || !Enum.IsDefined(level.Predictor))
                throw Invalid($"has elements of {level.BitsPerSample} bits, codec {level.Codec} and predictor {level.Predictor}, which do "
                    + "not agree with its dtype");
            if (level.Predictor is RasterPredictor.FloatingPoint && !DType.IsFloat())
                throw Invalid($"has the floating-point predictor for {DType.Name()}");
            if (level.Predictor is RasterPredictor.Horizontal && level.BitsPerSample < 8)
                throw Invalid($"has a predictor for elements of {level.BitsPerSample} bits");
            if (level.RowBytes(bands) > MaxBlockBytes)
                throw Invalid($"has blocks with rows of {level.RowBytes(bands)} bytes; at most {MaxBlockBytes} are supported");
            long blocks = level.BlockCount(bands);
            if (blocks > Array.MaxLength)
                throw Invalid($"has {blocks} blocks in a level; at most {Array.MaxLength} are supported");
            if ((level.Offsets is { } offsets && offsets.Length != blocks) || (level.Sizes is { } sizes && sizes.Length != blocks))
                throw Invalid($"lists {level.Offsets?.Length} offsets and {level.Sizes?.Length} sizes for a level of {blocks} blocks");
        }

        SourceUnreadableException Invalid(string finding) => new(location, $"the raster {finding}",
            "The file or its stored layout is corrupt or of an unsupported kind; check the file with gdalinfo");
    }
}
