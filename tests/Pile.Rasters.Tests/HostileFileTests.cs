using Pile.Format;
using Pile.TestKit;

namespace Pile.Rasters.Tests;

/// <summary>Files that are wrong on purpose: each is one clear error, found before much is allocated.</summary>
public sealed class HostileFileTests
{
    private static readonly Dictionary<string, (string Finding, Func<byte[]> File)> Cases = new()
    {
        ["empty"] = ("not a TIFF file", () => []),
        ["four bytes"] = ("not a TIFF file", () => [.. "II*\0"u8]),
        ["a PNG file"] = ("not a TIFF file", () => [.. "\u0089PNG\r\n\u001a\n0000000000"u8]),
        ["version 44"] = ("not a TIFF file", () => With(TiffBuilder.Image(16, 16).Build(), 2, 44)),
        ["BigTIFF with offsets of 4 bytes"] = ("offsets of 8 bytes", () => With(TiffBuilder.Image(16, 16, isBig: true).Build(), 4, 4)),
        ["no directory"] = ("no directory", () => With(TiffBuilder.Image(16, 16).Build(), 4, 0)),
        ["a directory outside"] = ("but the file has", () => With(TiffBuilder.Image(16, 16).Build(), 7, 0x7f)),
        ["a directory at the end"] = ("a directory has", () => With(TiffBuilder.Image(16, 16).Build()[..60], 4, 58)),
        ["a directory of no tags"] = ("has 0 tags", () => TiffBuilder.Image(16, 16).Build(count: 0)),
        ["a directory of 60,000 tags"] = ("a directory has", () => TiffBuilder.Image(16, 16).Build(count: 60_000)),
        ["a directory of 2^63 tags"] = ("has 9223372036854775808 tags", () => TiffBuilder.Image(16, 16, isBig: true).Build(1UL << 63)),
        ["a loop of one"] = ("loop", () => Image(image => image.Next = 8).Build()),
        ["a loop of two"] = ("loop", LoopOfTwo),
        ["no width"] = ("0 × 16 pixels", () => Image(image => image.Without(256)).Build()),
        ["a width of 2^32 - 1"] = ("4294967295 × 16 pixels", () => Image(image => image.Set(256, uint.MaxValue)).Build()),
        ["a width of 2^63"] = ("9223372036854775808", () => TiffBuilder.Image(1UL << 63, 16, isBig: true).Build()),
        ["a tile of 0"] = ("blocks of 0 × 0", () => TiffBuilder.Image(16, 16, 0).Build()),
        ["2^40 tiles"] = ("1099511627776 blocks", () => TiffBuilder.Image(1 << 24, 1 << 24, isBig: true).Build()),
        ["2^40 tiles and as many offsets"] = ("the file has", () => TiffBuilder.Image(1 << 24, 1 << 24, isBig: true)
            .Set(324, 16, 1UL << 40, Far).Set(325, 16, 1UL << 40, Far).Build()),
        ["2^28 tiles and as many offsets"] = ("the file has", () => TiffBuilder.Image(1 << 18, 1 << 18, isBig: true)
            .Set(324, 16, 1UL << 28, Far).Set(325, 16, 1UL << 28, Far).Build()),
        ["fewer sizes than tiles"] = ("1 offsets and 1 sizes", () => TiffBuilder.Image(32, 16).Build()),
        ["more sizes than tiles"] = ("1 offsets and 2 sizes", () => Image(image => image.Set(325, 4, 2, new byte[8])).Build()),
        ["no sizes"] = ("StripByteCounts", () => NoSizes()),
        ["offsets of float64"] = ("has the type Double", () => Image(image => image.Doubles(324, 9)).Build()),
        ["a tag of no value"] = ("has no value", () => Image(image => image.Set(256, 4, 0, new byte[4])).Build()),
        ["0 bands"] = ("0 bands", () => Image(image => image.Set(277, 0)).Build()),
        ["2^31 bands"] = ("2147483648 bands", () => Image(image => image.Set(277, 1u << 31)).Build()),
        ["rows of 128 TB"] = ("rows of", () => TiffBuilder.Image(1 << 30, 1, 1 << 30).Set(277, 65535).Build()),
        ["an element of 16-bit floats"] = ($"floating point of 16 bits is not supported. {Convert} -co NBITS=32",
            () => Image(image => image.Set(258, 16).Set(339, 3)).Build()),
        ["a complex element"] = ($"complex floating point of 64 bits is not supported. {Convert} -ot Float32",
            () => Image(image => image.Set(258, 64).Set(339, 6)).Build()),
        ["an element of 64-bit integers"] = ($"signed integer of 64 bits is not supported. {Convert} -ot Int32",
            () => Image(image => image.Set(258, 64).Set(339, 2)).Build()),
        ["an element of 12 bits"] = ($"unsigned integer of 12 bits is not supported. {Convert} -co NBITS=16",
            () => Image(image => image.Set(258, 12)).Build()),
        ["bands of different types"] = ("different types", () => Image(image => image.Set(277, 2).Shorts(258, 8, 16)).Build()),
        ["JPEG"] = ("JPEG (7)", () => Image(image => image.Set(259, 7)).Build()),
        ["old JPEG"] = ("JPEG (old style, 6)", () => Image(image => image.Set(259, 6)).Build()),
        ["CCITT"] = ("CCITT (4)", () => Image(image => image.Set(259, 4)).Build()),
        ["LERC"] = ("LERC (34887)", () => Image(image => image.Set(259, 34887)).Build()),
        ["WebP"] = ("WebP (50001)", () => Image(image => image.Set(259, 50001)).Build()),
        ["LZMA"] = ("LZMA (34925)", () => Image(image => image.Set(259, 34925)).Build()),
        ["an unknown codec"] = ("the compression 12345", () => Image(image => image.Set(259, 12345)).Build()),
        ["predictor 9"] = ("the predictor 9", () => Image(image => image.Set(317, 9)).Build()),
        ["predictor 3 of integers"] = ("floating-point predictor for uint8", () => Image(image => image.Set(317, 3)).Build()),
        ["YCbCr"] = ("YCbCr", () => Image(image => image.Set(262, 6)).Build()),
        ["reversed bits"] = ("FillOrder", () => Image(image => image.Set(266, 2)).Build()),
        ["nodata of text"] = ("is not a number", () => Image(image => image.Text(42113, "none")).Build()),
        ["metadata that is no XML"] = ("not valid XML", () => Image(image => image.Text(42112, "<GDALMetadata><Item")).Build()),
        ["metadata with entities"] = ("not valid XML", () => Image(image => image.Text(42112,
            "<!DOCTYPE a [<!ENTITY b \"bbbbbbbbbb\">]><GDALMetadata>&b;</GDALMetadata>")).Build()),
        ["a scale of text"] = ("is not a number", () => Image(image => image.Text(42112,
            "<GDALMetadata><Item name=\"SCALE\" sample=\"0\" role=\"scale\">x</Item></GDALMetadata>")).Build()),
        ["a transform of zeros"] = ("cannot be inverted", () => Image(image => image.Doubles(34264, new double[16])).Build()),
        ["a transform of NaN"] = ("cannot be inverted", () => Image(image => image.Doubles(33550, double.NaN, 1, 0)
            .Doubles(33922, 0, 0, 0, 0, 0, 0)).Build()),
    };

