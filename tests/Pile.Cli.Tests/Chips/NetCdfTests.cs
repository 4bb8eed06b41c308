using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>Chips of stacked netCDF-4 files through STAC items and EO3 documents, against h5py.</summary>
public sealed class NetCdfTests : IClassFixture<NetCdfTests.Files>, IDisposable
{
    // Rows of the item have one slice each, in the order of the file; the fifth chip row and the third column exceed the raster.
    private const string Compare = """
        import glob, json, os, sys
        import h5py, numpy as np
        folder, read, kind = sys.argv[1:4]
        rows = json.load(open(sys.argv[4]))
        file = h5py.File(folder + '/stack.nc')
        red, nir, quality = (file[name][...] for name in ('red', 'nir', 'quality'))
        stamps = ['20200601T100000', '20200617T100000', '20200703T100000', '20200719T160000']
        for row in rows:
            name, x, y = row['object_id'], row['chip_x'] * 32, row['chip_y'] * 32
            slice_ = stamps.index(name.split('_')[1]) if kind == 'stac' else int(name.split('_')[0][-1])
            mjd = [59001, 59017, 59033, 59049.25][slice_] if kind == 'stac' else 59001 + slice_
            assert abs(row['mjd'] - mjd - 10 / 24) < 1e-9, row
            expected = np.full((1, 2, 32, 32), -999, 'i2')
            flags = np.zeros((32, 32), 'u1')
            for band, data in enumerate((red, nir)):
                part = data[slice_, y:y + 32, x:x + 32]
                expected[0, band, :part.shape[0], :part.shape[1]] = part
            part = quality[slice_, y:y + 32, x:x + 32]
            flags[:part.shape[0], :part.shape[1]] = part
            found = np.load(f'{read}/{name}.chip_array.npy')
            assert found.dtype == expected.dtype and np.array_equal(found, expected), name
            assert abs(row['nodata_fraction'] - (flags == 0).mean()) < 1e-6 and abs(row['cloud_fraction'] - (flags == 2).mean()) < 1e-6
            assert row['chip_scale'] == [1e-4, 1e-4] and row['chip_nodata'] == [-999, -999] and row['crs'] == 'EPSG:32633'
            assert row['transform'] == [30, 0, 500010 + 30 * x, 0, -30, 5300040 - 30 * y]
        print(len(rows), len({row['object_id'] for row in rows}))
        """;

    private readonly TemporaryFolder folder = new();

    private readonly Files files;

    public NetCdfTests(Files files)
    {
        this.files = files;
        Directory.CreateDirectory(folder["s"]);
        foreach (string file in Directory.EnumerateFiles(files.Scenes))
            File.Copy(file, Path.Combine(folder["s"], Path.GetFileName(file)));
    }

    public void Dispose() => folder.Dispose();

    /// <summary>The files of the scenes, of which every test has a copy, and what chips of the item state of their places.</summary>
    public sealed class Files : IDisposable
    {
        private readonly TemporaryFolder folder = new();
        private readonly Lazy<string> places;

        public Files()
        {
            Python.Run(File.ReadAllText(Path.Combine(TestPaths.Root, "tests", "Pile.Cli.Tests", "Chips", "netcdf_scenes.py")), Scenes);
            places = new Lazy<string>(() =>
            {
                PileProgram.RunToJson(BuildOf(folder, "stack.json", "[red, nir]", folder["d"]));
                return PlacesOf(folder["d"]);
            });
        }

        internal string Scenes => folder["s"];

        internal string Places => places.Value;

        public void Dispose() => folder.Dispose();
    }

    [Theory]
    [InlineData("stac", "stack.json")]
    [InlineData("eo3", "eo3-*.yaml")]
    public void Slices_of_a_stacked_file_are_rows_with_the_pixels_of_h5py(string kind, string items)
    {
        Build(items, "[red, nir]", folder["d"]);
        File.WriteAllText(folder["rows.json"], PileProgram.Run("query", folder["d"], "--columns",
            "object_id,mjd,crs,transform,chip_x,chip_y,chip_scale,chip_nodata,nodata_fraction,cloud_fraction", "--json").Output);
        Assert.Equal(36, PileProgram.RunToJson("read", folder["d"], "--where", "chip_size = 32", "--columns", "chip_array", "--format",
            "npy", "--out", folder["read"]).GetProperty("rows").GetInt32());
        Assert.Equal("36 36", Python.Run(Compare, folder["s"], folder["read"], kind, folder["rows.json"]).Trim());
        Assert.True(PileProgram.RunToJson("validate", folder["d"], "--deep").GetProperty("valid").GetBoolean());
    }

