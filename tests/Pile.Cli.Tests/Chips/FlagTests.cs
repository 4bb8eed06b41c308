using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>Indexers that a recipe defines by flags, against numpy and rasterio.</summary>
public sealed class FlagTests : IDisposable
{
    private static readonly string Landsat = Path.Combine(TestPaths.Root, "tests", "data", "eo", "landsat-008059");

    private const string Scene = """
        import json, sys
        import numpy as np, rasterio
        from rasterio.warp import transform_bounds
        folder, dtype = sys.argv[1:]
        transform = rasterio.Affine(10, 0, 500000, 0, -10, 5000000)
        values = np.random.default_rng(5).choice(np.array([-999, -1, 0, 1, 7, 32767]).astype(dtype), (64, 96))
        with rasterio.open(folder + '/flags.tif', 'w', driver='GTiff', dtype=dtype, count=1, height=64, width=96, crs='EPSG:32633',
                           transform=transform) as file:
            file.write(values, 1)
        w, s, e, n = transform_bounds('EPSG:32633', 'EPSG:4326', 500000, 5000000 - 640, 500960, 5000000)
        json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': 'x', 'links': [], 'bbox': [w, s, e, n],
                   'geometry': {'type': 'Polygon', 'coordinates': [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
                   'properties': {'datetime': '2020-01-01T00:00:00Z'},
                   'assets': {'flags': {'href': 'flags.tif', 'type': 'image/tiff; application=geotiff'}}}, open(folder + '/x.json', 'w'))
        """;

