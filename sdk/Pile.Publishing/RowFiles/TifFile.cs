using System.Globalization;
using System.Security;
using System.Text;
using Pile.Codecs;
using Pile.Format;
using Pile.Proj;

namespace Pile.Publishing;

/// <summary>A GeoTIFF file of a chip: one compressed strip for each band, coordinate reference system, transform, nodata, scale and
/// offset.</summary>
/// <remarks>Layout: TIFF 6.0; georeference: OGC 19-008r4 (GeoTIFF 1.1), with the outer corner of the first pixel as tie point; nodata,
/// names, scales and offsets of bands as GDAL writes them (tags 42112 and 42113). If the bands differ in nodata, their numbers are in
/// <c>.aux.xml</c>. Several times are further bands. Pixels that are not valid in a band are hidden by an internal mask of all
/// bands.</remarks>
internal sealed class TifFile : RowFile
{
    private const ushort Subfile = 254, Width = 256, Height = 257, BitsPerSample = 258, Compression = 259, Photometric = 262,
        StripOffsets = 273, SamplesPerPixel = 277, RowsPerStrip = 278, StripByteCounts = 279, PlanarConfiguration = 284,
        ExtraSamples = 338, SampleFormat = 339, PixelScale = 33550, TiePoint = 33922, Transformation = 34264,
        GeoKeys = 34735, GdalMetadata = 42112, GdalNodata = 42113;

    private const ushort Deflate = 8, BlackIsZero = 1, Separate = 2, Unspecified = 0, TransparencyMask = 4;
    private const int MaxCode = ushort.MaxValue, MaxBands = ushort.MaxValue;

    private readonly string dataset, bands, nodata, scale, offset, valid;

    private TifFile(Manifest manifest, ColumnSchema schema, string group) : base(schema)
    {
        dataset = manifest.Name;
        bands = $"{group}_band";
        nodata = $"{group}_nodata";
        scale = $"{group}_scale";
        offset = $"{group}_offset";
        valid = $"{group}_valid";
        Companions = [.. ((string[])[bands, nodata, scale, offset, valid, "crs", "transform", "chip_size"])
            .Where(c => manifest.Column(c) is not null)];
    }

    internal override string Ending => "tif";

    internal override IEnumerable<string> Companions { get; }

    /// <exception cref="ArgumentException">The column has no pixels of chips, or the dataset has no transforms.</exception>
    internal static TifFile Of(Manifest manifest, ColumnSchema column)
    {
        Modality modality = Modality.Get(manifest.Modality, manifest.Partition);
        if (manifest.Modality != Modality.OfChips || column.DType is DType.String or DType.Bool
            || modality.Find(column.Name) is not { Dims: ["time", "band", "y", "x"] })
            throw new ArgumentException($"Column '{column.Name}' is not one of chips; GeoTIFF files are written of chips only.",
                nameof(column));
        foreach (string name in (string[])["crs", "transform", "chip_size"])
            if (manifest.Column(name) is null)
                throw new ArgumentException($"'{manifest.Name}' has no column '{name}', which GeoTIFF files need.", nameof(manifest));
        return new TifFile(manifest, column, modality.GroupOf(column.Name));
    }

    internal override void Check(RowBatch batch, int row) =>
        _ = (GeoKeysOf(batch, row), TransformOf(batch, row), MaskOf(batch, row, batch[Schema.Name].ShapeOf(row)));

