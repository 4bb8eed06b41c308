using System.Buffers.Binary;
using System.Security.Cryptography;
using Pile.Format;
using Pile.Rasters;
using Pile.Review.Tests.Validation;
using Pile.Storage;
using Pile.TestKit;
using Pile.Writing;

namespace Pile.Review.Tests.Conformance;

/// <summary>The valid dataset of chips that are windows of two rasters, which have pixels of 10 m and of 20 m.</summary>
internal static class WindowDataset
{
    internal const string FinePath = "main/fine.tif", CoarsePath = "main/coarse.tif";
    private const int Size = 4;

    // Column and row of each chip in the grid of fine pixels, 12 × 8; the last one exceeds it.
    private static readonly (int Column, int Row)[] Corners = [(0, 0), (4, 4), (8, 0), (10, 6)];

    /// <summary>Builds the dataset with the rasters in it.</summary>
    internal static async Task BuildAsync(string folder, DatasetSpec spec)
    {
        (string Path, byte[] Bytes)[] rasters = [(CoarsePath, Tiff(6, 4, 1000)), (FinePath, Tiff(12, 8, 0))];
        using TemporaryFolder files = new();
        List<ReferencedFile> sources = [];
        foreach ((string path, byte[] bytes) in rasters)
        {
            Directory.CreateDirectory(files["main"]);
            File.WriteAllBytes(files[path], bytes);
            sources.Add(await DescribeAsync(files[""], path, bytes));
        }
        await using (DatasetWriter writer = DatasetWriter.Create(folder, spec, new WriterSettings { Workers = 1 }))
        {
            using (UnitSpill unit = writer.BeginUnit("unit", []))
            {
                unit.Append(Batch([.. sources]));
                unit.Complete();
            }
            await writer.CommitAsync();
        }
        using MutableDataset complete = new(folder);
        foreach ((string path, byte[] bytes) in rasters)
        {
            File.WriteAllBytes(complete[path], bytes);
            complete.RewriteList($"SELECT * FROM (SELECT * FROM tile UNION ALL SELECT '{path}', 'meta', NULL, NULL, {bytes.Length}, "
                + $"'{complete.Sha256(path)}', NULL) ORDER BY kind, path");
        }
        MutableDataset.Copy(complete.Path, folder);
    }

    private static RowBatch Batch(ReferencedFile[] sources)
    {
        Modality chip = Modality.Get("chip", PositionFrame.Wgs84);
        int count = Corners.Length;
        return new RowBatch([
            TextColumnData.From(chip.Column("object_id", DType.String, []), [.. Corners.Select(c => $"scene/{c.Column}/{c.Row}")]),
            new ColumnData<double>(chip.Column("lon", DType.Float64, []), Corners.Select(c => -16 + (1e-4 * c.Column)).ToArray()),
            new ColumnData<double>(chip.Column("lat", DType.Float64, []), Corners.Select(c => 20 - (1e-4 * c.Row)).ToArray()),
            TextColumnData.From(chip.Column("chip_band", DType.String, [2]), [.. Corners.SelectMany(_ => (string[])["red", "swir"])]),
            new ColumnData<double>(chip.Column("chip_nodata", DType.Float64, [2]), Corners.SelectMany(_ => (double[])[0, 0]).ToArray()),
            new ColumnData<int>(chip.Column("chip_x", DType.Int32, []), Corners.Select(c => c.Column / Size).ToArray()),
            new ColumnData<int>(chip.Column("chip_y", DType.Int32, []), Corners.Select(c => c.Row / Size).ToArray()),
            new ColumnData<int>(chip.Column("chip_size", DType.Int32, []), Corners.Select(_ => Size).ToArray()),
            TextColumnData.From(chip.Column("item", DType.String, []), [.. Corners.Select(_ => "scene")]),
            new WindowColumnData(chip.Column("chip_array", DType.UInt16, [1, 2, Size, Size]) with { Storage = ColumnStorage.Window }, count,
                [.. Corners.SelectMany(_ => (int[])[1, 2, Size, Size])])
            {
                BandCount = 2,
                Sources = sources,
                Files = [.. Corners.SelectMany(_ => (int[])[1, 0])],
                Bands = [.. Corners.SelectMany(_ => (int[])[0, 0])],
                Factors = [.. Corners.SelectMany(_ => (int[])[1, 2])],
                Windows = [.. Corners.SelectMany(c => (int[])[c.Column, c.Row, Size, Size])],
            }]);
    }

    private static async Task<ReferencedFile> DescribeAsync(string folder, string path, byte[] bytes)
    {
        using RasterPool pool = new();
        IRasterSource source = await new TiffDriver().OpenAsync(new RasterUnit { Store = new LocalFolder(folder), Path = path }, pool);
        return RasterLayoutJson.AddTo(source.Layout,
            new ReferencedFile(path, bytes.Length) { Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) });
    }

    /// <summary>A TIFF file of one uncompressed band of uint16, in strips of two rows: <c>first</c> + 100 · row + column.</summary>
    private static byte[] Tiff(int width, int height, int first)
    {
        const int RowsPerStrip = 2, Header = 8, EntryBytes = 12;
        const ushort Short = 3, Long = 4;
        int strips = height / RowsPerStrip, stripBytes = RowsPerStrip * width * 2, pixels = width * height * 2;
        int offsets = Header + pixels, sizes = offsets + (4 * strips), directory = sizes + (4 * strips);
        (ushort Tag, ushort Type, int Count, int Value)[] entries =
        [
            (256, Long, 1, width), (257, Long, 1, height), (258, Short, 1, 16), (259, Short, 1, 1), (262, Short, 1, 1),
            (273, Long, strips, offsets), (277, Short, 1, 1), (278, Long, 1, RowsPerStrip), (279, Long, strips, sizes), (339, Short, 1, 1),
        ];
        byte[] file = new byte[directory + 2 + (EntryBytes * entries.Length) + 4];
        "II*\0"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), directory);
        for (int i = 0; i < width * height; i++)
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(Header + (2 * i)), (ushort)(first + (100 * (i / width)) + (i % width)));
        for (int strip = 0; strip < strips; strip++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(offsets + (4 * strip)), Header + (stripBytes * strip));
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(sizes + (4 * strip)), stripBytes);
        }
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(directory), (ushort)entries.Length);
        for (int i = 0; i < entries.Length; i++)
        {
            Span<byte> entry = file.AsSpan(directory + 2 + (EntryBytes * i));
            BinaryPrimitives.WriteUInt16LittleEndian(entry, entries[i].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], entries[i].Type);
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], entries[i].Count);
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], entries[i].Value);
        }
        return file;
    }
}
