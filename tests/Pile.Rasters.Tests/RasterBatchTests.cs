using FsCheck;
using FsCheck.Fluent;
using Pile.Format;
using Pile.Storage;

namespace Pile.Rasters.Tests;

/// <summary>Batches of windows of several files: pixels, reads, decoded blocks, open files and limits.</summary>
[Collection("Rasters")]
public sealed class RasterBatchTests(RasterFiles files)
{
    private static readonly StoreTraits Remote = new() { IsLocal = false, GapBytes = 1 << 20, ParallelRequests = 8 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_batch_of_any_windows_has_the_pixels_that_rasterio_reads()
    {
        RasterFacts[] some = [files["mask-overviews.tif"], files["overviews-band.tif"], files["large-lzw.tif"], files["one-strip.tif"],
            files["sparse.tif"], files["noise.tif"], files["nan.tif"]];
        Dictionary<string, byte[]> pixels = some.SelectMany(f => f.Levels).ToDictionary(level => level.Stem, level => level.Pixels());
        var cases = from seed in Gen.Choose(0, int.MaxValue)
                    from windows in Gen.Choose(1, 60)
                    from megabytes in Gen.Elements(6, 10, 64)
                    from openFiles in Gen.Elements(1, 2, 8)
                    select (seed, windows, megabytes, openFiles);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            using RasterPool pool = new(c.megabytes << 20, c.openFiles);
            Random random = new(c.seed);
            List<(RasterRead Read, byte[] Expected)> batch = [];
            for (int i = 0; i < c.windows; i++)
            {
                RasterFacts facts = some[random.Next(some.Length)];
                IRasterSource source = RasterComparison.OpenAsync(facts.Path, pool).GetAwaiter().GetResult();
                int level = random.Next(facts.Levels.Length), elementBytes = source.Layout.DType.ElementBytes();
                RasterFactsLevel of = facts.Levels[level];
                RasterRequest request = RasterComparison.Window(level, facts.Bands, of.Width, of.Height, random);
                batch.Add((new RasterRead(source, request, new byte[request.Pixels * elementBytes]),
                    RasterComparison.Cut(pixels[of.Stem], request, of.Width, of.Height, elementBytes)));
            }
            RasterBatch.ReadAsync(pool, batch.Select(b => b.Read).ToArray()).AsTask().GetAwaiter().GetResult();
            return batch.All(b => b.Read.Destination.Span.SequenceEqual(b.Expected));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task A_header_is_one_read_and_a_stored_layout_is_none()
    {
        RasterFacts facts = files.Real.Single(file => file.Name == "cog_rgb_mask.tif");
        CountingStore store = Store(facts, Remote);
        using RasterPool pool = new();
        RasterUnit unit = new() { Store = store, Path = Path.GetFileName(facts.Path) };
        IRasterSource source = await new TiffDriver().OpenAsync(unit, pool, Token);
        Assert.Equal(1, store.Reads);
        Assert.InRange(store.Bytes, 1, 64 << 10);

        CountingStore other = Store(facts, Remote);
        RasterUnit known = unit with { Store = other, Layout = source.Layout, LengthBytes = new FileInfo(facts.Path).Length };
        IRasterSource again = await new TiffDriver().OpenAsync(known, pool, Token);
        Assert.Equal(0, other.Reads);
        Assert.Equal(0, other.OpenNow);
        byte[] pixels = new byte[1];
        await again.ReadAsync(new RasterRequest(0, new[] { 2 }, facts.Width - 1, facts.Height - 1, 1, 1), pixels, Token);
        Assert.Equal(facts.Levels[0].Pixels()[^1..], pixels);
        Assert.Equal(1, other.Reads);
    }

    [Fact]
    public async Task Each_block_of_a_batch_is_decoded_once_and_neighbours_are_read_together()
    {
        RasterFacts facts = files["scale.tif"]; // 5 × 5 tiles
        CountingStore store = Store(facts, Remote);
        using RasterPool pool = new();
        IRasterSource source = await new TiffDriver().OpenAsync(new RasterUnit { Store = store, Path = "scale.tif" }, pool, Token);
        int reads = store.Reads;
        RasterRead[] batch = [.. Enumerable.Range(0, 121).Select(i => new RasterRead(source,
            new RasterRequest(0, new[] { 1, 0 }, i % 11 * 12, i / 11 * 13, 10, 20), new byte[800]))];
        await RasterBatch.ReadAsync(pool, batch, Token);
        Assert.Equal(25, pool.Blocks.Decoded);
        Assert.Equal(reads + 1, store.Reads);

        await RasterBatch.ReadAsync(pool, batch, Token); // now from the pool
        Assert.Equal(25, pool.Blocks.Decoded);
        Assert.Equal(reads + 1, store.Reads);
        byte[] pixels = facts.Levels[0].Pixels();
        Assert.All(batch, read =>
            Assert.True(read.Destination.Span.SequenceEqual(RasterComparison.Cut(pixels, read.Request, 130, 150, 2))));
    }

    [Fact]
    public async Task Uncompressed_blocks_are_read_only_where_rows_are_needed()
    {
        RasterFacts facts = files["nan-and-number.tif"]; // 2 bands of float32, 50 × 40
        CountingStore store = Store(facts, StoreTraits.Local);
        using RasterPool pool = new();
        IRasterSource source = await new TiffDriver().OpenAsync(new RasterUnit { Store = store, Path = facts.Name }, pool, Token);
        long bytes = store.Bytes;
        await source.ReadAsync(new RasterRequest(0, new[] { 1 }, 3, 7, 2, 1), new byte[8], Token);
        Assert.InRange(store.Bytes - bytes, 200, 400);
    }

    [Fact]
    public async Task Concurrent_loads_share_files_and_stay_within_limits()
    {
        RasterFacts[] some = [.. files.Made.Where(f => f.Name.Contains("-p2-", StringComparison.Ordinal)).Take(40)];
        CountingStore store = Store(some[0], StoreTraits.Local);
        using (RasterPool pool = new(1 << 20, openFiles: 5))
        {
            ParallelOptions eight = new() { MaxDegreeOfParallelism = 8, CancellationToken = Token };
            await Parallel.ForAsync(0, 8, eight, async (worker, token) =>
            {
                RasterRead[] batch = new RasterRead[some.Length];
                for (int i = 0; i < some.Length; i++)
                {
                    RasterUnit unit = new() { Store = store, Path = some[i].Name };
                    IRasterSource source = await new TiffDriver().OpenAsync(unit, pool, token);
                    int[] bands = [.. Enumerable.Range(0, some[i].Bands)];
                    RasterRequest request = new(0, bands, 0, 0, some[i].Width, some[i].Height);
                    batch[i] = new RasterRead(source, request, new byte[request.Pixels * source.Layout.DType.ElementBytes()]);
                }
                await RasterBatch.ReadAsync(pool, batch, token);
                for (int i = 0; i < some.Length; i++)
                    Assert.True(batch[i].Destination.Span.SequenceEqual(some[i].Levels[0].Pixels()));
            });
            Assert.InRange(store.MostOpen, 1, 5);
            Assert.InRange(pool.Blocks.UsedBytes, 0, 1 << 19);
        }
        Assert.Equal(0, store.OpenNow);
    }

    [Theory]
    [InlineData(0, 0, -1, 0, 1, 1)]
    [InlineData(0, 0, 0, 0, 131, 1)]
    [InlineData(0, 0, 130, 0, 1, 1)]
    [InlineData(0, 0, 0, 150, 1, 1)]
    [InlineData(0, 0, 0, 0, 0, 1)]
    [InlineData(0, 0, 1, 1, int.MaxValue, 1)]
    [InlineData(0, 3, 0, 0, 1, 1)]
    [InlineData(0, -1, 0, 0, 1, 1)]
    [InlineData(3, 0, 0, 0, 1, 1)]
    [InlineData(1, 0, 64, 0, 2, 1)]
    public async Task A_window_outside_the_raster_is_an_error(int level, int band, int column, int row, int width, int height)
    {
        using RasterPool pool = new();
        IRasterSource source = await RasterComparison.OpenAsync(files["mask-overviews.tif"].Path, pool);
        RasterRequest request = new(level, new[] { band }, column, row, width, height);
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(async () =>
            await source.ReadAsync(request, new byte[2], Token));
        Assert.Contains("mask-overviews.tif", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_destination_of_another_size_is_an_error()
    {
        using RasterPool pool = new();
        IRasterSource source = await RasterComparison.OpenAsync(files["scale.tif"].Path, pool);
        RasterRequest request = new(0, new[] { 0 }, 0, 0, 4, 4);
        await Assert.ThrowsAsync<ArgumentException>(async () => await source.ReadAsync(request, new byte[31], Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await source.ReadAsync(request, new byte[33], Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await source.ReadValidAsync(request, new byte[32], Token));
        RasterRequest noBand = request with { Bands = default };
        await Assert.ThrowsAsync<ArgumentException>(async () => await source.ReadAsync(noBand, new byte[32], Token));
    }

    [Fact]
    public async Task Alpha_hides_pixels_only_if_requested()
    {
        RasterFacts facts = files["alpha.tif"];
        using RasterPool pool = new();
        IRasterSource source = await RasterComparison.OpenAsync(facts.Path, pool);
        RasterRequest request = new(0, new[] { 0, 2 }, 5, 7, 50, 40);
        byte[] plain = new byte[request.Pixels], alpha = new byte[request.Pixels];
        await source.ReadValidAsync(request, plain, Token);
        await source.ReadValidAsync(request with { UseAlpha = true }, alpha, Token);
        Assert.Equal(-1, plain.AsSpan().IndexOfAnyExcept((byte)1));
        byte[] expected = RasterComparison.Cut(facts.Levels[0].Pixels(), request with { Bands = new[] { 3, 3 } }, 60, 60, 1);
        Assert.Equal([.. expected.Select(value => value is 0 ? (byte)0 : (byte)1)], alpha);
    }

    [Fact]
    public async Task A_layout_that_contradicts_itself_is_an_error()
    {
        RasterFacts facts = files["scale.tif"];
        using RasterPool pool = new();
        RasterLayout layout = (await RasterComparison.OpenAsync(facts.Path, pool)).Layout;
        RasterLevel level = layout.Levels[0];
        RasterLayout[] wrong =
        [
            layout with { Levels = [] },
            layout with { Bands = [] },
            layout with { Bands = [layout.Bands[0] with { DType = DType.Float32 }, layout.Bands[1], layout.Bands[2]] },
            layout with { Levels = [level with { Offsets = level.Offsets![1..] }] },
            layout with { Levels = [level with { BlockWidth = 0 }] },
            layout with { Levels = [level with { BitsPerSample = 8 }] },
            layout with { Levels = [level with { Predictor = RasterPredictor.FloatingPoint }] },
            layout with { Levels = [level with { Width = int.MaxValue, Height = int.MaxValue, BlockWidth = 1, BlockHeight = 1 }] },
            layout with { Levels = [level with { Codec = (RasterCodec)99 }] },
        ];
        foreach (RasterLayout each in wrong)
            await Assert.ThrowsAsync<SourceUnreadableException>(async () => await new TiffDriver().OpenAsync(new RasterUnit
            {
                Store = FileStore.For(Path.GetDirectoryName(facts.Path)!),
                Path = facts.Name,
                Layout = each,
            }, pool, Token));
    }

    [Fact]
    public async Task A_missing_file_is_reported_as_missing_and_can_be_opened_later()
    {
        using TestKit.TemporaryFolder folder = new();
        using RasterPool pool = new(openFiles: 1);
        await Assert.ThrowsAsync<FileNotFoundException>(() => RasterComparison.OpenAsync(folder["x.tif"], pool));
        await Assert.ThrowsAsync<FileNotFoundException>(() => RasterComparison.OpenAsync(folder["x.tif"], pool));
        File.Copy(files["nan.tif"].Path, folder["x.tif"]);
        Assert.Equal(50, (await RasterComparison.OpenAsync(folder["x.tif"], pool)).Layout.Width);
    }

    private static CountingStore Store(RasterFacts facts, StoreTraits traits) => new(Path.GetDirectoryName(facts.Path)!, traits);
}
