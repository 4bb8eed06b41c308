using System.Text.Json;
using Pile.TestKit;
using Pile.TestServices;
using static Pile.Cli.Tests.RequiredResults;

namespace Pile.Cli.Tests.Chips;

/// <summary>Items that state shape, transform, CRS and data type of files whose headers no build has read.</summary>
public sealed class HeaderTests : IAsyncLifetime
{
    // Files of 128 × 96 pixels as rasterio writes them. The item of each states something else of its file.
    private const string Scenes = """
        import json, sys
        import numpy as np, rasterio
        from rasterio.warp import transform_bounds
        folder, address = sys.argv[1:]
        own = dict(dtype='uint16', epsg=32633, shape=(96, 128), origin=(500000, 5300000))
        bands = lambda item: dict(data_type=item['dtype'], **({} if item['name'] == 'silent' else {'nodata': 0}))
        for name, stated in dict(right={}, dtype=dict(dtype='int16'), crs=dict(epsg=32634), shape=dict(shape=(128, 128)),
                                 small=dict(shape=(96, 64)),
                                 transform=dict(origin=(500005, 5300000)), silent={}).items():
            item = {**own, **stated, 'name': name}
            with rasterio.open(f'{folder}/files/{name}.tif', 'w', driver='GTiff', width=128, height=96, count=1, dtype='uint16',
                               nodata=9 if name == 'silent' else 0, crs='EPSG:32633',
                               transform=rasterio.Affine(10, 0, 500000, 0, -10, 5300000)) as f:
                f.write(np.ones((1, 96, 128), 'uint16'))
            x, y = item['origin']
            w, s, e, n = transform_bounds(item['epsg'], 4326, x, y - 10 * item['shape'][0], x + 10 * item['shape'][1], y)
            json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': name, 'links': [], 'bbox': [w, s, e, n],
                       'geometry': {'type': 'Polygon', 'coordinates': [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
                       'properties': {'datetime': '2020-01-01T00:00:00Z'},
                       'assets': {'data': {'href': f'{address}/{name}.tif', 'type': 'image/tiff; application=geotiff',
                                           'proj:epsg': item['epsg'], 'proj:shape': item['shape'],
                                           'proj:transform': [10, 0, x, 0, -10, y],
                                           'raster:bands': [bands(item)]}}},
                      open(f'{folder}/{name}.json', 'w'))
        """;

