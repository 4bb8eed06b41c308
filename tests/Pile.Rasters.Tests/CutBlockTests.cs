using Pile.Format;
using Pile.Storage;
using Pile.TestKit;

namespace Pile.Rasters.Tests;

/// <summary>Of a block of a remote file, the beginning is read if the first rows are wanted.</summary>
public sealed class CutBlockTests : IDisposable
{
    private const int Side = 1024;
    private static readonly StoreTraits Remote = new() { IsLocal = false, GapBytes = 1 << 20, ParallelRequests = 8 };

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("DEFLATE", 1)]
    [InlineData("DEFLATE", 2)]
    [InlineData("LZW", 1)]
    [InlineData("LZW", 2)]
    [InlineData("PACKBITS", 1)]
    public async Task Windows_have_the_pixels_that_rasterio_reads(string codec, int predictor)
    {
        Python.Run("""
            import sys
            import numpy as np
            import rasterio
            path, codec, predictor = sys.argv[1:]
            rng = np.random.default_rng(1)
            pixels = (np.arange(2048)[:, None] // 7 + rng.integers(0, 40, (2048, 2048))).astype("uint16")
            pixels[600:900, :1024] = 0
            pixels[2000:, 1024:] = rng.integers(0, 60000, (48, 1024))
            options = {} if codec == "PACKBITS" else {"predictor": predictor}
            with rasterio.open(path, "w", driver="GTiff", width=2048, height=2048, count=1, dtype="uint16", tiled=True, blockxsize=1024,
                               blockysize=1024, compress=codec, **options) as file:
                file.write(pixels, 1)
            with rasterio.open(path) as file:
                file.read(1).tofile(path + ".raw")
            """, folder["image.tif"], codec, $"{predictor}");
        byte[] raw = await File.ReadAllBytesAsync(folder["image.tif.raw"], Token);
        Random random = new(5);
        for (int i = 0; i < 12; i++)
        {
            CountingStore store = new(folder.Path, Remote);
            using RasterPool pool = new();
            IRasterSource source = await new TiffDriver().OpenAsync(new RasterUnit { Store = store, Path = "image.tif" }, pool, Token);
            RasterRead[] reads = [.. Enumerable.Range(0, 1 + (i % 4)).Select(_ =>
            {
                RasterRequest request = RasterComparison.Window(0, 1, 2 * Side, 2 * Side, random);
                return new RasterRead(source, request, new byte[request.Pixels * 2]);
            })];
            await RasterBatch.ReadAsync(pool, reads, Token);
            Assert.All(reads, read => Assert.True(read.Destination.Span.SequenceEqual(RasterComparison.Cut(raw, read.Request, 2 * Side,
                2 * Side, 2))));
        }
    }

    [Fact]
    public async Task The_first_rows_need_the_first_part_of_a_block()
    {
        byte[] raw = Noise(0, Side);
        CountingStore store = new(folder.Path, Remote);
        using RasterPool pool = new();
        IRasterSource source = await OpenAsync(store, pool, raw);
        (int reads, long bytes) = (store.Reads, store.Bytes);
        int stored = (int)source.Layout.Levels[0].Sizes![0];
        byte[] pixels = await RowsAsync(source, 0, 256);
        Assert.True(pixels.AsSpan().SequenceEqual(raw.AsSpan(0, pixels.Length)));
        Assert.Equal(reads + 1, store.Reads);
        Assert.InRange(store.Bytes - bytes, stored / 4, stored * 3 / 10);

        pixels = await RowsAsync(source, 1000, 24); // the last rows need all of it
        Assert.True(pixels.AsSpan().SequenceEqual(raw.AsSpan(1000 * Side)));
        Assert.Equal(reads + 2, store.Reads);
        Assert.InRange(store.Bytes - bytes, stored * 5 / 4, stored * 13 / 10);
    }

    [Fact]
    public async Task The_rest_is_read_if_the_first_part_does_not_suffice()
    {
        byte[] raw = Noise(0, 512); // zeros behind
        CountingStore store = new(folder.Path, Remote);
        using RasterPool pool = new();
        IRasterSource source = await OpenAsync(store, pool, raw);
        (int reads, long bytes) = (store.Reads, store.Bytes);
        byte[] pixels = await RowsAsync(source, 0, 500);
        Assert.True(pixels.AsSpan().SequenceEqual(raw.AsSpan(0, pixels.Length)));
        Assert.Equal(reads + 2, store.Reads);
        Assert.Equal(source.Layout.Levels[0].Sizes![0], store.Bytes - bytes);
    }

    [Fact]
    public async Task Blocks_of_a_file_in_which_first_parts_do_not_suffice_are_read_at_once()
    {
        byte[] raw = Noise(0, 512);
        CountingStore store = new(folder.Path, Remote);
        int reads = 0;
        using RasterPool pool = new();
        IRasterSource source = await OpenAsync(store, pool, raw, tiles: 100);
        for (int tile = 0; tile < 100; tile++)
        {
            reads = store.Reads;
            byte[] pixels = new byte[Side * 500];
            await source.ReadAsync(new RasterRequest(0, new[] { 0 }, tile * Side, 0, Side, 500), pixels, Token);
            Assert.True(pixels.AsSpan().SequenceEqual(raw.AsSpan(0, pixels.Length)));
        }
        Assert.Equal(1, store.Reads - reads);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Neighbours_are_one_read_and_local_blocks_are_read_whole(bool isRemote)
    {
        byte[] raw = Noise(0, Side);
        CountingStore store = new(folder.Path, isRemote ? Remote : StoreTraits.Local);
        using RasterPool pool = new();
        IRasterSource source = await OpenAsync(store, pool, raw, tiles: 3);
        (int reads, long bytes) = (store.Reads, store.Bytes);
        long stored = source.Layout.Levels[0].Sizes!.Sum();
        byte[] pixels = new byte[3 * Side * 100];
        await source.ReadAsync(new RasterRequest(0, new[] { 0 }, 0, 0, 3 * Side, 100), pixels, Token);
        for (int row = 0; row < 100; row++)
            for (int tile = 0; tile < 3; tile++)
                Assert.True(pixels.AsSpan(((row * 3) + tile) * Side, Side).SequenceEqual(raw.AsSpan(row * Side, Side)));
        Assert.Equal(reads + 1, store.Reads);
        if (isRemote)
            Assert.InRange(store.Bytes - bytes, stored * 2 / 3, stored * 3 / 4); // two blocks, and the beginning of the third
        else
            Assert.InRange(store.Bytes - bytes, stored, stored + 1024);
    }

    [Fact]
    public async Task A_corrupt_block_is_named()
    {
        byte[] raw = Noise(0, Side);
        CountingStore store = new(folder.Path, Remote);
        using RasterPool pool = new();
        IRasterSource source = await OpenAsync(store, pool, raw, corruptAt: 5000);
        SourceUnreadableException e = await Assert.ThrowsAsync<SourceUnreadableException>(async () => await RowsAsync(source, 0, 256));
        Assert.Contains("block 0 of level 0", e.Message);
    }

    private static async Task<byte[]> RowsAsync(IRasterSource source, int row, int rows)
    {
        byte[] pixels = new byte[Side * rows];
        await source.ReadAsync(new RasterRequest(0, new[] { 0 }, 0, row, Side, rows), pixels, Token);
        return pixels;
    }

    // Of four bits, so that a block is compressed to about half of its size.
    private static byte[] Noise(int firstRow, int endRow)
    {
        byte[] raw = new byte[Side * Side];
        Random random = new(3);
        for (int i = firstRow * Side; i < endRow * Side; i++)
            raw[i] = (byte)random.Next(16);
        return raw;
    }

    private async Task<IRasterSource> OpenAsync(CountingStore store, RasterPool pool, byte[] raw, int tiles = 1, int? corruptAt = null)
    {
        byte[] block = TiffBuilder.Deflated(raw);
        if (corruptAt is { } at)
            Array.Fill(block, (byte)0xFF, at, 64);
        TiffBuilder builder = TiffBuilder.Image((ulong)(tiles * Side), Side, Side, block: block);
        for (int i = 1; i < tiles; i++)
            builder.Blocks.Add(block);
        await File.WriteAllBytesAsync(folder["image.tif"], builder.Build(), Token);
        return await new TiffDriver().OpenAsync(new RasterUnit { Store = store, Path = "image.tif" }, pool, Token);
    }
}
