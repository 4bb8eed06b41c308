using Pile.Format;
using Pile.Storage;

namespace Pile.Rasters;

/// <summary>Reads the layout of a TIFF, BigTIFF, GeoTIFF or cloud-optimized GeoTIFF file.</summary>
/// <remarks>The first directory is the image. Later ones are its overviews and masks by NewSubfileType, as GDAL writes them; other pages
/// are ignored.</remarks>
internal static class TiffLayoutReader
{
    private const int MaxDirectories = 1024, ReducedResolution = 1, Mask = 4, MinIsBlack = 1, YCbCr = 6;

    /// <summary>Reads the layout.</summary>
    /// <exception cref="SourceUnreadableException">The file is not a TIFF file, is corrupt, or uses an unsupported codec or
    /// type.</exception>
    internal static ValueTask<RasterLayout> ReadAsync(IRandomAccessFile file, string location, CancellationToken cancellationToken) =>
        ReadAsync(new TiffBytes(file, location), cancellationToken);

    /// <inheritdoc cref="ReadAsync(IRandomAccessFile, string, CancellationToken)"/>
    internal static async ValueTask<RasterLayout> ReadAsync(TiffBytes bytes, CancellationToken cancellationToken)
    {
        (long offset, bool isBig) = await ReadStartAsync(bytes, cancellationToken).ConfigureAwait(false);
        List<RasterLevel> levels = [], masks = [];
        RasterBand[] bands = [];
        TiffGeoreference? place = null;
        HashSet<long> seen = [];
        while (offset is not 0)
        {
            if (!seen.Add(offset) || seen.Count > MaxDirectories)
                throw bytes.Corrupt($"its directories form a loop at offset {offset}, or are more than {MaxDirectories}");
            TiffDirectory directory = await TiffDirectory.ReadAsync(bytes, offset, isBig, cancellationToken).ConfigureAwait(false);
            long kind = await directory.IntegerAsync(TiffTag.NewSubfileType, 0, cancellationToken).ConfigureAwait(false);
            if (levels.Count is 0)
            {
                bands = await ReadBandsAsync(directory, bytes, cancellationToken).ConfigureAwait(false);
                levels.Add(await TiffLevelReader.ReadAsync(directory, bytes, bands.Length, cancellationToken).ConfigureAwait(false));
                place = await TiffGeoreference.ReadAsync(directory, bytes, cancellationToken).ConfigureAwait(false);
            }
            else if ((kind & Mask) is not 0)
            {
                masks.Add(await TiffLevelReader.ReadAsync(directory, bytes, 1, cancellationToken).ConfigureAwait(false));
            }
            else if ((kind & ReducedResolution) is not 0
                && await IsLikeAsync(directory, bytes, bands, cancellationToken).ConfigureAwait(false))
            {
                levels.Add(await TiffLevelReader.ReadAsync(directory, bytes, bands.Length, cancellationToken).ConfigureAwait(false));
            }
            offset = directory.NextOffsetBytes;
        }
        if (levels.Count is 0)
            throw bytes.Corrupt("it has no directory");
        RasterLayout layout = new()
        {
            Driver = TiffDriver.DriverName,
            Bands = bands,
            Crs = place?.Crs,
            CrsCitation = place?.Citation,
            Transform = place?.Transform,
            HasControlPoints = place?.HasControlPoints ?? false,
            IsLittleEndian = bytes.IsLittleEndian,
            Levels = levels,
            MaskLevels = masks,
        };
        layout.Require(bytes.Location);
        return layout;
    }

    private static async ValueTask<(long Offset, bool IsBig)> ReadStartAsync(TiffBytes bytes, CancellationToken cancellationToken)
    {
        if (bytes.LengthBytes < 8)
            throw NotTiff(bytes);
        ReadOnlyMemory<byte> start = await bytes.GetAsync(0, Math.Min(16, bytes.LengthBytes), "the header", cancellationToken)
            .ConfigureAwait(false);
        return Parse(start.Span, bytes);
    }