    private readonly TemporaryFolder folder = new();
    private FileServer? server;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData(true, Traits = ["Run", "Long"])]
    [InlineData(false)]
    public void A_deep_validation_compares_rows_with_headers_that_no_build_has_read(bool isRemote)
    {
        string files = Directory.CreateDirectory(folder["files"]).FullName;
        server = isRemote ? new FileServer(files) : null;
        string address = server?.Address.AbsoluteUri.TrimEnd('/') ?? "files";
        Python.Run(Scenes, folder.Path, address);
        foreach ((string name, string[] words) in ((string, string[])[])[("right", []), ("dtype", ["int16", "uint16"]),
            ("crs", ["EPSG:32634", "EPSG:32633"]), ("shape", ["128 × 96", "row 128"]),
            ("small", ["64 × 96 pixels, as the document", "found 128 × 96"]),
            ("transform", ["[10, 0, 500005, 0, -10, 5300000]", "[10, 0, 500000, 0, -10, 5300000]"])])
        {
            string file = Path.Combine(files, $"{name}.tif"), away = folder[$"{name}.away"];
            if (!isRemote)
                File.Move(file, away); // a build would compare it
            Done(PileProgram.Run("build", "--from", folder[$"{name}.json"], "--chips", "64", "--out", folder[name]));
            if (!isRemote)
                File.Move(away, file);
            string[] mount = isRemote ? ["--mount", $"{address}={address}"] : [];
            PileProgram.RunToJson(["validate", folder[name], .. mount]);
            JsonElement report = PileProgram.Run(["validate", folder[name], "--deep", "--json", .. mount]).Json;
            Assert.Equal(words.Length == 0, report.GetProperty("valid").GetBoolean());
            string[] errors = [.. report.GetProperty("findings").EnumerateArray()
                .Where(f => f.GetProperty("severity").GetString() == "error" && f.GetProperty("code").GetString() == "G002")
                .Select(f => f.GetProperty("message").GetString()!)];
            Assert.Equal(words.Length > 0, errors.Length > 0);
            Assert.All(errors, error => Assert.All([.. words, $"/{name}.tif'"],
                word => Assert.Contains(word, error, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void A_deep_validation_warns_of_nodata_that_only_the_header_of_a_remote_file_states()
    {
        string files = Directory.CreateDirectory(folder["files"]).FullName;
        server = new FileServer(files);
        string address = server.Address.AbsoluteUri.TrimEnd('/');
        Python.Run(Scenes, folder.Path, address);
        Done(PileProgram.Run("build", "--from", folder["silent.json"], "--chips", "32", "--out", folder["d"]));
        Done(PileProgram.Run("build", "--from", folder["right.json"], "--chips", "32", "--out", folder["right"]));
        string mount = $"{address}={address}";
        Assert.Empty(PileProgram.RunToJson("validate", folder["d"], "--mount", mount).GetProperty("findings").EnumerateArray());
        Assert.Empty(PileProgram.RunToJson("validate", folder["right"], "--deep", "--mount", mount).GetProperty("findings")
            .EnumerateArray());
        JsonElement report = PileProgram.RunToJson("validate", folder["d"], "--deep", "--mount", mount);
        Assert.True(report.GetProperty("valid").GetBoolean());
        JsonElement finding = Assert.Single(report.GetProperty("findings").EnumerateArray());
        Assert.Equal(("G002", "warning", "chip_nodata"), (finding.GetProperty("code").GetString(),
            finding.GetProperty("severity").GetString(), finding.GetProperty("column").GetString()));
        string nodata = Python.Run("import sys, rasterio; print(int(rasterio.open(sys.argv[1]).nodata))", folder["files/silent.tif"])
            .Trim();
        Assert.Contains($"expected {nodata}, the nodata of '{address}/silent.tif'", finding.GetProperty("message").GetString(),
            StringComparison.Ordinal);
        Assert.Contains("probe: headers", finding.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[96, 64]")] // the file is larger
    [InlineData("[128, 128]")]
    public void A_local_file_of_another_shape_than_the_item_states_is_an_error_of_the_build(string shape)
    {
        Directory.CreateDirectory(folder["files"]);
        Python.Run(Scenes, folder.Path, "files");
        Python.Run("""
            import json, sys
            from rasterio.warp import transform_bounds
            item = json.load(open(sys.argv[1]))
            rows, columns = item['assets']['data']['proj:shape'] = json.loads(sys.argv[2])
            w, s, e, n = item['bbox'] = transform_bounds(32633, 4326, 500000, 5300000 - 10 * rows, 500000 + 10 * columns, 5300000)
            item['geometry']['coordinates'] = [[[w, s], [e, s], [e, n], [w, n], [w, s]]]
            json.dump(item, open(sys.argv[1], 'w'))
            """, folder["right.json"], shape);
        string error = PileProgram.RunToError(1, "build", "--from", folder["right.json"], "--chips", "32", "--out", folder["d"]);
        Assert.Contains("assets.data.proj:shape", error, StringComparison.Ordinal);
        Assert.Contains($"it is {shape}, but the file has 96 rows and 128 columns", error, StringComparison.Ordinal);
    }

    [Theory] // OSGB36 with ODN heights: the horizontal part is EPSG:27700, which pyproj says
    [InlineData("EPSG:7405", "EPSG:7405", true)]
    [InlineData("EPSG:27700", "EPSG:7405", true)]
    [InlineData("EPSG:32630", "EPSG:7405", false)]
    public void Heights_of_a_coordinate_reference_system_contradict_no_file(string ofFile, string ofItem, bool agrees)
    {
        string horizontal = Python.Run("""
            import json, sys
            import numpy as np, pyproj, rasterio
            from rasterio.warp import transform_bounds
            folder, of_file, of_item = sys.argv[1:]
            transform = rasterio.Affine(25, 0, 400000, 0, -25, 300000)
            with rasterio.open(folder + '/a.tif', 'w', driver='GTiff', dtype='uint8', count=1, height=64, width=64, transform=transform,
                               crs=rasterio.crs.CRS.from_wkt(pyproj.CRS(of_file).to_wkt('WKT1_GDAL'))) as file:
                file.write(np.ones((64, 64), 'u1'), 1)
            w, s, e, n = transform_bounds(27700, 4326, 400000, 298400, 401600, 300000)
            json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': 'x', 'links': [], 'bbox': [w, s, e, n],
                       'geometry': {'type': 'Polygon', 'coordinates': [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
                       'properties': {'datetime': '2023-01-01T00:00:00Z', 'proj:epsg': int(of_item[5:]), 'proj:shape': [64, 64],
                                      'proj:transform': list(transform)[:6]},
                       'assets': {'a': {'href': 'a.tif', 'type': 'image/tiff; application=geotiff'}}}, open(folder + '/x.json', 'w'))
            print('EPSG:%d' % pyproj.CRS(of_item).sub_crs_list[0].to_epsg())
            """, folder.Path, ofFile, ofItem).Trim();
        string[] build = ["build", "--from", folder["x.json"], "--chips", "64", "--out", folder["d"]];
        if (!agrees)
        {
            Assert.Contains($"it is {horizontal}, but the file has {ofFile}", PileProgram.RunToError(1, build), StringComparison.Ordinal);
            return;
        }
        PileProgram.RunToJson(build);
        Assert.Equal(horizontal, PileProgram.RunToJson("query", folder["d"], "--columns", "crs")[0].GetProperty("crs").GetString());
        Assert.True(PileProgram.RunToJson("validate", folder["d"], "--deep").GetProperty("valid").GetBoolean());
    }

    [Fact]
    public void Remote_chips_are_padded_with_the_nodata_of_a_header_on_which_the_item_is_silent()
    {
        string files = Directory.CreateDirectory(folder["files"]).FullName;
        server = new FileServer(files);
        string address = server.Address.AbsoluteUri.TrimEnd('/');
        Python.Run(Scenes, folder.Path, address);
        File.WriteAllText(folder["pad.yaml"], Recipes.Text("chip",
            "kind: stac-chips\nitems: silent.json\nchip: { size: 80, edge: pad }"));
        Done(PileProgram.Run("build", folder["pad.yaml"], "--out", folder["d"]));
        JsonElement rows = PileProgram.RunToJson("query", folder["d"], "--columns", "chip_nodata");
        Assert.All(rows.EnumerateArray(), row => Assert.Equal(9, row.GetProperty("chip_nodata")[0].GetDouble()));
        string mount = $"{address}={address}";
        PileProgram.RunToJson("validate", folder["d"], "--deep", "--mount", mount);
        PileProgram.RunToJson("read", folder["d"], "--where", "true", "--columns", "chip_array", "--format", "npy", "--out", folder["r"],
            "--mount", mount);
        Python.Run("""
            import sys
            import numpy as np, rasterio
            with rasterio.open(f'{sys.argv[1]}/silent.tif') as f:
                padded = np.full((160, 160), f.nodata, 'uint16')
                padded[:96, :128] = f.read(1)
            for y in (0, 1):
                for x in (0, 1):
                    found = np.load(f'{sys.argv[2]}/silent_80_{x}_{y}.chip_array.npy')[0, 0]
                    assert np.array_equal(found, padded[80 * y:80 * y + 80, 80 * x:80 * x + 80]), (x, y)
            """, files, folder["r"]);
    }
}
