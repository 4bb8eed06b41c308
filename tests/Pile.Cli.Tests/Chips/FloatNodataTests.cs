using System.Globalization;
using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>Float pixels that equal nodata but for the rounding of its text, as in files of ArcGIS: against rasterio.</summary>
public sealed class FloatNodataTests : IDisposable
{
    // Band 'fine' of 10 m, and 'coarse' of 20 m that begins elsewhere; both have runs of the float32 minimum.
    private const string Scene = """
        import json, sys
        import numpy as np, rasterio
        from rasterio.warp import transform_bounds
        assets, r = {}, np.random.default_rng(6)
        for name, size, origin, pixel in (('fine', 64, (500000, 5300000), 10), ('coarse', 36, (499995, 5300005), 20)):
            data = r.normal(100, 1, (1, size, size)).astype(sys.argv[2])
            data[0, 3:9, 4:], data[0, 20, 20] = -3.4028234663852886e38, 5
            with rasterio.open(f'{sys.argv[1]}/{name}.tif', 'w', driver='GTiff', width=size, height=size, count=1, dtype=sys.argv[2],
                               crs='EPSG:32633', transform=rasterio.Affine(pixel, 0, origin[0], 0, -pixel, origin[1]),
                               nodata=float(sys.argv[3])) as f:
                f.write(data)
            assets[name] = {'href': f'{name}.tif', 'type': 'image/tiff; application=geotiff', 'roles': ['data']}
        w, s, e, n = transform_bounds('EPSG:32633', 'EPSG:4326', 500000, 5299360, 500640, 5300000)
        json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': 'f', 'links': [], 'bbox': [w, s, e, n],
                   'geometry': {'type': 'Polygon', 'coordinates': [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
                   'properties': {'datetime': '2020-01-01T00:00:00Z'}, 'assets': assets}, open(f'{sys.argv[1]}/f.json', 'w'))
        """;

    // Without nodata, gdalwarp mixes the numbers; with it, as GDAL's mask has it, the invalid ones are dropped.
    private const string Compare = """
        import json, sys
        import numpy as np, rasterio
        from rasterio.warp import reproject, Resampling
        with rasterio.open(f'{sys.argv[1]}/fine.tif') as f:
            fine, hidden, kind, grid = f.read(1), f.read_masks(1) == 0, f.dtypes[0], f.transform
        with rasterio.open(f'{sys.argv[1]}/coarse.tif') as f:
            least = f.read(1).min()
            warped = np.full((64, 64), least, kind)
            reproject(f.read(1), warped, src_transform=f.transform, src_crs=f.crs, dst_transform=grid, dst_crs=f.crs, src_nodata=least,
                      dst_nodata=least, resampling=Resampling.bilinear)
        with rasterio.open(sys.argv[2]) as f:
            own, masks = f.read(), f.read_masks() == 0
        assert np.array_equal(own[0], fine) and np.array_equal(masks[0], hidden)
        assert np.array_equal(masks[1], warped == least), (masks[1].sum(), (warped == least).sum())
        assert np.abs(own[1] - warped)[~masks[1]].max() < 1e-4
        x, y = fine[~hidden].astype('f8'), own[1][~masks[1]].astype('f8')
        print(hidden.mean(), x.size, repr(x.mean()), y.size, repr(y.mean()))
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("float32", "-3.4028230607370965e+38")]
    [InlineData("float64", "-3.4028235e+38")]
    public void Pixels_within_the_tolerance_of_GDAL_have_no_data(string dtype, string nodata)
    {
        Python.Run(Scene, folder.Path, dtype, nodata);
        File.WriteAllText(folder["f.yaml"], Recipes.Text("chip",
            "kind: stac-chips\nitems: f.json\nchip: { size: 64 }\nresample: bilinear\nstats: { mask: { band: fine } }"));
        PileProgram.RunToJson("build", folder["f.yaml"], "--out", folder["d"]);
        PileProgram.RunToJson("export", folder["d"], "--format", "tif", "--out", folder["tif"]);
        string tif = Directory.GetFiles(folder["tif"], "*.tif", SearchOption.AllDirectories).Single();
        string[] expected = Python.Run(Compare, folder.Path, tif).Split(' ');

        double share = PileProgram.Run("query", folder["d"], "--columns", "nodata_fraction", "--json").Json[0]
            .GetProperty("nodata_fraction").GetDouble();
        Assert.Equal(double.Parse(expected[0], CultureInfo.InvariantCulture), share, 6);
        JsonElement[] bands = [.. PileProgram.RunToJson("statistics", folder["d"]).GetProperty("bands").EnumerateArray()
            .OrderByDescending(b => b.GetProperty("band").GetString(), StringComparer.Ordinal)];
        for (int i = 0; i < bands.Length; i++)
        {
            Assert.Equal(long.Parse(expected[1 + (2 * i)], CultureInfo.InvariantCulture), bands[i].GetProperty("pixels").GetInt64());
            Assert.Equal(double.Parse(expected[2 + (2 * i)], CultureInfo.InvariantCulture), bands[i].GetProperty("mean").GetDouble(), 9);
        }
    }
}
