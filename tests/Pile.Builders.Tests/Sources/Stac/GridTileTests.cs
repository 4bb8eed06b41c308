using System.Text.Json.Nodes;
using Pile.Builders.Sources;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Stac;

/// <summary>Tiles of scenes and chips of real items, against pyproj and GeographicLib's GeoConvert.</summary>
public sealed class GridTileTests : IDisposable
{
    private const string Sentinel = "stac-items/S2A_28QCH_20200714_0_L2A.json";

    // For each row, the tile of its middle: kind 0 MGRS in the scene's zone, 1 UTM of 6 km, 2 tiles of 7 × 5 km in EPSG:6933.
    private const string Oracle = """
        import json, subprocess, sys
        import numpy as np, pyproj
        pyproj.network.set_network_enabled(False)
        sets = json.load(open(sys.argv[1]))
        to = {}
        for rows, kind in zip(sets, (0, 1, 2, 0)):
            t = np.array([r['transform'] for r in rows])
            h = np.array([r['chip_size'] for r in rows]) / 2
            x, y = t[:, 0] * h + t[:, 1] * h + t[:, 2], t[:, 3] * h + t[:, 4] * h + t[:, 5]
            crs, = {r['crs'] for r in rows}
            zone = crs[-2:] + ('n' if crs[5:8] == '326' else 's')
            if kind == 0:
                lines = ''.join(f'{zone} {a:.6f} {b:.6f}\n' for a, b in zip(x, y))
                keys = subprocess.run(['GeoConvert', '-m', '-p', '-5'], input=lines, capture_output=True, text=True).stdout.split()
            elif kind == 1:
                keys = [f'{crs[5:]}_{int(a // 6000)}_{int(b // 6000)}' for a, b in zip(x, y)]
            else:
                u, v = pyproj.Transformer.from_crs(crs, 'EPSG:6933', always_xy=True).transform(x, y)
                keys = [f'x{int(a // 7000)}_y{int(b // 5000)}' for a, b in zip(u, v)]
            assert [r['tile'] for r in rows] == keys, kind
            print(len(rows), len(set(keys)))
        """;

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chips_have_the_tile_that_contains_their_middle()
    {
        string landsat = "kind: stac-chips\nitems: landsat-008059/*_SR_stac.json\nbands: [red]\nassets: { mount: landsat-008059 }\n"
            + "chip: { size: 64 }";
        string nameless = (await File.ReadAllTextAsync(TestPaths.Data($"eo/{Sentinel}"), Token)).Replace("S2A_28QCH_20200714_0_L2A\",",
            "nameless\",", StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder["item.json"], nameless, Token);
        JsonArray sets =
        [
            await Rows(landsat, "mgrs"), await Rows(landsat, "{ kind: utm, tile_m: 6000, resolution_m: 30 }"),
            await Rows(landsat, "{ kind: spec, crs: 'EPSG:6933', origin: [0, 0], resolution: [10, -10], tile_shape: [500, 700] }"),
            await Rows($"kind: stac-chips\nitems: {folder["item.json"]}\nbands: [B02]\nchip: {{ size: 512 }}", "mgrs"),
        ];
        await File.WriteAllTextAsync(folder["rows.json"], sets.ToJsonString(), Token);
        string[] counts = Python.Run(Oracle, folder["rows.json"]).Trim().Split('\n');
        Assert.Equal(["64", "64", "64", "441"], counts.Select(line => line.Split(' ')[0]));
        Assert.All(counts, line => Assert.True(int.Parse(line.Split(' ')[1]) > 3, line));
    }

    [Fact]
    public async Task Scenes_and_chips_of_Sentinel_2_keep_the_tile_that_they_are_named_after()
    {
        foreach (string source in (string[])[$"kind: stac-chips\nitems: {Sentinel}\nbands: [B02]\nchip: {{ size: 512 }}",
            $"kind: stac-scenes\nitems: {Sentinel}"])
            Assert.Equal(["28QCH"], (await Rows(source, "mgrs")).Select(row => (string)row!["tile"]!).Distinct());
        JsonArray scenes = await Rows("kind: stac-scenes\nitems: [stac-items/S2B*.json, stac-items/LC08*.json]", "mgrs");
        Dictionary<string, string> tiles = scenes.ToDictionary(row => ((string)row!["object_id"]!)[..4], row => (string)row!["tile"]!);
        Assert.Equal("06VVN", tiles["S2B_"]);
        JsonNode landsat = scenes.Single(row => ((string)row!["object_id"]!).StartsWith("LC08", StringComparison.Ordinal))!;
        Assert.Equal(Python.Run("""
            import subprocess, sys
            print(subprocess.run(['GeoConvert', '-m', '-p', '-5'], input=sys.argv[1], capture_output=True, text=True).stdout)
            """, $"{(double)landsat["lat"]!:R} {(double)landsat["lon"]!:R}").Trim(), tiles["LC08"]);
    }