    private static readonly Dictionary<string, (string Finding, Func<byte[]> File)> CorruptBlocks = new()
    {
        ["offset outside"] = ("outside the file", () => Image(image => image.Set(324, 4, 1, [0, 0, 0, 0x7f])).Build()),
        ["offset in the header"] = ("outside the file", () => Image(image => image.Set(324, 4, 1, [0, 0, 0, 0]).Set(324, 3, 1, [0, 0]))
            .Build() is var file ? WithTag(file, 324, 0) : []),
        ["size outside"] = ("outside the file", () => Image(image => image.Set(325, 4, 1, [0, 0, 0, 0x10])).Build()),
        ["size of 2 GB"] = ("outside the file", () => Image(image => image.Set(325, 4, 1, [0, 0, 0, 0x7f])).Build()),
        ["truncated"] = ("outside the file", () => TiffBuilder.Image(16, 16).Build()[..^3]),
        ["not zlib"] = ("not a valid zlib stream", () => TiffBuilder.Image(16, 16, block: new byte[64]).Build()),
        ["short zlib"] = ("ends before", () => TiffBuilder.Image(16, 16, block: TiffBuilder.Deflated(new byte[200])).Build()),
        ["not LZW"] = ("not valid LZW", () => TiffBuilder.Image(16, 16, codec: 5, block: [.. Enumerable.Repeat((byte)0xff, 64)]).Build()),
        ["LZW of the other bit order"] = ("least significant bit first", () => TiffBuilder.Image(16, 16, codec: 5, block:
            [0, 1, .. new byte[64]]).Build()),
        ["short PackBits"] = ("PackBits data end", () => TiffBuilder.Image(16, 16, codec: 32773, block: [0x81, 1, 0xff, 2]).Build()),
        ["not zstd"] = ("not valid zstd", () => TiffBuilder.Image(16, 16, codec: 50000, block: new byte[64]).Build()),
        ["short uncompressed"] = ("200 bytes; expected 256", () => TiffBuilder.Image(16, 16, codec: 1, block: new byte[200]).Build()),
        ["a bomb of 3,000,000 to 1"] = ("cannot have", () => TiffBuilder.Image(16, 16, 30_000, block: TiffBuilder.Deflated(new byte[256]))
            .Build()),
        ["a block of 1 GB"] = ("memory limit", () => TiffBuilder.Image(30_000, 30_000, 30_000, block: new byte[1_000_000]).Build()),
        ["a tile of 4 GB"] = ("exceed", () => TiffBuilder.Image(65_000, 65_000, 65_000, block: new byte[5_000_000]).Build()),
    };

