using Pile.Codecs;
using Pile.Format;
using Pile.Hdf5;

namespace Pile.Rasters;

/// <summary>The chunks of a variable as blocks of a raster: a chunk [k, h, w] is a block with k bands.</summary>
internal sealed class HdfBlocks
{
    // 128 MiB of offsets and sizes.
    private const int MostBlocks = 1 << 23;

    private readonly Func<string, string, SourceUnreadableException> invalid;
    private HdfBlocks(RasterLevel level, double fill, DType dtype, Func<string, string, SourceUnreadableException> invalid)
    {
        (Level, this.invalid) = (level, invalid);
        FillValue = level.Sizes!.Contains(0) ? fill : null;
        LibraryFill = fill == DefaultFillOf(dtype) ? fill : null;
    }

    /// <summary>The level.</summary>
    internal RasterLevel Level { get; }

    /// <summary>The number of pixels in chunks that were never written; null if all were written.</summary>
    internal double? FillValue { get; }

    /// <summary>The dataset's fill value, if it is the one that the netCDF library gives to variables without <c>_FillValue</c>.</summary>
    internal double? LibraryFill { get; }

    /// <summary>Lists the blocks.</summary>
    /// <param name="dataset">The variable, of two or three dimensions.</param>
    /// <param name="dtype">Its dtype.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="bands">The length of its first dimension, which may be more than the variable has; 1 for two dimensions.</param>
    /// <param name="invalid">Creates an error from a finding and a remedy.</param>
    /// <exception cref="SourceUnreadableException">The filters or the number of chunks are not supported.</exception>
    /// <exception cref="Hdf5Exception">The index of chunks is corrupt.</exception>
    internal static HdfBlocks Of(ForeignDataset dataset, DType dtype, int width, int height, int bands,
        Func<string, string, SourceUnreadableException> invalid)
    {
        RasterLevel level = Filtered(dataset, new RasterLevel
        {
            Width = width,
            Height = height,
            BlockWidth = width,
            BlockHeight = height,
            IsTiled = false,
            Interleave = RasterInterleave.Band,
            Codec = RasterCodec.None,
            BitsPerSample = dtype.ElementBytes() * 8,
        }, invalid);
        if (dataset.Storage is ForeignStorage.Chunked)
        {
            IReadOnlyList<long> chunk = dataset.ChunkShape;
            if (chunk.Any(length => length > int.MaxValue))
                throw invalid($"has chunks [{string.Join(", ", chunk)}]", "Write it with smaller chunks");
            level = level with
            {
                IsTiled = true,
                BlockWidth = (int)chunk[^1],
                BlockHeight = (int)chunk[^2],
                BlockBands = chunk.Count is 3 ? (int)chunk[0] : 1,
            };
        }
        if (bands > dataset.RowCount && dataset.Shape.Count is 3 && dataset.RowCount % level.BlockBands is not 0 && !dataset.IsFilled)
            throw invalid($"has {dataset.RowCount} of {bands} slices, and a chunk without fill values", "Write all slices");
        if (level.BlockCount(bands) is var count && count > MostBlocks)
            throw invalid($"has {count} chunks; at most {MostBlocks} are supported", "Write it with larger chunks");
        long[] offsets = new long[count], sizes = new long[count];
        if (dataset.Storage is ForeignStorage.Chunked)
            AddChunks(dataset, offsets, sizes, invalid);
        else if (dataset.Layout.Address is not FileBytes.Undefined)
            for (int i = 0; i < count; i++)
            {
                sizes[i] = (long)width * height * dtype.ElementBytes();
                offsets[i] = dataset.File.BaseOffset + dataset.Layout.Address + (i * sizes[i]);
            }
        return new HdfBlocks(level with { Offsets = offsets, Sizes = sizes }, FillOf(dataset, dtype), dtype, invalid);
    }

