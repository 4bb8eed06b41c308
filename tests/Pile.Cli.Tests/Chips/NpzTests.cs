using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary><c>pile export --format npz</c>, read by numpy and compared with what rasterio reads.</summary>
public sealed class NpzTests(ChipDatasets chips) : IDisposable
{
    private const string Check = """
        import glob, math, sys
        from datetime import datetime
        import numpy as np, rasterio
        from rasterio.warp import transform
        from rasterio.windows import Window
        scenes, files = sys.argv[1], sorted(glob.glob(sys.argv[2] + '/**/*.npz', recursive=True))
        times = {'a1': datetime(2020, 7, 14, 11, 55, 52), 'a2': datetime(2021, 1, 2, 23, 10), 'b': datetime(2019, 12, 31)}
        seen = set()
        for path in files:
            with np.load(path) as file:
                names = ['bands', 'hour', 'ids', 'lat', 'lon', 'pixels', 'week']
                assert [name for name in sorted(file.files) if name != 'valid'] == names, file.files
                arrays = {name: file[name] for name in file.files}
            bands, masks = arrays['bands'].tolist(), []
            for i, name in enumerate(arrays['ids'].tolist()):
                item, size, x, y = name.split('_')
                size = int(size)
                window, found, mask = Window(int(x) * size, int(y) * size, size, size), [], []
                for band in bands:
                    with rasterio.open(f'{scenes}/{item}/{band}.tif') as raster:
                        found.append(raster.read(1, window=window))
                        mask.append(raster.read_masks(1, window=window) != 0)
                        corners = [raster.window_transform(window) * c for c in ((0, 0), (0, size), (size, size), (size, 0))]
                        lons, lats = transform(raster.crs, 'EPSG:4326', *zip(*corners))
                expected = np.stack(found)
                masks.append(np.stack(mask))
                assert arrays['pixels'].dtype == expected.dtype and arrays['pixels'][i].tobytes() == expected.tobytes(), name
                lon, lat = math.radians(np.mean(lons)), math.radians(np.mean(lats))
                assert np.allclose(arrays['lon'][i], (math.sin(lon), math.cos(lon)), atol=1e-5), name
                assert np.allclose(arrays['lat'][i], (math.sin(lat), math.cos(lat)), atol=1e-5), name
                week = times[item].isocalendar()[1] * 2 * math.pi / 52
                hour = times[item].hour * 2 * math.pi / 24
                assert np.allclose(arrays['week'][i], (math.sin(week), math.cos(week)), atol=1e-12), name
                assert np.allclose(arrays['hour'][i], (math.sin(hour), math.cos(hour)), atol=1e-12), name
                seen.add(name)
            missing = not np.all(masks)
            assert ('valid' in arrays) == missing and (not missing or np.array_equal(arrays['valid'], masks)), path
            print(path[len(sys.argv[2]) + 1:], arrays['pixels'].shape, ','.join(bands))
        print(len(seen))
        """;

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Files_have_the_requested_number_of_chips_with_places_and_times()
    {
        Export(chips["all"], "a", "--rows", "7");
        Assert.Equal("""
            000000.npz (7, 2, 32, 32) red,nir
            000001.npz (7, 2, 32, 32) red,nir
            000002.npz (4, 2, 32, 32) red,nir
            18

            """, Python.Run(Check, chips["."], folder["a"]).ReplaceLineEndings("\n"));
        Export(chips["all"], "b", "--columns", "chip_beta_v2_array");
        Assert.Equal("""
            000000.npz (4, 1, 32, 32) ndvi
            4

            """, Python.Run(Check, chips["."], folder["b"]).ReplaceLineEndings("\n"));
        Export(chips["all"], "again", "--rows", "7", "--workers", "1");
        Assert.Equal(File.ReadAllBytes(folder["a/000001.npz"]), File.ReadAllBytes(folder["again/000001.npz"]));
    }

    [Fact]
    public void Each_size_is_a_series_of_files()
    {
        Assert.Equal(0, PileProgram.Run("build", "--from", chips["a2/item.json"], "--chips", "48,32", "--out", folder["sizes"]).ExitCode);
        Export(folder["sizes"], "out", "--rows", "4");
        Assert.Equal("""
            2x32x32/000000.npz (4, 2, 32, 32) red,nir
            2x32x32/000001.npz (2, 2, 32, 32) red,nir
            2x48x48/000000.npz (2, 2, 48, 48) red,nir
            8

            """, Python.Run(Check, chips["."], folder["out"]).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Options_of_other_formats_and_unknown_columns_are_errors()
    {
        Assert.Contains("--rows applies to the format fits, parquet, npz only", PileProgram.RunToError(2, "export",
            chips["all"], "--format", "hats", "--rows", "5", "--out", folder["o"]), StringComparison.Ordinal);
        Assert.Contains("are chip_array, chip_beta_v2_array", PileProgram.RunToError(2, "export", chips["all"], "--format", "npz",
            "--columns", "chip_x", "--out", folder["o"]), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private void Export(string dataset, string output, params string[] options)
    {
        ProgramResult result = PileProgram.Run(["export", dataset, "--format", "npz", "--out", folder[output], .. options]);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
    }
}
