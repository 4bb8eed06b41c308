using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary><c>pile export --format stac</c> and <c>stac-geoparquet</c> of scenes and chips whose bands share a file: the items are read
/// by rasterio and by pile.</summary>
public sealed class SharedFileTests : IDisposable
{
    // Band n of the file is everywhere 100 n; the document names bands 1 and 3 of four, and band 1 twice.
    private const string Scene = """
        import json, sys
        import numpy as np, rasterio
        folder = sys.argv[1]
        with rasterio.open(f'{folder}/rgbn.tif', 'w', driver='GTiff', width=64, height=64, count=4, dtype='uint16', nodata=0,
                crs='EPSG:32633', transform=rasterio.Affine(30, 0, 500010, 0, -30, 5300040), tiled=True, blockxsize=32,
                blockysize=32) as file:
            file.write(np.stack([np.full((64, 64), 100 * n, 'uint16') for n in (1, 2, 3, 4)]))
        json.dump({'$schema': 'https://schemas.opendatacube.org/dataset', 'id': '00000000-0000-0000-0000-000000000001', 'label': 'a',
            'product': {'name': 'p'}, 'crs': 'EPSG:32633', 'lineage': {}, 'properties': {'datetime': '2020-06-01T10:00:00Z',
            'eo:platform': 'landsat-8'}, 'grids': {'default': {'shape': [64, 64], 'transform': [30, 0, 500010, 0, -30, 5300040, 0, 0, 1]}},
            'measurements': {'red': {'path': 'rgbn.tif', 'band': 1}, 'blue': {'path': 'rgbn.tif', 'band': 3},
                             'copy': {'path': 'rgbn.tif', 'band': 1}, 'SR_B4': {'path': 'rgbn.tif'}}}, open(f'{folder}/eo3.yaml', 'w'))
        """;

    // As readers of STAC do, the position in the list is the number of the band.
    private const string Pixels = """
        import glob, json, sys
        import rasterio
        for path in sorted(glob.glob(sys.argv[1] + '/**/items/*.json', recursive=True)):
            found = []
            for key, asset in json.load(open(path))['assets'].items():
                with rasterio.open(asset['href'].removeprefix('file://')) as file:
                    found += [f"{band['name']} {file.read(i)[0, 0]}" for i, band in enumerate(asset['bands'], 1) if 'name' in band]
            print(', '.join(sorted(found)))
        """;

    private readonly TemporaryFolder folder = new();