    /// <summary>Returns the number of pixels without data.</summary>
    /// <param name="declared">The number that the file declares; null if it declares none.</param>
    /// <param name="isUnsigned">True if the stored numbers are unsigned, although their type is signed.</param>
    /// <remarks>Pixels of chunks that were never written have the fill value of the dataset. If the file declares no number, it is taken
    /// for that, unless it is 0, as netCDF does by default.</remarks>
    /// <exception cref="SourceUnreadableException">Pixels that were never written have another value.</exception>
    internal double? NodataOf(double? declared, bool isUnsigned)
    {
        if (FillValue is { } value && value != declared && !(double.IsNaN(value) && declared is double.NaN))
            declared = declared is not null ? throw invalid($"has chunks that were never written and the fill value {value}, but "
                + $"_FillValue is {declared}", "Write all chunks, or give both the same value") : value is 0 ? null : value;
        return declared is < 0 && isUnsigned ? declared + Math.Pow(2, Level.BitsPerSample) : declared;
    }

    private static RasterLevel Filtered(ForeignDataset dataset, RasterLevel level, Func<string, string, SourceUnreadableException> invalid)
    {
        int place = -1;
        foreach (ForeignFilter filter in dataset.Filters)
        {
            int own = filter.Id switch { ForeignFilter.Shuffle => 1, ForeignFilter.Fletcher32 => place < 0 ? 0 : 3, _ => 2 };
            if (own <= place)
                throw invalid($"has the filters {string.Join(", ", dataset.Filters.Select(f => f.Name))} in this order",
                    "Copy it with 'h5repack -f SHUF -f GZIP=4'");
            place = own;
            level = filter.Id switch
            {
                ForeignFilter.Shuffle when filter.Values is [var size, ..] && size == level.BitsPerSample / 8 =>
                    level with { IsShuffled = size > 1 },
                ForeignFilter.Shuffle => throw invalid("has a shuffle filter for elements of another size", "Copy it with h5repack"),
                ForeignFilter.Deflate => level with { Codec = RasterCodec.Deflate },
                ForeignFilter.Lzf => level with { Codec = RasterCodec.Lzf },
                _ when own is 0 && dataset.Filters.Count > 1 => level with { HasInnerFletcher32 = true },
                _ => level with { HasFletcher32 = true },
            };
        }
        return level;
    }

    private static void AddChunks(ForeignDataset dataset, long[] offsets, long[] sizes,
        Func<string, string, SourceUnreadableException> invalid)
    {
        foreach (ForeignPiece piece in dataset.Pieces(0, dataset.RowCount).Span)
        {
            if (piece.SkippedFilters is not 0)
                throw invalid($"has a chunk at byte {piece.Offset} that is stored without some of the filters", "Copy it with h5repack");
            (offsets[piece.Number], sizes[piece.Number]) = (piece.Offset, piece.StoredBytes);
        }
    }

    /// <summary>Returns the fill value of a variable, if it is the one that the netCDF library gives to variables without
    /// <c>_FillValue</c>.</summary>
    internal static double? LibraryFillOf(ForeignDataset dataset) => HdfVariable.DTypeOf(dataset.Type) is { } dtype
        && DefaultFillOf(dtype) is { } fill && FillOf(dataset, dtype) == fill ? fill : null;

    // NC_FILL_SHORT and so on of netcdf.h. Bytes have no fill value that could not be data; 64 bits are not exact here.
    private static double? DefaultFillOf(DType dtype) => dtype switch
    {
        DType.Int16 => short.MinValue + 1,
        DType.UInt16 => ushort.MaxValue,
        DType.Int32 => int.MinValue + 1,
        DType.UInt32 => uint.MaxValue,
        DType.Float32 or DType.Float64 => 9.9692099683868690e+36,
        _ => null,
    };

    private static double FillOf(ForeignDataset dataset, DType dtype)
    {
        byte[] element = new byte[dtype.ElementBytes()];
        dataset.Fill(element);
        if (dataset.Type.IsBigEndian)
            ByteOrder.Reverse(element, element.Length);
        return HdfVariable.ToDoubles(dtype, element)[0];
    }
}