    private const string Convert = "Convert the file with gdal_translate, for example with";

    private static byte[] Far => [.. Enumerable.Repeat((byte)0x01, 16)];

    public static TheoryData<string> CaseNames() => [.. Cases.Keys];

    public static TheoryData<string> BlockNames() => [.. CorruptBlocks.Keys];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public async Task A_corrupt_or_unsupported_header_is_one_error(string name)
    {
        (string finding, Func<byte[]> file) = Cases[name];
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["x.tif"], file());
        using RasterPool pool = new(8 << 20);
        PileException error = await Assert.ThrowsAsync<SourceUnreadableException>(() => RasterComparison.OpenAsync(folder["x.tif"], pool));
        Assert.Contains(finding, error.Message, StringComparison.Ordinal);
        Assert.Contains("x.tif", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(BlockNames))]
    public async Task A_corrupt_block_is_one_error_when_it_is_read(string name)
    {
        (string finding, Func<byte[]> file) = CorruptBlocks[name];
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["x.tif"], file());
        using RasterPool pool = new(8 << 20);
        IRasterSource source = await RasterComparison.OpenAsync(folder["x.tif"], pool);
        int width = Math.Min(source.Layout.Width, 16), last = source.Layout.Height - 1;
        PileException error = await Assert.ThrowsAnyAsync<PileException>(async () => await source.ReadAsync(
            new RasterRequest(0, new[] { 0 }, 0, last, width, 1), new byte[width], TestContext.Current.CancellationToken));
        Assert.Contains(finding, error.Message, StringComparison.Ordinal);
        Assert.Contains("x.tif", error.Message, StringComparison.Ordinal);
        Assert.InRange(pool.Blocks.UsedBytes, 0, 8 << 20);
    }

    [Fact]
    public async Task Other_blocks_of_a_file_with_a_corrupt_block_stay_readable()
    {
        TiffBuilder image = TiffBuilder.Image(32, 16);
        image.Blocks.Add(new byte[99]);
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["x.tif"], image.Build());
        using RasterPool pool = new();
        IRasterSource source = await RasterComparison.OpenAsync(folder["x.tif"], pool);
        byte[] pixels = [.. Enumerable.Repeat((byte)9, 256)];
        await source.ReadAsync(new RasterRequest(0, new[] { 0 }, 0, 0, 16, 16), pixels, TestContext.Current.CancellationToken);
        Assert.Equal(-1, pixels.AsSpan().IndexOfAnyExcept((byte)0));
        PileException error = await Assert.ThrowsAsync<SourceUnreadableException>(async () => await source.ReadAsync(
            new RasterRequest(0, new[] { 0 }, 0, 0, 32, 16), new byte[512], TestContext.Current.CancellationToken));
        Assert.Contains("block 1 of level 0 (column 1, row 0; Deflate)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_before_the_corruption_of_a_block_stay_readable_in_any_order_of_reads()
    {
        byte[] raw = new byte[256 * 256];
        Random random = new(1);
        for (int i = 0; i < raw.Length; i++)
            raw[i] = (byte)random.Next(16);
        byte[] block = TiffBuilder.Deflated(raw);
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["x.tif"], TiffBuilder.Image(256, 256, 256, block: block[..(block.Length / 2)]).Build());
        using RasterPool pool = new();
        IRasterSource source = await RasterComparison.OpenAsync(folder["x.tif"], pool);
        byte[] row = new byte[256];
        foreach (int y in new[] { 3, 50, 20, 90 })
        {
            await source.ReadAsync(new RasterRequest(0, new[] { 0 }, 0, y, 256, 1), row, TestContext.Current.CancellationToken);
            Assert.True(row.AsSpan().SequenceEqual(raw.AsSpan(y * 256, 256)));
        }
        await Assert.ThrowsAsync<SourceUnreadableException>(async () => await source.ReadAsync(
            new RasterRequest(0, new[] { 0 }, 0, 200, 256, 1), row, TestContext.Current.CancellationToken));
    }

    private static TiffBuilder Image(Action<TiffBuilder> change)
    {
        TiffBuilder image = TiffBuilder.Image(16, 16);
        change(image);
        return image;
    }

    private static byte[] With(byte[] file, int offset, byte value)
    {
        file[offset] = value;
        return file;
    }

    /// <summary>Changes the inline value of a tag of a written file.</summary>
    private static byte[] WithTag(byte[] file, ushort tag, byte value)
    {
        for (int at = 10; at < file.Length - 12; at += 12)
            if (BitConverter.ToUInt16(file, at) == tag)
                return With(With(With(With(file, at + 8, value), at + 9, 0), at + 10, 0), at + 11, 0);
        throw new InvalidOperationException($"There is no tag {tag}.");
    }

    /// <summary>The first directory, then a copy of it that refers to the first.</summary>
    private static byte[] LoopOfTwo()
    {
        byte[] first = Image(image => image.Next = 1).Build();
        int directoryBytes = 2 + (first[8] * 12) + 4;
        byte[] second = first.AsSpan(8, directoryBytes).ToArray();
        BitConverter.TryWriteBytes(second.AsSpan(directoryBytes - 4), 8u);
        BitConverter.TryWriteBytes(first.AsSpan(8 + directoryBytes - 4), (uint)first.Length);
        return [.. first, .. second];
    }

    /// <summary>A deflated image without sizes: the tag of the sizes is renamed.</summary>
    private static byte[] NoSizes()
    {
        byte[] file = TiffBuilder.Image(16, 16).Build();
        for (int at = 10; at < file.Length - 12; at += 12)
            if (BitConverter.ToUInt16(file, at) is 325)
                BitConverter.TryWriteBytes(file.AsSpan(at), (ushort)60_000);
        return file;
    }
}
