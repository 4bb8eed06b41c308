using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>Fractions of bands whose pixels are not those of the chips' grid, against rasterio's warp and numpy.</summary>
public sealed class IndexerGridTests : IDisposable
{
    // Files of bands (name: shape, affine), and an item that states the transforms which files without one do not have.
    private const string Scene = """
        import json, sys
        import numpy as np, rasterio
        from rasterio.warp import transform
        folder, bands = sys.argv[1], eval(sys.argv[2])
        rng = np.random.default_rng(7)
        assets, lonlat = {}, None
        for name, (shape, affine, keep) in bands.items():
            t = rasterio.Affine(*affine)
            own = {'crs': 'EPSG:32633', 'transform': t} if keep == 'all' else {'crs': 'EPSG:32633'} if keep == 'crs' else {}
            with rasterio.open(f'{folder}/{name}.tif', 'w', driver='GTiff', height=shape[0], width=shape[1], count=1, dtype='uint8',
                               **own) as f:
                f.write(rng.integers(0, 4, (1, *shape)).astype('u1'))
            assets[name] = {'href': f'{name}.tif', 'type': 'image/tiff; application=geotiff', 'roles': ['data'],
                            'proj:code': 'EPSG:32633', 'proj:shape': shape, 'proj:transform': affine}
            corners = [t * c for c in ((0, 0), (shape[1], 0), (0, shape[0]), (shape[1], shape[0]))]
            lonlat = lonlat or transform('EPSG:32633', 'EPSG:4326', *zip(*corners))
        (w, e), (s, n) = [(min(values), max(values)) for values in lonlat]
        json.dump({'type': 'Feature', 'stac_version': '1.1.0', 'id': 's', 'links': [], 'bbox': [w, s, e, n],
                   'geometry': {'type': 'Polygon', 'coordinates': [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
                   'properties': {'datetime': '2020-01-01T00:00:00Z'}, 'assets': assets}, open(f'{folder}/item.json', 'w'))
        """;

    // Class 0 is missing, and class 1 is cloudy; 9 is outside of the band and of the scene.
    private const string Compare = """
        import json, sys
        import numpy as np, rasterio
        from rasterio.warp import reproject, Resampling
        folder, bands, size = sys.argv[1], eval(sys.argv[2]), int(sys.argv[3])
        rows = json.load(open(folder + '/rows.json'))
        shape, affine, _ = bands['red']
        fine = np.full(shape, 9, 'u1')
        reproject(rasterio.open(folder + '/flags.tif').read(1), fine, src_transform=rasterio.Affine(*bands['flags'][1]),
                  src_crs='EPSG:32633', dst_transform=rasterio.Affine(*affine), dst_crs='EPSG:32633', src_nodata=9, dst_nodata=9,
                  resampling=Resampling.nearest)
        scene = np.full((2000, 2000), 9, 'u1')
        scene[:shape[0], :shape[1]] = fine
        for row in rows:
            x, y = map(round, ~rasterio.Affine(*affine) * (row['transform'][2], row['transform'][5]))
            part = scene[y:y + size, x:x + size]
            missing, cloud = (part == 0) | (part == 9), part == 1
            assert abs(missing.mean() - row['nodata_fraction']) < 1e-6, (x, y, missing.mean(), row)
            assert abs(cloud.mean() - row['cloud_fraction']) < 1e-6, (x, y, cloud.mean(), row)
            clear = ((part > 1) & (part < 9)).sum() / max(1, (~missing).sum())
            assert abs(clear - row['clear_fraction']) < 1e-6 if not missing.all() else row['clear_fraction'] is None, (x, y, clear, row)
        print(len(rows))
        """;