    private const string Compare = """
        import json, sys
        import rasterio
        rows, path, nodata, cloud = json.load(open(sys.argv[1])), *sys.argv[2:]
        v = rasterio.open(path).read(1).astype('int64')
        for row in rows:
            size = row['chip_size']
            x, y = row['chip_x'] * size, row['chip_y'] * size
            part = v[y:y + size, x:x + size]
            missing, cloudy = (eval(text, {'v': part}) for text in (nodata, cloud))
            assert abs(missing.mean() - row['nodata_fraction']) < 1e-6, row
            assert abs(cloudy.mean() - row['cloud_fraction']) < 1e-6, row
        print(len(rows))
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("nodata: [0], cloud: [1, 3, 4]", "(v & 1) != 0", "(v & 26) != 0")]
    [InlineData("nodata: [6], cloud: [15]", "(v & 64) != 0", "(v & 32768) != 0")]
    [InlineData("nodata_classes: [1, 21824], cloud: [3], cloud_classes: [22280]",
        "(v == 1) | (v == 21824)", "((v & 8) != 0) | (v == 22280)")]
    public void Bits_and_classes_of_a_real_band_are_counted_as_by_numpy(string flags, string nodata, string cloud)
    {
        Build($"items: {Landsat}/*_SR_stac.json\nassets: {{ mount: {Landsat} }}\nbands: [red]\nchip: {{ size: [64, 100] }}",
            $"band: QA_PIXEL, {flags}");
        AssertCounts(Path.Combine(Landsat, "LC08_L2SP_008059_20191201_20200825_02_T1_QA_PIXEL.TIF"), nodata, cloud);
    }

    [Theory]
    [InlineData("int16", "nodata_classes: [-999], cloud_classes: [-1, 7]", "v == -999", "(v == -1) | (v == 7)")]
    [InlineData("int32", "nodata_classes: [-999, 32767], cloud_classes: [-1]", "(v == -999) | (v == 32767)", "v == -1")]
    [InlineData("int16", "nodata: [15], cloud: [0]", "v < 0", "v % 2 == 1")]
    public void Flags_of_signed_bands_are_counted_as_by_numpy(string dtype, string flags, string nodata, string cloud)
    {
        Python.Run(Scene, folder.Path, dtype);
        Build("items: x.json\nchip: { size: 32 }", $"band: flags, {flags}");
        AssertCounts(folder["flags.tif"], nodata, cloud);
    }

    [Theory] // what a recipe names is counted alone, as in masks
    [InlineData("uint8", 255, "cloud_classes: [7]", "v == 255", "v == 7")]
    [InlineData("uint8", 255, "cloud_classes: [7], nodata_classes: [0]", "v == 0", "v == 7")]
    [InlineData("uint8", 255, "cloud_classes: [7], nodata_classes: []", "v < 0", "v == 7")]
    [InlineData("uint8", 255, "cloud_classes: [7], nodata: [0]", "v % 2 == 1", "v == 7")]
    [InlineData("uint8", 255, "cloud: [0]", "v == 255", "(v % 2 == 1) & (v != 255)")] // the bits of nodata say nothing
    [InlineData("int16", -1, "cloud: [0]", "v == -1", "(v % 2 == 1) & (v != -1)")]
    [InlineData("int16", -999, "cloud_classes: [7]", "v == -999", "v == 7")]
    [InlineData("int32", -1, "cloud_classes: [7]", "v == -1", "v == 7")]
    [InlineData("uint16", 0, "cloud_classes: [7]", "v == 0", "v == 7")]
    public void Declared_nodata_of_the_band_is_counted_as_by_rasterio_unless_the_recipe_names_others(string dtype, int declared,
        string flags, string nodata, string cloud)
    {
        string values = dtype switch
        {
            "uint8" => "0, 1, 2, 7, 255",
            "uint16" => "0, 1, 7, 999",
            _ => "-999, -1, 0, 1, 7",
        };
        Python.Run(Scene.Replace("-999, -1, 0, 1, 7, 32767", values, StringComparison.Ordinal)
            .Replace("crs='EPSG:32633',", $"crs='EPSG:32633', nodata={declared},", StringComparison.Ordinal), folder.Path, dtype);
        Build("items: x.json\nchip: { size: 32 }", $"band: flags, {flags}");
        AssertCounts(folder["flags.tif"], nodata, cloud);
    }

    [Theory] // chips of 36 pixels of 103 × 87, flags of 2 or 3 times their width that end beyond the scene or before its end
    [InlineData("pad", 2, 52, 44, Traits = ["Run", "Long"])]
    [InlineData("pad", 2, 51, 43)]
    [InlineData("pad", 3, 35, 29)]
    [InlineData("pad", 1, 103, 87, Traits = ["Run", "Long"])]
    [InlineData("drop", 2, 52, 44)]
    [InlineData("overlap", 2, 52, 44)]
    [InlineData("overlap", 3, 35, 29, Traits = ["Run", "Long"])]
    public void Shares_of_coarse_flags_are_those_of_the_pixels_of_the_finest_grid(string edge, int factor, int rows, int columns)
    {
        Python.Run("""
            import json, sys
            import numpy as np, rasterio
            from rasterio.warp import transform_bounds
            folder, factor, rows, columns = sys.argv[1], *map(int, sys.argv[2:])
            random = np.random.default_rng(factor)
            for name, f, values in (('red', 1, np.ones((103, 87), 'u2')),
                                    ('flags', factor, random.integers(0, 4, (rows, columns)).astype('u1'))):
                with rasterio.open(f'{folder}/{name}.tif', 'w', driver='GTiff', dtype=values.dtype, count=1, height=values.shape[0],
                                   width=values.shape[1], crs='EPSG:32633',
                                   transform=rasterio.Affine(10 * f, 0, 500000, 0, -10 * f, 5000000)) as file:
                    file.write(values, 1)
            w, s, e, n = transform_bounds('EPSG:32633', 'EPSG:4326', 500000, 5000000 - 1030, 500870, 5000000)
            json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': 'x', 'links': [], 'bbox': [w, s, e, n],
                       'geometry': {'type': 'Polygon', 'coordinates': [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
                       'properties': {'datetime': '2020-01-01T00:00:00Z'},
                       'assets': {k: {'href': k + '.tif', 'type': 'image/tiff; application=geotiff'} for k in ('red', 'flags')}},
                      open(folder + '/x.json', 'w'))
            """, folder.Path, $"{factor}", $"{rows}", $"{columns}");
        Build($"items: x.json\nbands: [red]\nchip: {{ size: 36, edge: {edge} }}",
            "band: flags, nodata_classes: [0], cloud_classes: [1]");
        JsonElement found = PileProgram.RunToJson("query", folder["d"], "--columns",
            "transform,nodata_fraction,cloud_fraction,clear_fraction");
        File.WriteAllText(folder["rows.json"], found.GetRawText());
        Assert.Equal(edge == "drop" ? "4\n" : "9\n", Python.Run("""
            import json, sys
            import numpy as np, rasterio
            flags = rasterio.open(sys.argv[2] + '/flags.tif').read(1)
            fine = np.kron(flags, np.ones((int(sys.argv[3]),) * 2, 'u1'))[:103, :87]
            scene = np.zeros((144, 144), 'u1')
            scene[:fine.shape[0], :fine.shape[1]] = fine
            rows = json.load(open(sys.argv[1]))
            for row in rows:
                x, y = round((row['transform'][2] - 500000) / 10), round((5000000 - row['transform'][5]) / 10)
                part = scene[y:y + 36, x:x + 36]
                assert abs((part == 0).mean() - row['nodata_fraction']) < 1e-6, row
                assert abs((part == 1).mean() - row['cloud_fraction']) < 1e-6, row
                assert abs((part > 1).sum() / (part > 0).sum() - row['clear_fraction']) < 1e-6, row
            print(len(rows))
            """, folder["rows.json"], folder.Path, $"{factor}").ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("band: flags, cloud: [16]", "no pixel of int16 can have the bit 16")]
    [InlineData("band: flags, nodata_classes: [70000]", "no pixel of int16 can have the class 70000")]
    [InlineData("band: other, cloud: [1]", "there is no other, which 'stats' reads; the assets are flags")]
    public void Flags_that_no_pixel_can_have_are_an_error(string flags, string finding)
    {
        Python.Run(Scene, folder.Path, "int16");
        Write("items: x.json\nchip: { size: 32 }", flags);
        Assert.Contains(finding, PileProgram.RunToError(1, "build", folder["d.yaml"], "--out", folder["d"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("raster:bands", "udm2_2", true)]
    [InlineData("eo:bands", "udm2_cloud", true)]
    [InlineData("eo:bands", "cloud", true, Traits = ["Run", "Long"])]
    [InlineData("eo:bands", "udm2", false)]
    public void A_band_of_an_asset_of_several_is_named_as_in_chips(string list, string band, bool isOneBand)
    {
        Python.Run(Scene, folder.Path, "int16");
        Python.Run("""
            import json, sys
            import rasterio
            folder, key = sys.argv[1:]
            with rasterio.open(folder + '/flags.tif') as f:
                values, profile = f.read(1), f.profile
            with rasterio.open(folder + '/udm2.tif', 'w', **{**profile, 'count': 2, 'dtype': 'uint8'}) as f:
                f.write((values == 7).astype('u1'), 1)
                f.write((values == -1).astype('u1'), 2)
            item = json.load(open(folder + '/x.json'))
            bands = [{'name': n} for n in ('clear', 'cloud')] if key == 'eo:bands' else [{'data_type': 'uint8'}] * 2
            item['assets']['udm2'] = {'href': 'udm2.tif', 'type': 'image/tiff; application=geotiff', key: bands}
            json.dump(item, open(folder + '/x.json', 'w'))
            """, folder.Path, list);
        string flags = $"band: {band}, cloud_classes: [1]";
        if (isOneBand)
        {
            Build("items: x.json\nbands: [flags]\nchip: { size: 32 }", flags);
            AssertCounts(folder["flags.tif"], "v > 99999", "v == -1");
            return;
        }
        Write("items: x.json\nbands: [flags]\nchip: { size: 32 }", flags);
        string error = PileProgram.RunToError(1, "build", folder["d.yaml"], "--out", folder["d"]);
        Assert.Contains("the band 'udm2' may be one of udm2_clear of udm2, udm2_cloud of udm2", error, StringComparison.Ordinal);
        Assert.Contains("Name udm2_clear or udm2_cloud in 'stats'", error, StringComparison.Ordinal);
    }

    private void AssertCounts(string raster, string nodata, string cloud)
    {
        JsonElement rows = PileProgram.RunToJson("query", folder["d"], "--columns",
            "chip_x,chip_y,chip_size,nodata_fraction,cloud_fraction");
        File.WriteAllText(folder["rows.json"], rows.GetRawText());
        Assert.Equal($"{rows.GetArrayLength()}", Python.Run(Compare, folder["rows.json"], raster, nodata, cloud).Trim());
        Assert.NotEqual(0, rows.GetArrayLength());
    }

    private void Build(string source, string flags)
    {
        Write(source, flags);
        PileProgram.RunToJson("build", folder["d.yaml"], "--out", folder["d"]);
    }

    private void Write(string source, string flags) =>
        File.WriteAllText(folder["d.yaml"], Recipes.Text("chip", $"kind: stac-chips\n{source}\nstats: {{ flags: {{ {flags} }} }}"));
}