    [Fact]
    public void Exported_items_name_the_variable_and_a_file_without_a_named_variable_lists_them()
    {
        Build("stack.json", "[red]", folder["d"]);
        PileProgram.RunToJson("export", folder["d"], "--format", "stac", "--out", folder["stac"]);
        string item = Directory.EnumerateFiles(folder["stac"], "stack_*.json", SearchOption.AllDirectories).First();
        Assert.Contains("stack.nc#red\"", File.ReadAllText(item), StringComparison.Ordinal);

        File.WriteAllText(folder["s/stack.json"], File.ReadAllText(folder["s/stack.json"]).Replace("#red", "", StringComparison.Ordinal));
        Assert.Contains("3 of its variables are rasters; there are nir, quality, red. Name the one to read, as in 'file.nc#variable'",
            PileProgram.RunToError(1, BuildOf("stack.json", "[red]", folder["e"])), StringComparison.Ordinal);
    }

    [Theory] // seaice_conc_daily_nh_20211231_f17_v04r00.nc of NOAA has axes of this kind
    [InlineData("'proj:epsg': 32633", "{}", Traits = ["Run", "Long"])]
    [InlineData("'proj:code': 'EPSG:32633'", "{}")]
    [InlineData("'proj:wkt2': pyproj.CRS(32633).to_wkt()", "{}", Traits = ["Run", "Long"])]
    [InlineData("'proj:projjson': pyproj.CRS(32633).to_json_dict()", "{}")]
    [InlineData("", "{'proj:epsg': 32633}")]
    public void The_crs_of_the_document_counts_if_that_of_the_file_is_unknown_to_proj(string ofItem, string ofAsset)
    {
        BreakCrs(ofItem, ofAsset);
        string report = PileProgram.Run(BuildOf("stack.json", "[red, nir]", folder["e"])).Error;
        Assert.Contains("in the variable 'crs' of the file of the asset 'red' is unknown to PROJ", report, StringComparison.Ordinal);
        Assert.Contains("that of the document is used", report, StringComparison.Ordinal);
        Assert.Contains("EPSG:32633", files.Places, StringComparison.Ordinal);
        Assert.Equal(files.Places, PlacesOf(folder["e"]));
        Assert.True(PileProgram.RunToJson("validate", folder["e"], "--deep").GetProperty("valid").GetBoolean());
    }

    [Fact]
    public void A_crs_that_is_unknown_to_proj_is_that_of_the_file_and_its_variable()
    {
        BreakCrs("", "{}");
        string error = PileProgram.RunToError(1, BuildOf("stack.json", "[red]", folder["e"]));
        Assert.Contains("'assets.red.crs': the coordinate reference system 'PROJCS[", error, StringComparison.Ordinal);
        Assert.Contains($"in the variable 'crs' of the file '{folder["s/stack.nc"]}' is unknown to PROJ", error, StringComparison.Ordinal);
        Assert.Contains("State 'proj:wkt2' or 'proj:code' in the document", error, StringComparison.Ordinal);
    }

    // The parameters that stay beside the WKT say zone 34, as those of NOAA's files contradict it.
    private void BreakCrs(string ofItem, string ofAsset) => Python.Run($$"""
        import json, sys, h5py, pyproj
        folder = sys.argv[1]
        with h5py.File(folder + '/stack.nc', 'r+') as file:
            crs = file['crs'].attrs
            del crs['crs_wkt']
            wkt = pyproj.CRS(32633).to_wkt('WKT1_GDAL')
            assert wkt.count(',EAST]') == 1 and wkt.count(',NORTH]') == 1
            crs['spatial_ref'] = wkt.replace(',EAST]', ',UNKNOWN]').replace(',NORTH]', ',UNKNOWN]')
            crs['latitude_of_projection_origin'], crs['longitude_of_central_meridian'] = 0.0, 21.0
            crs['scale_factor_at_central_meridian'], crs['false_easting'], crs['false_northing'] = 0.9996, 500000.0, 0.0
        item = json.load(open(folder + '/stack.json'))
        del item['properties']['proj:epsg']
        item['properties'].update({ {{ofItem}} })
        for asset in item['assets'].values():
            asset.update({{ofAsset}})
        json.dump(item, open(folder + '/stack.json', 'w'))
        """, folder["s"]);

    private void Build(string items, string bands, string output) => PileProgram.RunToJson(BuildOf(items, bands, output));

    private static string PlacesOf(string dataset) => PileProgram.Run("query", dataset, "--columns",
        "object_id,mjd,lon,lat,crs,transform,nodata_fraction,cloud_fraction", "--json").Output;

    private string[] BuildOf(string items, string bands, string output) => BuildOf(folder, items, bands, output);

    private static string[] BuildOf(TemporaryFolder folder, string items, string bands, string output)
    {
        File.WriteAllText(folder["r.yaml"], Recipes.Text("chip", $$"""
            kind: stac-chips
            items: s/{{items}}
            bands: {{bands}}
            chip: { size: 32, edge: pad }
            stats: { flags: { band: quality, cloud_classes: [2], nodata_classes: [0] } }
            """));
        return ["build", folder["r.yaml"], "--out", output];
    }
}