    private const string Fine = "([128, 192], [10, 0, 500000, 0, -10, 5000000], 'all')";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("([22, 32], [60, 0, 500000, 0, -60, 5000000], 'all')", "size: 64", "nearest", 6)] // chips end within pixels
    [InlineData("([22, 32], [60, 0, 500000, 0, -60, 5000000], 'all')", "size: 64", "none", 6, Traits = ["Run", "Long"])]
    [InlineData("([22, 32], [60, 0, 500000, 0, -60, 5000000], 'all')", "size: 60, edge: pad", "bilinear", 12)]
    [InlineData("([22, 32], [60, 0, 500000, 0, -60, 5000000], 'all')", "size: 50, edge: overlap", "nearest", 12, Traits = ["Run", "Long"])]
    [InlineData("([64, 96], [20, 0, 499995, 0, -20, 5000005], 'all')", "size: 64", "nearest", 6)] // half a pixel of the grid off
    [InlineData("([64, 96], [20, 0, 500010, 0, -20, 4999990], 'all')", "size: 64, edge: pad", "bilinear", 6,
        Traits = ["Run", "Long"])] // half a pixel of its own
    [InlineData("([50, 60], [23.7, 0, 500087, 0, -23.7, 4999931], 'all')", "size: 50, edge: pad", "nearest", 12)] // a part of the scene
    [InlineData("([64, 96], [20, 0, 500000, 0, 20, 4998720], 'all')", "size: 64", "nearest", 6)] // from south to north
    [InlineData("([10, 12], [60, 0, 500000, 0, -60, 5000000], 'all')", "size: 60, edge: pad", "nearest", 12, Traits = ["Run", "Long"])]
    public void Fractions_of_other_grids_are_those_of_the_nearest_pixels(string flags, string chip, string resample, int chips) =>
        Check($"{{'red': {Fine}, 'flags': {flags}}}", chip, resample, chips);

    [Theory]
    [InlineData("none")]
    [InlineData("crs")]
    public void Files_without_a_transform_have_that_of_the_document(string keep)
    {
        Check($"{{'red': ([128, 192], [10, 0, 500000, 0, -10, 5000000], '{keep}'), "
            + $"'flags': ([64, 96], [20, 0, 500000, 0, -20, 5000000], '{keep}')}}", "size: 64", "none", 6);
        Check($"{{'red': ([128, 192], [10, 0, 500000, 0, -10, 5000000], '{keep}'), "
            + $"'flags': ([64, 96], [20, 0, 500010, 0, -20, 4999990], '{keep}')}}", "size: 64", "nearest", 6);
    }

    [Theory] // by 90, 270 and 30 degrees
    [InlineData("[0, {0}, 500000, -{0}, 0, 5001920]", "size: 64", 6)]
    [InlineData("[0, {0}, 500000, -{0}, 0, 5001920]", "size: 50, edge: pad", 12, Traits = ["Run", "Long"])]
    [InlineData("[0, -{0}, 501280, {0}, 0, 5000000]", "size: 64", 6, Traits = ["Run", "Long"])]
    [InlineData("[{0} * 0.8, {0} * 0.6, 500000, -{0} * 0.6, {0} * 0.8, 5000000]", "size: 64", 6)]
    public void Fractions_of_rotated_grids_are_those_of_their_pixels(string affine, string chip, int chips)
    {
        foreach (int factor in (int[])[1, 2])
            Check($"{{'red': ([128, 192], {string.Format(null, affine, 10)}, 'all'), "
                + $"'flags': ([{128 / factor}, {192 / factor}], {string.Format(null, affine, 10 * factor)}, 'all')}}", chip, "none", chips);
    }

    [Theory]
    [InlineData(Fine, "([64, 96], [20, 0, 500010, 0, -20, 4999990], 'all')", "none", "'assets.flags': its pixels do not nest with those of "
        + "'red', on whose grid 'stats' counts. Name a method for the band in 'resample', or leave 'stats' out")]
    [InlineData(Fine, "([256, 384], [5, 0, 500000, 0, -5, 5000000], 'all')", "nearest", "'stats' does not count it on the grid of 'red': "
        + "its pixels are narrower or lower than those of the grid")]
    [InlineData(Fine, "([128, 128], [12, 9, 500000, 9, -12, 5000000], 'all')", "nearest", "'stats' does not count it on the grid of 'red': "
        + "one of the grids is rotated")]
    [InlineData(Fine, "([64, 96], [20, 0, 700000, 0, -20, 5000000], 'all')", "nearest", "none of its pixels is on the grid of "
        + "'red', on which 'stats' counts")]
    [InlineData(Fine, "([10, 12], [60, 0, 500000, 0, -60, 5000000], 'all')", "none", "its file has 10 rows and 12 columns, which do not "
        + "cover the 128 × 192 pixels of 'red'")]
    public void Grids_on_which_nothing_can_be_counted_are_rejected(string red, string flags, string resample, string fault)
    {
        Python.Run(Scene, folder.Path, $"{{'red': {red}, 'flags': {flags}}}");
        Assert.Contains(fault, PileProgram.RunToError(1, Build("size: 64", resample + "\nbands: [red]")), StringComparison.Ordinal);
    }

    private void Check(string bands, string chip, string resample, int chips)
    {
        Python.Run(Scene, folder.Path, bands);
        PileProgram.RunToJson([.. Build(chip, resample), "--replace"]);
        JsonElement rows = PileProgram.RunToJson("query", folder["d"], "--columns",
            "transform,nodata_fraction,cloud_fraction,clear_fraction");
        File.WriteAllText(folder["rows.json"], rows.GetRawText());
        string size = new([.. chip.SkipWhile(c => !char.IsDigit(c)).TakeWhile(char.IsDigit)]);
        Assert.Equal($"{chips}", Python.Run(Compare, folder.Path, bands, size).Trim());
    }

    private string[] Build(string chip, string resample)
    {
        File.WriteAllText(folder["d.yaml"], Recipes.Text("chip", $"kind: stac-chips\nitems: item.json\nchip: {{ {chip} }}\n"
            + $"resample: {resample}\nstats: {{ flags: {{ band: flags, nodata_classes: [0], cloud_classes: [1] }} }}"));
        return ["build", folder["d.yaml"], "--out", folder["d"]];
    }
}