    internal override void Write(string path, RowBatch batch, int row)
    {
        ColumnData pixels = batch[Schema.Name];
        ReadOnlySpan<int> shape = pixels.ShapeOf(row);
        int count = checked(shape[0] * shape[1]), planeBytes = checked(shape[2] * shape[3] * Schema.DType.ElementBytes());
        if (count is 0 or > MaxBands || planeBytes == 0)
            throw new DatasetInvalidException(dataset, $"a chip of {IdOf(batch, row)} has {count} bands of {shape[3]} × {shape[2]} pixels, "
                + "which a GeoTIFF file cannot hold", "Run 'pile validate' for all findings");
        ZlibCompressor compressor = new();
        byte[][] strips = new byte[count][];
        byte[] buffer = new byte[ZlibCompressor.MaxCompressedBytes(planeBytes)];
        for (int i = 0; i < count; i++)
            strips[i] = buffer[..compressor.Compress(pixels.RowBytes(row).Slice(i * planeBytes, planeBytes), buffer)];

        TifTags tags = new();
        tags.Longs(Width, (uint)shape[3]);
        tags.Longs(Height, (uint)shape[2]);
        tags.Shorts(BitsPerSample, Same((ushort)(8 * Schema.DType.ElementBytes()), count));
        tags.Shorts(Compression, Deflate);
        tags.Shorts(Photometric, BlackIsZero);
        tags.Shorts(SamplesPerPixel, (ushort)count);
        tags.Longs(RowsPerStrip, (uint)shape[2]);
        tags.Longs(StripByteCounts, Array.ConvertAll(strips, s => (uint)s.Length));
        tags.Longs(StripOffsets, new uint[count]); // set when the size of the tags is known
        tags.Shorts(PlanarConfiguration, Separate);
        if (count > 1)
            tags.Shorts(ExtraSamples, Same(Unspecified, count - 1));
        tags.Shorts(SampleFormat, Same((ushort)(Schema.DType.IsInteger() ? Schema.DType.ToString().StartsWith('U') ? 1 : 2 : 3), count));
        AddTransform(tags, TransformOf(batch, row));
        tags.Shorts(GeoKeys, GeoKeysOf(batch, row));
        tags.Text(GdalMetadata, MetadataOf(batch, row, shape[0], shape[1]));
        if (DifferentNodata(batch, row) is [var number] && !double.IsNaN(number))
            tags.Text(GdalNodata, TextOf(number));
        byte[]? mask = null;
        if (MaskOf(batch, row, shape) is { } bits)
        {
            buffer = new byte[ZlibCompressor.MaxCompressedBytes(bits.Length)];
            mask = buffer[..compressor.Compress(bits, buffer)];
        }
        TifTags[] directories = mask is null ? [tags] : [tags, MaskTags(shape, mask.Length)];
        uint[] offsets = new uint[count];
        long next = TifTags.HeaderBytes + directories.Sum(d => d.Bytes);
        for (int i = 0; i < count; i++, next += strips[i - 1].Length)
            offsets[i] = checked((uint)next);
        tags.Longs(StripOffsets, offsets);
        if (mask is not null)
            directories[1].Longs(StripOffsets, checked((uint)next));
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write);
        file.Write(TifTags.ToArray(directories));
        foreach (byte[] strip in strips)
            file.Write(strip);
        file.Write(mask);
    }

    // One bit for each pixel, 1 if it is valid; null if all are. A mask is for all bands, and several times are further bands.
    private byte[]? MaskOf(RowBatch batch, int row, ReadOnlySpan<int> shape)
    {
        if (batch.Find(valid) is not { } column || column.IsNullAt(row) || column.RowBytes(row) is var pixels && !pixels.Contains((byte)0))
            return null;
        if (shape[0] != 1 || pixels.Length != shape[2] * shape[3])
            throw new DatasetInvalidException(dataset, $"'{valid}' of {IdOf(batch, row)} differs from time to time or has another shape "
                + "than the pixels, so that a GeoTIFF file cannot have it as its mask", "Export it as npz");
        int rowBytes = (shape[3] + 7) / 8;
        byte[] bits = new byte[shape[2] * rowBytes];
        for (int i = 0; i < pixels.Length; i++)
            if (pixels[i] != 0)
                bits[(i / shape[3] * rowBytes) + (i % shape[3] / 8)] |= (byte)(0x80 >> (i % shape[3] % 8));
        return bits;
    }

    private static TifTags MaskTags(ReadOnlySpan<int> shape, int bytes)
    {
        TifTags tags = new();
        tags.Longs(Subfile, TransparencyMask);
        tags.Longs(Width, (uint)shape[3]);
        tags.Longs(Height, (uint)shape[2]);
        tags.Shorts(BitsPerSample, 1);
        tags.Shorts(Compression, Deflate);
        tags.Shorts(Photometric, TransparencyMask);
        tags.Longs(StripOffsets, 0); // set when the size of all tags is known
        tags.Shorts(SamplesPerPixel, 1);
        tags.Longs(RowsPerStrip, (uint)shape[2]);
        tags.Longs(StripByteCounts, (uint)bytes);
        tags.Shorts(PlanarConfiguration, 1);
        return tags;
    }

    // The transform is that of the finest pixels of the chip.
    private double[] TransformOf(RowBatch batch, int row)
    {
        ReadOnlySpan<double> finest = ((ColumnData<double>)batch["transform"]).Row(row);
        double size = ((ColumnData<int>)batch["chip_size"]).Row(row)[0], factor = size / batch[Schema.Name].ShapeOf(row)[3];
        return finest.Length == 6 && !batch["transform"].IsNullAt(row) && factor > 0
            && (finest[0] * finest[4]) - (finest[1] * finest[3]) != 0
            && !finest.ContainsAny(double.NaN, double.PositiveInfinity, double.NegativeInfinity)
            ? [finest[0] * factor, finest[1] * factor, finest[2], finest[3] * factor, finest[4] * factor, finest[5]]
            : throw new DatasetInvalidException(dataset, $"the transform of {IdOf(batch, row)} is not valid",
                "Run 'pile validate' for all findings");
    }

    private static void AddTransform(TifTags tags, double[] t)
    {
        if (t is [> 0, 0, _, 0, < 0, _])
        {
            tags.Doubles(PixelScale, t[0], -t[4], 0);
            tags.Doubles(TiePoint, 0, 0, 0, t[2], t[5], 0);
        }
        else
            tags.Doubles(Transformation, t[0], t[1], 0, t[2], t[3], t[4], 0, t[5], 0, 0, 0, 0, 0, 0, 0, 1);
    }

    // Key, 0 (the value is in the entry), 1 value, value; in ascending order of the keys.
    private ushort[] GeoKeysOf(RowBatch batch, int row)
    {
        string stored = batch["crs"].IsNullAt(row) ? "" : ((TextColumnData)batch["crs"]).Text(row);
        if (!stored.StartsWith("EPSG:", StringComparison.Ordinal)
            || !int.TryParse(stored.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int code) || code is 0 or > MaxCode)
            throw new DatasetInvalidException(dataset, $"the coordinate reference system of {IdOf(batch, row)} has no EPSG code, and "
                + $"GeoTIFF files are written with EPSG codes alone: '{(stored.Length > 100 ? stored[..100] + "…" : stored)}'",
                "Write the pixels with 'pile export --format npz' or 'pile read --format npy', or leave out such rows "
                + "(pile read or pile copy --where \"crs LIKE 'EPSG:%'\")");
        bool isGeographic = IsGeographic(stored);
        return [1, 1, 1, 3, 1024, 0, 1, (ushort)(isGeographic ? 2 : 1), 1025, 0, 1, 1, (ushort)(isGeographic ? 2048 : 3072), 0, 1,
            (ushort)code];
    }

    private bool IsGeographic(string code)
    {
        try
        {
            return Crs.Parse(code).IsGeographic;
        }
        catch (CrsInvalidException e)
        {
            throw new DatasetInvalidException(dataset, e.Message, "Run 'pile validate' for all findings", e);
        }
    }

    /// <summary>Returns GDAL's metadata with the nodata number of each band, if they differ: the tag has one for all.</summary>
    /// <remarks>Layout: pamdataset.xsd of GDAL.</remarks>
    internal override string? AuxiliaryText(RowBatch batch, int row)
    {
        if (DifferentNodata(batch, row) is not { Length: > 1 })
            return null;
        ReadOnlySpan<double> numbers = ((ColumnData<double>)batch[nodata]).Row(row);
        int count = batch[Schema.Name].ShapeOf(row) is [var times, var bandCount, ..] ? times * bandCount : 0;
        StringBuilder text = new("<PAMDataset>\n");
        for (int band = 0; band < count; band++)
            if (numbers[band % numbers.Length] is var number && !double.IsNaN(number))
                text.Append(CultureInfo.InvariantCulture,
                    $"  <PAMRasterBand band=\"{band + 1}\"><NoDataValue>{TextOf(number)}</NoDataValue></PAMRasterBand>\n");
        return text.Append("</PAMDataset>\n").ToString();
    }

    // NaN is that of a band without a number, or of one whose number is NaN: pixels that are NaN need no declaration.
    private double[]? DifferentNodata(RowBatch batch, int row) =>
        batch.Find(nodata) is ColumnData<double> numbers && !numbers.IsNullAt(row) ? [.. numbers.Row(row).ToArray().Distinct()] : null;

    private static string TextOf(double nodata) => nodata.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant();

    private string MetadataOf(RowBatch batch, int row, int times, int bandCount)
    {
        TextColumnData? names = batch.Find(bands) as TextColumnData;
        List<string> items = [];
        for (int sample = 0; sample < times * bandCount; sample++)
        {
            (int time, int band) = Math.DivRem(sample, bandCount);
            if (names is not null && !names.IsNullAt(row) && band < names.ElementsOf(row))
                Add("DESCRIPTION", names.Text(row, band) + (times > 1 ? $" {time}" : ""));
            AddNumber("OFFSET", offset, 0);
            AddNumber("SCALE", scale, 1);

            void AddNumber(string name, string column, double missing)
            {
                if (batch.Find(column) is ColumnData<double> numbers && !numbers.IsNullAt(row) && band < numbers.Row(row).Length
                    && numbers.Row(row)[band] is var number && double.IsFinite(number) && number != missing)
                    Add(name, TextOf(number));
            }

            void Add(string name, string text) => items.Add($"<Item name=\"{name}\" sample=\"{sample}\" "
                + $"role=\"{name.ToLowerInvariant()}\">{SecurityElement.Escape(text)}</Item>");
        }
        return $"<GDALMetadata>{string.Concat(items)}</GDALMetadata>";
    }

    private static string IdOf(RowBatch batch, int row) => batch.Find(RowFiles.IdColumn) is TextColumnData text ? $"'{text.Text(row)}'"
        : batch.Find(RowFiles.IdColumn) is ColumnData<long> numbers ? numbers.Row(row)[0].ToString(CultureInfo.InvariantCulture) : "a row";

    private static ushort[] Same(ushort value, int count)
    {
        ushort[] values = new ushort[count];
        Array.Fill(values, value);
        return values;
    }
}
