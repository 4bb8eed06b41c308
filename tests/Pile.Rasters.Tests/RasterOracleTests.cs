namespace Pile.Rasters.Tests;

/// <summary>Comparison with rasterio (GDAL), bit for bit.</summary>
[Collection("Rasters")]
public sealed class RasterOracleTests(RasterFiles files)
{
    [Fact]
    public async Task All_combinations_of_codecs_types_and_layouts_read_as_in_rasterio()
    {
        using RasterPool pool = new(32 << 20, openFiles: 16);
        List<string> found = [];
        Random random = new(1);
        foreach (RasterFacts facts in files.Made)
            found.AddRange(await RasterComparison.DifferencesAsync(facts, pool, random, windows: 6));
        Assert.Empty(found);
        Assert.True(files.Made.Length > 570);
        Assert.InRange(pool.Files.OpenFiles, 1, 16);
    }

    [Fact]
    public async Task Files_of_other_programs_read_as_in_rasterio()
    {
        using RasterPool pool = new();
        List<string> found = [];
        foreach (RasterFacts facts in files.Real)
            found.AddRange(await RasterComparison.DifferencesAsync(facts, pool, new Random(2), windows: 12));
        Assert.Empty(found);
        Assert.True(files.Real.Length > 8);
    }

    [Fact]
    public async Task Windows_that_share_blocks_and_blocks_of_the_pool_read_as_in_rasterio()
    {
        using RasterPool pool = new();
        foreach (RasterFacts facts in files.Made)
        {
            IRasterSource source = await RasterComparison.OpenAsync(facts.Path, pool);
            RasterRequest all = new(0, Enumerable.Range(0, facts.Bands).ToArray(), 0, 0, facts.Width, facts.Height);
            RasterRequest part = all with { Column = 5, Width = facts.Width / 3, Row = facts.Height / 4, Height = facts.Height / 2 };
            RasterRequest[] requests = facts.Width < 20 ? [all, all] : [all, part, all, part];
            byte[] pixels = facts.Levels[0].Pixels();
            int elementBytes = pixels.Length / (int)all.Pixels;
            for (int round = 0; round < 2; round++)
            {
                RasterRead[] batch = [.. requests.Select(r => new RasterRead(source, r, new byte[r.Pixels * elementBytes]))];
                await RasterBatch.ReadAsync(pool, batch, TestContext.Current.CancellationToken);
                Assert.All(batch, read => Assert.True(read.Destination.Span.SequenceEqual(
                    RasterComparison.Cut(pixels, read.Request, facts.Width, facts.Height, elementBytes)), facts.Name));
            }
        }
        Assert.True(pool.Blocks.Hits > 1000);
    }
}