    private static (long Offset, bool IsBig) Parse(ReadOnlySpan<byte> start, TiffBytes bytes)
    {
        if (HdfDriver.IsHdf4(start))
            throw HdfDriver.Hdf4(bytes.Location);
        if (!start.StartsWith("II"u8) && !start.StartsWith("MM"u8))
            throw NotTiff(bytes);
        bytes.IsLittleEndian = start[0] is (byte)'I';
        ulong version = Number(start.Slice(2, 2));
        if (version is 42)
            return ((long)Number(start.Slice(4, 4)), false);
        if (version is not 43)
            throw NotTiff(bytes);
        if (start.Length < 16 || Number(start.Slice(4, 2)) is not 8 || Number(start.Slice(6, 2)) is not 0)
            throw bytes.Corrupt("its BigTIFF header does not have offsets of 8 bytes");
        return ((long)Math.Min(Number(start.Slice(8, 8)), long.MaxValue), true);

        ulong Number(ReadOnlySpan<byte> digits)
        {
            ulong number = 0;
            for (int i = 0; i < digits.Length; i++)
                number = (number << 8) | digits[bytes.IsLittleEndian ? digits.Length - 1 - i : i];
            return number;
        }
    }

    private static SourceUnreadableException NotTiff(TiffBytes bytes) => new(bytes.Location, "the file is not a TIFF file",
        "Give a GeoTIFF file, or convert the file with gdal_translate");

    private static async ValueTask<RasterBand[]> ReadBandsAsync(TiffDirectory directory, TiffBytes bytes,
        CancellationToken cancellationToken)
    {
        long count = await directory.IntegerAsync(TiffTag.SamplesPerPixel, 1, cancellationToken).ConfigureAwait(false);
        if (count is < 1 or > RasterLayout.MaxBands)
            throw bytes.Corrupt($"it has {count} bands");
        long photometric = await directory.IntegerAsync(TiffTag.Photometric, MinIsBlack, cancellationToken).ConfigureAwait(false);
        if (photometric is YCbCr)
            throw bytes.Unsupported("the photometric interpretation YCbCr");
        DType type = await TiffSampleType.ReadAsync(directory, bytes, (int)count, cancellationToken).ConfigureAwait(false);
        string? nodata = await directory.TextAsync(TiffTag.GdalNodata, cancellationToken).ConfigureAwait(false);
        double? value = nodata is null ? null : TiffGdalMetadata.Nodata(nodata, bytes);
        if (type is DType.Float32 && value is { } wide) // the text is a float64; the pixels have the nearest float32
            value = (float)wide;
        long[] extra = await directory.IntegersAsync(TiffTag.ExtraSamples, count, cancellationToken).ConfigureAwait(false);

        RasterBand[] bands = new RasterBand[count];
        for (int i = 0; i < bands.Length; i++) // the extra samples are the last ones: 1 and 2 are alpha (TIFF 6.0, section 18)
            bands[i] = new RasterBand
            {
                DType = type,
                Nodata = value,
                IsAlpha = i - (bands.Length - extra.Length) is >= 0 and var at && extra[at] is 1 or 2,
            };
        if (await directory.TextAsync(TiffTag.GdalMetadata, cancellationToken).ConfigureAwait(false) is { Length: > 0 } xml)
            TiffGdalMetadata.Apply(xml, bands, bytes);
        return bands;
    }

    private static async ValueTask<bool> IsLikeAsync(TiffDirectory directory, TiffBytes bytes, RasterBand[] bands,
        CancellationToken cancellationToken) =>
        await directory.IntegerAsync(TiffTag.SamplesPerPixel, 1, cancellationToken).ConfigureAwait(false) == bands.Length
        && await TiffSampleType.ReadAsync(directory, bytes, bands.Length, cancellationToken).ConfigureAwait(false) == bands[0].DType;
}