    public SharedFileTests() => Python.Run(Scene, folder.Path);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("stac", "catalog.json")]
    [InlineData("stac-geoparquet", "items.parquet")]
    public void Bands_of_one_file_are_read_with_their_own_pixels(string format, string file)
    {
        Run("build", "--from", folder["eo3.yaml"], "--scenes", "--set", "source.assets.exclude=[SR_B4]", "--out", folder["scenes"]);
        Export("scenes", format, "items");
        Chips($"items/{file}", "chips");
        Export("chips", format, "chip-items");
        Chips($"chip-items/{file}", "again");
        const string Expected = "blue 300, copy 100, red 100";
        if (format == "stac")
        {
            Assert.Equal(Expected, Python.Run(Pixels, folder["items"]).Trim());
            Assert.Equal(string.Join('\n', Enumerable.Repeat(Expected, 4)), Python.Run(Pixels, folder["chip-items"]).Trim());
        }
        foreach ((string name, int count) in (ReadOnlySpan<(string, int)>)[("chips", 4), ("again", 16)])
        {
            JsonElement rows = PileProgram.RunToJson("query", folder[name], "--columns", "object_id,chip_band");
            Assert.Equal(count, rows.GetArrayLength());
            Assert.All(rows.EnumerateArray(), row => Assert.Equal(["blue", "copy", "red"],
                row.GetProperty("chip_band").EnumerateArray().Select(band => band.GetString()).Order(StringComparer.Ordinal)));
            PileProgram.RunToJson("read", folder[name], "--where", "chip_size = 32", "--columns", "chip_array", "--format", "npy", "--out",
                folder[$"{name}-pixels"]);
            string[] expected = [.. rows[0].GetProperty("chip_band").EnumerateArray().Select(band =>
                band.GetString() == "blue" ? "300" : "100")];
            Assert.Equal(string.Join(' ', expected), Python.Run("""
                import glob, sys, numpy as np
                pixels = np.stack([np.load(path)[0] for path in glob.glob(sys.argv[1] + '/*.npy')])
                assert (pixels == pixels[:1, :, :1, :1]).all()
                print(*pixels[0, :, 0, 0])
                """, folder[$"{name}-pixels"]).Trim());
        }
    }

    [Fact] // scale, offset and nodata: USGS, Landsat 8-9 Collection 2 Level 2 Science Product Guide (LSDS-1619), table 6-1
    public void Items_of_eo3_documents_have_what_a_sensor_definition_completed()
    {
        Run("build", "--from", folder["eo3.yaml"], "--scenes", "--sensor", "landsat-c2-l2", "--out", folder["scenes"]);
        Export("scenes", "stac", "items");
        JsonElement band = ItemOf("items").GetProperty("assets").GetProperty("SR_B4").GetProperty("bands")[0];
        Assert.Equal(("uint16", 0, 0.0000275, -0.2), (band.GetProperty("data_type").GetString(), band.GetProperty("nodata").GetDouble(),
            band.GetProperty("raster:scale").GetDouble(), band.GetProperty("raster:offset").GetDouble()));
    }

    [Fact]
    public void A_time_slice_of_a_netcdf_variable_is_exported_and_read_again()
    {
        Python.Run(File.ReadAllText(Path.Combine(TestPaths.Root, "tests", "Pile.Cli.Tests", "Chips", "netcdf_scenes.py")), folder["s"]);
        Run("build", "--from", folder["s/eo3-2.yaml"], "--scenes", "--set", "source.assets.exclude=[quality]", "--out", folder["scenes"]);
        Export("scenes", "stac", "items");
        JsonElement red = ItemOf("items").GetProperty("assets").GetProperty("red");
        Assert.Equal((new Uri(folder["s/stack.nc"]).AbsoluteUri + "#red", 3), (red.GetProperty("href").GetString(),
            red.GetProperty("bands")[0].GetProperty("pile:band").GetInt32()));
        Chips("items/catalog.json", "chips", folder["s"]);
        Export("chips", "stac", "chip-items");
        Chips("chip-items/catalog.json", "again", folder["s"]);
        foreach (string name in (string[])["chips", "again"])
            Assert.Equal("ok", Python.Run("""
                import glob, sys, h5py, numpy as np
                with h5py.File(sys.argv[2]) as file:
                    expected = [file['red'][2, :32, :32], file['nir'][2, :32, :32]]
                paths = glob.glob(sys.argv[1] + '/*.npy')
                assert paths and all(np.array_equal(np.load(path)[0], expected) for path in paths), paths
                print('ok')
                """, Read(name), folder["s/stack.nc"]).Trim());

        string Read(string name)
        {
            PileProgram.RunToJson("read", folder[name], "--where", "chip_x = 0 AND chip_y = 0", "--columns", "chip_array", "--format",
                "npy", "--out", folder[$"{name}-pixels"]);
            return folder[$"{name}-pixels"];
        }
    }

    private JsonElement ItemOf(string catalog) => JsonDocument.Parse(File.ReadAllText(Directory.EnumerateFiles(folder[catalog],
        "0000*.json", SearchOption.AllDirectories).Single())).RootElement;

    private void Chips(string items, string output, string? mount = null) => Run("build", "--from", folder[items], "--chips", "32", "--set",
        $"source.assets.mount={mount ?? folder.Path}", "--out", folder[output]);

    private void Export(string dataset, string format, string output) =>
        Run("export", folder[dataset], "--format", format, "--out", folder[output]);

    private static void Run(params string[] arguments)
    {
        ProgramResult result = PileProgram.Run(arguments);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
    }
}