    [Fact]
    public async Task An_id_that_names_the_tile_of_another_place_is_not_a_tile()
    {
        string item = (await File.ReadAllTextAsync(TestPaths.Data($"eo/{Sentinel}"), Token)).Replace("S2A_28QCH_20200714_0_L2A\",",
            "S2A_33UUP_20200714_0_L2A\",", StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder["item.json"], item, Token);
        string tile = (string)(await Rows($"kind: stac-scenes\nitems: {folder["item.json"]}", "mgrs")).Single()!["tile"]!;
        Assert.StartsWith("28Q", tile, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_property_with_the_name_of_the_column_of_tiles_is_prefixed()
    {
        string item = (await File.ReadAllTextAsync(TestPaths.Data($"eo/{Sentinel}"), Token)).Replace("\"sentinel:sequence\"", "\"tile\"",
            StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder["item.json"], item, Token);
        JsonNode row = (await Rows($"kind: stac-scenes\nitems: {folder["item.json"]}", "mgrs")).Single()!;
        Assert.Equal(("28QCH", "0"), ((string?)row["tile"], (string?)row["native_tile"]));
        JsonNode without = (await Rows($"kind: stac-scenes\nitems: {folder["item.json"]}", null)).Single()!;
        Assert.Equal("0", (string?)without["tile"]);
    }

    [Fact]
    public async Task A_scene_on_no_tile_is_one_error_or_skipped()
    {
        const string Source = "kind: eo3-scenes\nitems: ls5/LS5_TM_NBAR*/*.yaml",
            Grid = "{ kind: spec, crs: 'ESRI:102035', origin: [0, 0], resolution: [10, -10], tile_shape: [500, 700] }"; // the north only
        SceneErrors.Contains(await SceneErrors.OfAsync(BuilderRuns.Builder(Source, TestPaths.Data("eo"), grid: Grid)),
            "is on no tile of the grid", "ESRI:102035", "does not project");
        List<SkippedRow> skipped = [];
        Assert.Empty(await BuilderRuns.Builder(Source, TestPaths.Data("eo"), skipBadRows: true, onSkip: skipped.Add, grid: Grid)
            .ReadAllAsync(Token));
        Assert.Contains("is on no tile", Assert.Single(skipped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_grid_of_an_unknown_system_or_for_another_builder_is_an_error()
    {
        const string Unknown = "{ kind: spec, crs: 'EPSG:99999', origin: [0, 0], resolution: [1, -1], tile_shape: [5, 7] }";
        Assert.Contains("EPSG:99999", Assert.ThrowsAny<PileException>(() => BuilderRuns.Builder($"kind: stac-scenes\nitems: {Sentinel}",
            TestPaths.Data("eo"), grid: Unknown)).Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder["a.csv"], "id,ra,dec\n1,2,3\n", Token);
        await File.WriteAllTextAsync(folder["recipe.yaml"], """
            pile: 1
            name: table
            provenance: { project: p, survey: s, instrument: i, release: r }
            licence: CC0-1.0
            citation: none
            source: { kind: table, files: a.csv }
            partition: { grid: mgrs }
            """, Token);
        ArgumentException fault = await Assert.ThrowsAsync<ArgumentException>(() => BuildRun.RunAsync(
            RecipeReader.ReadFile(folder["recipe.yaml"]), SourceBuilders.All, folder["out"], new BuildSettings(), Token));
        Assert.Contains("only scenes and chips do", fault.Message, StringComparison.Ordinal);
    }

    private static async Task<JsonArray> Rows(string source, string? grid) =>
        RowJson.Of(await BuilderRuns.Builder(source, TestPaths.Data("eo"), grid: grid).ReadAllAsync(Token));

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();
}
