using System.Globalization;
using Pile.Reading;
using Pile.Streaming;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>Windows of rasters are normalised without the pixels that masks, valid numbers and edges hide: against rasterio and
/// netCDF4.</summary>
public sealed class WindowScaleTests : IDisposable
{
    private const string Scenes = """
        import json, sys
        import numpy as np, netCDF4, pyproj, rasterio
        from rasterio.warp import transform_bounds
        folder, r = sys.argv[1], np.random.default_rng(5)

        def item(name, width, height, assets):
            w, s, e, n = transform_bounds('EPSG:32633', 'EPSG:4326', 500000, 5000000 - 10 * height, 500000 + 10 * width, 5000000)
            json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': name, 'links': [], 'bbox': [w, s, e, n],
                       'geometry': {'type': 'Polygon', 'coordinates': [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
                       'properties': {'datetime': '2021-01-03T00:00:00Z'},
                       'assets': {k: {'href': h, 'type': t, 'roles': ['data']} for k, (h, t) in assets.items()}},
                      open(f'{folder}/{name}.json', 'w'))

        for name in ('mask', 'float'):
            nodata = -9999.9 if name == 'float' else None
            for band, mean in (('nir', 50), ('red', 100)):
                a = r.normal(mean, 10, (150, 150)).astype('f4' if nodata else 'i2')
                if nodata:
                    a[:20, :40] = nodata
                with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(
                        f'{folder}/{name}_{band}.tif', 'w', driver='GTiff', width=150, height=150, count=1, dtype=a.dtype,
                        crs='EPSG:32633', transform=rasterio.Affine(10, 0, 500000, 0, -10, 5000000), nodata=nodata, tiled=True,
                        blockxsize=64, blockysize=64) as f:
                    f.write(a, 1)
                    if not nodata:
                        m = np.full((150, 150), 255, 'u1')
                        m[60:70] = 0
                        f.write_mask(m)
                with rasterio.open(f'{folder}/{name}_{band}.tif') as f:
                    x = f.read(1)[f.read_masks(1) != 0].astype('f8')
                    print(name, band, x.size, repr(float(x.mean())), repr(float(x.std())))
            item(name, 150, 150, {b: (f'{name}_{b}.tif', 'image/tiff; application=geotiff') for b in ('red', 'nir')})

        with netCDF4.Dataset(f'{folder}/s.nc', 'w') as d:
            for axis in 'yx':
                d.createDimension(axis, 64)
            for axis, first, step in (('y', 5000000, -10), ('x', 500000, 10)):
                v = d.createVariable(axis, 'f8', (axis,))
                v[:] = first + step * (np.arange(64) + .5)
                v.standard_name, v.units = f'projection_{axis}_coordinate', 'm'
            d.createVariable('crs', 'i4').crs_wkt = pyproj.CRS(32633).to_wkt()
            for band in ('evi', 'ndvi'):
                v = d.createVariable(band, 'i2', ('y', 'x'), fill_value=-1)
                v.set_auto_maskandscale(False)
                v.grid_mapping, v.valid_range = 'crs', np.array([0, 10000], 'i2')
                a = r.integers(1, 9000, (64, 64)).astype('i2')
                a[:5], a[10:12] = -1, 12000
                v[:] = a
        with netCDF4.Dataset(f'{folder}/s.nc') as d:
            for band in ('evi', 'ndvi'):
                x = d[band][:].compressed().astype('f8')
                print('valid', band, x.size, repr(float(x.mean())), repr(float(x.std())))
        item('valid', 64, 64, {b: (f's.nc#{b}', 'application/x-netcdf') for b in ('evi', 'ndvi')})
        """;

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Hidden_pixels_are_not_measured_and_become_NaN()
    {
        string[][] expected = [.. Python.Run(Scenes, folder.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))];
        foreach (string name in (string[])["mask", "float", "valid"])
        {
            File.WriteAllText(folder[$"{name}.yaml"], Recipes.Text("chip",
                $"kind: stac-chips\nitems: {name}.json\nchip: {{ size: 64, edge: pad }}"));
            PileProgram.RunToJson("build", folder[$"{name}.yaml"], "--out", folder[name]);
            PileProgram.RunToJson("copy", folder[name], folder[$"{name}-copy"], "--materialize", "--yes");
            string[][] bands = [.. expected.Where(words => words[0] == name)];
            foreach (string dataset in (string[])[folder[name], folder[$"{name}-copy"]])
            {
                string pin = folder[$"{Guid.NewGuid():N}.pin.yaml"];
                ProgramResult run = PileProgram.Run("stream", dataset, "--columns", "chip_array", "--normalise", "chip_array",
                    "--pin", pin);
                Assert.True(run.ExitCode == 0, run.Error);
                double[] scales = [.. File.ReadAllLines(pin).Select(line => line.Trim().Split(": "))
                    .Where(pair => pair[0] is "mean" or "std").Select(pair => Number(pair[1].Trim('"')))];
                Assert.Equal(bands.SelectMany(b => (double[])[Number(b[3]), Number(b[4])]), scales, (a, b) => Math.Abs(a - b) < 1e-9 * a);
                Assert.Equal(bands.Sum(b => Number(b[2])), await PixelsAsync(dataset));
            }
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Returns the number of pixels that are not NaN after normalisation, whose mean is 0.</summary>
    private static async Task<double> PixelsAsync(string path)
    {
        await using Dataset dataset = await Dataset.OpenAsync(path, cancellationToken: Cancellation);
        StreamSource rows = await StreamSource.OpenAsync(dataset.Query().Columns("chip_array"), Cancellation);
        long count = 0;
        double sum = 0;
        await foreach (StreamBatch batch in new Loader(await rows.NormaliseAsync(["chip_array"], cancellationToken: Cancellation),
            new() { BatchRows = 4, ShuffleSeed = 1 }).ReadAsync(cancellationToken: Cancellation))
            using (batch)
                for (int row = 0; row < batch.RowCount; row++)
                    foreach (float value in batch.Row<float>("chip_array", row))
                        if (!float.IsNaN(value))
                            (count, sum) = (count + 1, sum + value);
        Assert.Equal(0, sum / count, 1e-6);
        return count;
    }
}
