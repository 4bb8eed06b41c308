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
            found.AddRange(await RasterComparison.DifferencesAsync(facts, pool, random, windows: 12));
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
}
