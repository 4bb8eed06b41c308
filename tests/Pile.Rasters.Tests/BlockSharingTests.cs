using Pile.Format;
using Pile.TestKit;

namespace Pile.Rasters.Tests;

/// <summary>Blocks that several batches need are decoded once.</summary>
[Collection("Rasters")]
public sealed class BlockSharingTests(RasterFiles files)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Concurrent_batches_decode_each_block_once()
    {
        RasterFacts facts = files["scale.tif"]; // 5 × 5 tiles
        byte[] pixels = facts.Levels[0].Pixels();
        for (int round = 0; round < 20; round++)
        {
            using RasterPool pool = new();
            IRasterSource source = await RasterComparison.OpenAsync(facts.Path, pool);
            RasterRead[][] batches = [.. Enumerable.Range(0, 6).Select(_ => Tiles(source, 130, 150, 13, 15, 2))];
            await Task.WhenAll(batches.Select(batch => Task.Run(() => RasterBatch.ReadAsync(pool, batch, Token).AsTask(), Token)));
            Assert.Equal(25, pool.Blocks.Decoded);
            foreach (RasterRead read in batches.SelectMany(batch => batch))
                Assert.True(read.Destination.Span.SequenceEqual(RasterComparison.Cut(pixels, read.Request, 130, 150, 2)));
        }
    }

    [Fact]
    public async Task Neighbours_in_the_order_of_their_places_decode_each_block_once()
    {
        RasterFacts facts = files["large-lzw.tif"];
        RasterFactsLevel level = facts.Levels[0];
        using RasterPool pool = new();
        IRasterSource source = await RasterComparison.OpenAsync(facts.Path, pool);
        (int blockWidth, int blockHeight) = (source.Layout.Levels[0].BlockWidth, source.Layout.Levels[0].BlockHeight);
        int elementBytes = source.Layout.DType.ElementBytes(), side = Math.Max(blockHeight / 8, 1);
        RasterRead[] reads = Tiles(source, level.Width / side * side, level.Height / side * side, side, side, elementBytes);
        foreach (RasterRead[] batch in reads.Chunk(2 * level.Width / side)) // two rows of windows, of several that a block has
            await RasterBatch.ReadAsync(pool, batch, Token);
        int across = ((level.Width / side * side) + blockWidth - 1) / blockWidth,
            down = ((level.Height / side * side) + blockHeight - 1) / blockHeight;
        Assert.True(blockHeight >= 8 && reads.Length >= 64, "The file has too few pixels for this test.");
        Assert.Equal(across * down, pool.Blocks.Decoded);
        byte[] pixels = level.Pixels();
        foreach (RasterRead read in reads)
            Assert.True(read.Destination.Span.SequenceEqual(RasterComparison.Cut(pixels, read.Request, level.Width, level.Height,
                elementBytes)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(1 << 20)]
    public async Task A_stream_that_is_longer_than_its_block_has_the_pixels_of_the_block(int excess)
    {
        byte[] raw = new byte[256 + excess];
        new Random(excess).NextBytes(raw);
        using TemporaryFolder folder = new();
        await File.WriteAllBytesAsync(folder["long.tif"], TiffBuilder.Image(16, 16, block: TiffBuilder.Deflated(raw)).Build(), Token);
        using RasterPool pool = new();
        IRasterSource source = await RasterComparison.OpenAsync(folder["long.tif"], pool);
        byte[] pixels = new byte[256];
        await source.ReadAsync(new RasterRequest(0, new[] { 0 }, 0, 0, 16, 16), pixels, Token);
        Assert.Equal(raw[..256], pixels);
    }

    [Fact]
    public async Task A_stream_that_is_shorter_than_its_block_is_an_error_and_no_later_read_waits_for_it()
    {
        using TemporaryFolder folder = new();
        byte[] file = TiffBuilder.Image(16, 16, block: TiffBuilder.Deflated(new byte[255])).Build();
        await File.WriteAllBytesAsync(folder["short.tif"], file, Token);
        using RasterPool pool = new();
        IRasterSource source = await RasterComparison.OpenAsync(folder["short.tif"], pool);
        for (int i = 0; i < 2; i++)
            await Assert.ThrowsAsync<SourceUnreadableException>(async () =>
                await source.ReadAsync(new RasterRequest(0, new[] { 0 }, 0, 0, 16, 16), new byte[256], Token));
        await source.ReadAsync(new RasterRequest(0, new[] { 0 }, 0, 0, 16, 15), new byte[240], Token);
    }

    // All windows of a grid, row by row.
    private static RasterRead[] Tiles(IRasterSource source, int width, int height, int across, int down, int elementBytes) =>
        [.. Enumerable.Range(0, width / across * (height / down)).Select(i => new RasterRead(source, new RasterRequest(0, new[] { 0 },
            i % (width / across) * across, i / (width / across) * down, across, down), new byte[across * down * elementBytes]))];
}
