using System.Text.Json.Nodes;
using Pile.Builders.Sources;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Stac;

/// <summary>Chips of real items, against shapely, pyproj and numpy.</summary>
public sealed class ChipTests : IDisposable
{
    private const string Footprints = """
        import json, sys
        import pyproj, shapely.wkb
        from shapely.geometry import Polygon
        rows = json.load(open(sys.argv[1]))
        to = {}
        for r in rows:
            t = to.setdefault(r['crs'], pyproj.Transformer.from_crs(r['crs'], 'EPSG:4326', always_xy=True))
            a, b, c, d, e, f = r['transform']
            s = r['chip_size']
            ring = [(i, 0) for i in range(s)] + [(s, i) for i in range(s)] + [(s - i, s) for i in range(s)] + [(0, s - i) for i in range(s)]
            own = Polygon(list(zip(*t.transform([a * x + b * y + c for x, y in ring], [d * x + e * y + f for x, y in ring]))))
            stored = shapely.wkb.loads(bytes.fromhex(r['geometry']))
            assert stored.symmetric_difference(own).area < 1e-3 * own.area, r['object_id']
            assert max(abs(p - q) for p, q in zip(r['bbox'], own.bounds)) < 2e-4, r['object_id']
        print(len(rows))
        """;

    private const string Fractions = """
        import json, sys
        import numpy as np, rasterio
        rows = {(r['chip_x'], r['chip_y']): r for r in json.load(open(sys.argv[1]))}
        q = rasterio.open(sys.argv[2]).read(1)
        kept = 0
        for y in range(8):
            for x in range(8):
                p = q[y * 64:(y + 1) * 64, x * 64:(x + 1) * 64]
                nodata, cloud = (p & 1) > 0, (p & 0b11010) > 0
                if nodata.mean() > 0.5:
                    assert (x, y) not in rows
                    continue
                kept += 1
                r = rows[(x, y)]
                assert abs(r['nodata_fraction'] - nodata.mean()) < 1e-6
                assert abs(r['cloud_fraction'] - cloud.mean()) < 1e-6
                assert abs(r['clear_fraction'] - (~cloud & ~nodata).sum() / (~nodata).sum()) < 1e-6
                assert r['chip_array'] == [x * 64, y * 64, 64, 64]
        assert kept == len(rows)
        print(kept)
        """;

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("stac-items/S2A_28QCH_20200714_0_L2A.json", "[B02]", 256, 1764)]
    [InlineData("stac-items/S2A_28QCH_20200714_0_L2A.json", "[B02]", 512, 441)]
    [InlineData("stac-items/LC08_L2SP_028030_20200114_20200824_02_T1_SR.json", "[red]", 256, 930)]
    [InlineData("stac-items/LC08_L2SP_028030_20200114_20200824_02_T1_SR.json", "[red]", 512, 225)]
    public async Task Chips_of_an_item_are_counted_and_placed_without_reading_pixels(string item, string bands, int size, int count)
    {
        List<RowBatch> batches = await BuilderRuns.Builder($"kind: stac-chips\nitems: {item}\nchip: {{ size: {size} }}\nbands: {bands}",
            TestPaths.Data("eo")).ReadAllAsync(Token);
        Assert.Equal(count, batches.Sum(b => b.RowCount));
        JsonArray some = [.. RowJson.Of(batches).Where((_, i) => i % 97 == 0).Select(row => row!.DeepClone())];
        await File.WriteAllTextAsync(folder["rows.json"], some.ToJsonString(), Token);
        Assert.Equal($"{some.Count}", Python.Run(Footprints, folder["rows.json"]).Trim());
    }

    [Fact]
    public async Task Fractions_and_the_chips_that_are_kept_agree_with_numpy()
    {
        List<RowBatch> batches = await BuilderRuns.Builder(ChipFiles.Landsat("size: 64"), TestPaths.Data("eo")).ReadAllAsync(Token);
        await File.WriteAllTextAsync(folder["rows.json"], RowJson.Of(batches).ToJsonString(), Token);
        Assert.Equal("46", Python.Run(Fractions, folder["rows.json"],
            TestPaths.Data("eo/landsat-008059/LC08_L2SP_008059_20191201_20200825_02_T1_QA_PIXEL.TIF")).Trim());
    }

    [Theory]
    [InlineData("size: 100", 25)] // 512 / 100 = 5.12
    [InlineData("size: 100, edge: pad", 36)]
    [InlineData("size: 100, edge: overlap", 36)]
    [InlineData("size: [128, 256]", 20)]
    [InlineData("size: 513", 0)]
    public async Task The_edge_and_the_sizes_decide_how_many_chips_there_are(string chip, int count)
    {
        List<RowBatch> batches = await BuilderRuns.Builder(ChipFiles.Landsat(chip).Replace("0.5", "1", StringComparison.Ordinal),
            TestPaths.Data("eo")).ReadAllAsync(Token);
        Assert.Equal(count, batches.Sum(b => b.RowCount));
    }

    [Fact]
    public async Task One_and_four_workers_write_the_same_index()
    {
        string[] made = [];
        foreach (int workers in (int[])[1, 4])
        {
            await File.WriteAllTextAsync(folder["recipe.yaml"], $$"""
                pile: 1
                name: chips
                provenance: { project: p, survey: s, instrument: i, release: r }
                licence: CC0-1.0
                citation: none
                source:
                {{string.Join('\n', ChipFiles.Landsat("size: [64, 128]").Split('\n').Select(line => "  " + line.Replace("landsat-008059",
                    TestPaths.Data("eo/landsat-008059"), StringComparison.Ordinal)))}}
                """, Token);
            await BuildRun.RunAsync(RecipeReader.ReadFile(folder["recipe.yaml"]), SourceBuilders.All, folder[$"out{workers}"],
                new BuildSettings { Writer = new() { Workers = workers } }, Token);
            made = [.. made, string.Join('\n', Directory.EnumerateFiles(folder[$"out{workers}"], "*.parquet", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal).Select(f => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(
                    File.ReadAllBytes(f)))))];
        }
        Assert.Equal(made[0], made[1]);
    }

    [Fact]
    public async Task Bands_that_chips_do_not_have_are_noted_once_with_the_number_of_scenes()
    {
        string item = await File.ReadAllTextAsync(TestPaths.Data("eo/stac-items/S2A_28QCH_20200714_0_L2A.json"), Token);
        foreach (string name in (string[])["b", "a", "c"])
            await File.WriteAllTextAsync(folder[$"{name}.json"], item.Replace("\"id\": \"S2A_28QCH_20200714_0_L2A\"",
                $"\"id\": \"{name}\"", StringComparison.Ordinal), Token);
        List<string> messages = [];
        BuilderRun run = BuilderRuns.Builder("kind: stac-chips\nitems: \"?.json\"\nchip: { size: 500 }", folder.Path, messages.Add);
        Assert.NotEmpty(await run.ReadAllAsync(Token));
        string note = Assert.Single(((INotingBuilder)run.Builder).Notes);
        Assert.StartsWith("3 scenes, the first of which is 'a' (", note, StringComparison.Ordinal);
        Assert.Contains("chips of 500 pixels do not have B01, B09, ", note, StringComparison.Ordinal);
        Assert.DoesNotContain(messages, m => m.Contains("do not have", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Items_with_different_numbers_of_bands_are_named()
    {
        Python.Run(ChipFiles.Scaled, folder.Path);
        JsonNode item = JsonNode.Parse(await File.ReadAllTextAsync(folder["item.json"], Token))!;
        item["id"] = "t";
        item["assets"]!["b"] = item["assets"]!["a"]!.DeepClone();
        await File.WriteAllTextAsync(folder["two.json"], item.ToJsonString(), Token);
        SchemaMismatchException error = await Assert.ThrowsAsync<SchemaMismatchException>(() => BuilderRuns.Builder(
            "kind: stac-chips\nitems: [item.json, two.json]\nchip: { size: 64 }", folder.Path).ReadAllAsync(Token));
        Assert.StartsWith($"'t' ({folder["two.json"]}, item 0), column 'chip_array': the item has 2 bands (a, b), but 's' ("
            + $"{folder["item.json"]}, item 0) has 1 band (a).", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(await BuilderRuns.Builder("kind: stac-chips\nitems: [item.json, two.json]\nbands: [a]\nchip: { size: 64 }",
            folder.Path).ReadAllAsync(Token));
    }

    public void Dispose() => folder.Dispose();
}
