using System.Globalization;
using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>Pixels that have no data though their numbers do not say it: hidden by an internal mask, or outside the scene.</summary>
public sealed class MaskTests : IDisposable
{
    // Chips of 64 pixels of 150 × 130. The item states nodata that the file does not have, and all that a header has.
    private const string Scene = """
        import json, sys
        import numpy as np, rasterio
        from rasterio.warp import transform_bounds
        folder = sys.argv[1]
        rng = np.random.default_rng(6)
        data = rng.integers(1, 1000, (2, 130, 150)).astype('uint16')
        mask = np.zeros((130, 150), 'uint8')
        mask[20:100, 30:90] = 255
        profile = dict(driver='GTiff', width=150, height=130, count=2, dtype='uint16', crs='EPSG:32633',
                       transform=rasterio.Affine(10, 0, 500000, 0, -10, 5300000), tiled=True, blockxsize=32, blockysize=32)
        for name in ('masked', 'plain', 'bare'):
            with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(f'{folder}/{name}.tif', 'w', **profile) as f:
                f.write(data)
                if name == 'masked':
                    f.write_mask(mask)
            band = {'data_type': 'uint16', **({} if name == 'bare' else {'nodata': 7})}
            w, s, e, n = transform_bounds('EPSG:32633', 'EPSG:4326', 500000, 5298700, 501500, 5300000)
            json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': name, 'links': [], 'bbox': [w, s, e, n],
                       'geometry': {'type': 'Polygon', 'coordinates': [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
                       'properties': {'datetime': '2020-01-01T00:00:00Z'},
                       'assets': {'data': {'href': f'{name}.tif', 'type': 'image/tiff; application=geotiff',
                                           'proj:epsg': 32633, 'proj:shape': [130, 150],
                                           'proj:transform': [10, 0, 500000, 0, -10, 5300000],
                                           'eo:bands': [{'name': 'a'}, {'name': 'b'}], 'raster:bands': [band, band]}}},
                      open(f'{folder}/{name}.json', 'w'))
        for name in ('masked', 'plain'):
            with rasterio.open(f'{folder}/{name}.tif') as f:
                for i, band in enumerate(('data_a', 'data_b')):
                    values = f.read(i + 1)
                    kept = values[(f.read_masks(i + 1) != 0) & (values != 7)].astype('float64')
                    print(name, band, kept.size, 9 * 64 * 64 - kept.size, repr(float(kept.mean())), repr(float(kept.std())))
        """;

    private const string ComparePixels = """
        import sys
        import numpy as np, rasterio
        padded = np.full((2, 192, 192), 7, 'uint16')
        padded[:, :130, :150] = rasterio.open(f'{sys.argv[1]}/plain.tif').read()
        for y in range(3):
            for x in range(3):
                found = np.load(f'{sys.argv[2]}/plain_64_{x}_{y}.chip_array.npy')[0]
                assert np.array_equal(found, padded[:, 64 * y:64 * y + 64, 64 * x:64 * x + 64]), (x, y)
        """;

    private const string CompareValid = """
        import sys
        import numpy as np, rasterio
        scenes, exports = sys.argv[1:]
        for name in ('masked', 'plain'):
            padded = np.zeros((2, 192, 192), bool)
            with rasterio.open(f'{scenes}/{name}.tif') as f:
                padded[:, :130, :150] = (f.read_masks() != 0) & (f.read() != 7)
            names = []
            for number in (0, 1):
                with np.load(f'{exports}/{name}/{number:06}.npz') as arrays:
                    valid = arrays['valid']
                    assert valid.shape == arrays['pixels'].shape and valid.dtype == bool
                    for i, chip in enumerate(arrays['ids'].tolist()):
                        x, y = map(int, chip.split('_')[2:])
                        assert np.array_equal(valid[i], padded[:, 64 * y:64 * y + 64, 64 * x:64 * x + 64]), chip
                        names.append(chip)
            assert len(set(names)) == 9, names
        """;

    // The mask of a chip hides a pixel of all bands if it has no data in one of them.
    private const string CompareCopies = """
        import glob, os, sys
        import numpy as np, rasterio
        scenes, folder = sys.argv[1:]
        for name in ('masked', 'plain', 'bare'):
            nodata = -1 if name == 'bare' else 7
            padded, inside = np.zeros((2, 192, 192), bool), np.full((2, 192, 192), max(nodata, 0), 'uint16')
            with rasterio.open(f'{scenes}/{name}.tif') as f:
                padded[:, :130, :150] = (f.read_masks() != 0) & (f.read() != nodata)
                inside[:, :130, :150] = f.read()
            for kind in ('windows', 'copy'):
                paths = glob.glob(f'{folder}/{name}/{kind}/**/*.tif', recursive=True)
                assert len(paths) == 9
                for path in paths:
                    x, y = map(int, os.path.basename(path).split('.')[0].split('_')[2:])
                    cut = np.s_[:, 64 * y:64 * y + 64, 64 * x:64 * x + 64]
                    with rasterio.open(path) as f:
                        assert np.array_equal(f.read(), inside[cut]), path
                        hidden = name == 'masked' or (name == 'bare' and not padded[cut].all())
                        expected = padded[cut].all(axis=0) if hidden else padded[cut]
                        assert np.array_equal(f.read_masks() != 0, np.broadcast_to(expected, (2, 64, 64))), path
            kept = inside[np.broadcast_to(padded.all(axis=0), padded.shape)] if name == 'masked' else inside[padded]
            print(name, kept.size, repr(float(kept.mean())))
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Pixels_without_data_have_the_nodata_of_the_item_and_are_neither_measured_nor_valid()
    {
        string[] expected = Python.Run(Scene, folder.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (string name in (string[])["masked", "plain"])
        {
            File.WriteAllText(folder[$"{name}.yaml"], Recipes.Text("chip",
                $"kind: stac-chips\nitems: {name}.json\nchip: {{ size: 64, edge: pad }}"));
            PileProgram.RunToJson("build", folder[$"{name}.yaml"], "--out", folder[name]);
            PileProgram.RunToJson("export", folder[name], "--format", "npz", "--rows", "7", "--out", folder[$"npz/{name}"]);
            JsonElement[] bands =
                [.. PileProgram.RunToJson("statistics", folder[name]).GetProperty("bands").EnumerateArray()];
            foreach (string[] words in expected.Select(line => line.Split(' ')).Where(words => words[0] == name))
            {
                JsonElement band = bands.Single(b => b.GetProperty("band").GetString() == words[1]);
                Assert.Equal(words[2..4], ((string[])["pixels", "omitted"]).Select(key => band.GetProperty(key).ToString()));
                Assert.Equal(double.Parse(words[4], CultureInfo.InvariantCulture), band.GetProperty("mean").GetDouble(), 1e-9);
                Assert.Equal(double.Parse(words[5], CultureInfo.InvariantCulture), band.GetProperty("std").GetDouble(), 1e-9);
            }
        }
        PileProgram.RunToJson("read", folder["plain"], "--where", "true", "--columns", "chip_array", "--format", "npy", "--out",
            folder["r"]);
        Python.Run(ComparePixels, folder.Path, folder["r"]);
        Python.Run(CompareValid, folder.Path, folder["npz"]);
    }

    [Fact]
    public void Copies_and_GeoTIFF_files_keep_what_masks_and_edges_hide()
    {
        Python.Run(Scene, folder.Path);
        List<string> found = [];
        foreach (string name in (string[])["masked", "plain", "bare"])
        {
            File.WriteAllText(folder[$"{name}.yaml"], Recipes.Text("chip",
                $"kind: stac-chips\nitems: {name}.json\nchip: {{ size: 64, edge: pad }}"));
            string windows = folder[$"d/{name}"], copy = folder[$"c/{name}"];
            PileProgram.RunToJson("build", folder[$"{name}.yaml"], "--out", windows);
            PileProgram.RunToJson("copy", windows, copy, "--materialize", "--yes");
            JsonElement columns = PileProgram.RunToJson("info", copy).GetProperty("columns");
            Assert.Equal(name != "plain", columns.EnumerateArray().Any(c => c.GetProperty("name").GetString() == "chip_valid"));
            PileProgram.RunToJson("validate", copy, "--deep");
            PileProgram.RunToJson("export", windows, "--format", "tif", "--out", folder[$"tif/{name}/windows"]);
            PileProgram.RunToJson("export", copy, "--format", "tif", "--out", folder[$"tif/{name}/copy"]);
            JsonElement[] bands = [.. PileProgram.RunToJson("statistics", copy).GetProperty("bands").EnumerateArray()];
            long pixels = bands.Sum(b => b.GetProperty("pixels").GetInt64());
            double mean = bands.Sum(b => b.GetProperty("pixels").GetInt64() * b.GetProperty("mean").GetDouble()) / pixels;
            found.Add($"{name} {pixels} {mean:F6}");
        }
        string[] expected = [.. Python.Run(CompareCopies, folder.Path, folder["tif"])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .Select(words => $"{words[0]} {words[1]} {double.Parse(words[2], CultureInfo.InvariantCulture):F6}")];
        Assert.Equal(expected, found);

        // The copy says the same in archives.
        PileProgram.RunToJson("export", folder["c/masked"], "--format", "npz", "--rows", "9", "--out", folder["npz"]);
        Python.Run("""
            import sys
            import numpy as np, rasterio
            padded = np.zeros((192, 192), bool)
            with rasterio.open(sys.argv[1]) as f:
                padded[:130, :150] = ((f.read_masks() != 0) & (f.read() != 7)).all(axis=0)
            with np.load(sys.argv[2]) as arrays:
                for i, chip in enumerate(arrays['ids'].tolist()):
                    x, y = map(int, chip.split('_')[2:])
                    assert (arrays['valid'][i] == padded[64 * y:64 * y + 64, 64 * x:64 * x + 64]).all(), chip
            """, folder["masked.tif"], folder["npz/000000.npz"]);
    }

    [Theory]
    [InlineData("masked")]
    [InlineData("bare")]
    public void Plots_show_and_count_pixels_without_data_as_such(string name)
    {
        Python.Run(Scene, folder.Path);
        string windows = folder["w"], copy = folder["c"];
        File.WriteAllText(folder["r.yaml"], Recipes.Text("chip",
            $"kind: stac-chips\nitems: {name}.json\nchip: {{ size: 64, edge: pad }}"));
        PileProgram.RunToJson("build", folder["r.yaml"], "--out", windows);
        PileProgram.RunToJson("copy", windows, copy, "--materialize", "--yes");
        string[] expected = Python.Run("""
            import sys
            import numpy as np, rasterio
            nodata = 7 if sys.argv[2] == 'masked' else -1
            padded = np.zeros((192, 192), bool)
            with rasterio.open(f'{sys.argv[1]}/{sys.argv[2]}.tif') as f:
                padded[:130, :150] = ((f.read_masks() != 0) & (f.read() != nodata)).all(axis=0)
            for x, y in ((0, 0), (1, 1), (2, 1)):
                print(f'{100 * padded[64 * y:64 * y + 64, 64 * x:64 * x + 64].mean():.1f}'.removesuffix('.0'))
            """, folder.Path, name).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (string dataset in (string[])[windows, copy])
            foreach ((string chip, string valid) in ((string[])["0_0", "1_1", "2_1"]).Zip(expected))
            {
                (int code, _, string error) = PileProgram.Run("plot", dataset, "--id", $"{name}_64_{chip}", "--out", folder["p.svg"],
                    "--replace");
                if (valid is "0")
                    Assert.Contains("a chip without a valid pixel", error, StringComparison.Ordinal);
                else
                    Assert.Contains($"{valid}% valid", File.ReadAllText(folder["p.svg"]), StringComparison.Ordinal);
                Assert.Equal(valid is "0" ? 1 : 0, code);
            }
    }

    [Fact]
    public void A_named_nodata_alone_is_missing_as_in_the_mask_of_GDAL()
    {
        string[] expected = Python.Run("""
            import json, sys
            import numpy as np, rasterio
            from rasterio.warp import transform_bounds
            data = np.random.default_rng(4).normal(size=(1, 16, 16)).astype('f4')
            data[0, :3], data[0, 5:7] = np.nan, -9999
            for name, nodata in (('-9999', -9999), ('.nan', np.nan)):
                with rasterio.open(f'{sys.argv[1]}/f.tif', 'w', driver='GTiff', width=16, height=16, count=1, dtype='float32',
                                   crs='EPSG:32633', transform=rasterio.Affine(10, 0, 500000, 0, -10, 5300000), nodata=nodata) as f:
                    f.write(data)
                with rasterio.open(f'{sys.argv[1]}/f.tif') as f:
                    print(name, (f.read_masks(1) == 0).mean())
            w, s, e, n = transform_bounds('EPSG:32633', 'EPSG:4326', 500000, 5299840, 500160, 5300000)
            json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': 'f', 'links': [], 'bbox': [w, s, e, n],
                       'geometry': {'type': 'Polygon', 'coordinates': [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
                       'properties': {'datetime': '2020-01-01T00:00:00Z'},
                       'assets': {'v': {'href': 'f.tif', 'type': 'image/tiff; application=geotiff', 'roles': ['data']}}},
                      open(f'{sys.argv[1]}/f.json', 'w'))
            """, folder.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        List<string> found = [];
        foreach (string nodata in (string[])["-9999", ".nan"])
        {
            File.WriteAllText(folder["f.yaml"], Recipes.Text("chip",
                $"kind: stac-chips\nitems: f.json\nchip: {{ size: 16 }}\nstats: {{ mask: {{ band: v, nodata: {nodata} }} }}"));
            PileProgram.RunToJson("build", folder["f.yaml"], "--out", folder[$"f{found.Count}"]);
            using JsonDocument rows = JsonDocument.Parse(PileProgram.Run("query", folder[$"f{found.Count}"], "--columns", "nodata_fraction",
                "--json").Output);
            double share = rows.RootElement[0].GetProperty("nodata_fraction").GetDouble();
            found.Add(string.Create(CultureInfo.InvariantCulture, $"{nodata} {share}"));
        }
        Assert.Equal(expected, found);
    }

    [Fact]
    public void Masks_and_nodata_in_files_beside_a_raster_are_reported()
    {
        Python.Run(Scene, folder.Path);
        Assert.DoesNotContain("of its own", Build("bare"), StringComparison.Ordinal);
        // GDAL writes both beside a file that it may only read.
        Assert.Equal("0 7.0\n", Python.Run("""
            import os, shutil, sys
            import numpy as np
            from osgeo import gdal
            folder = sys.argv[1]
            file = gdal.Open(f'{folder}/bare.tif')
            file.GetRasterBand(1).SetNoDataValue(7)
            file = None
            assert os.path.exists(f'{folder}/bare.tif.aux.xml')
            gdal.SetConfigOption('GDAL_TIFF_INTERNAL_MASK', 'NO')
            shutil.copy(f'{folder}/bare.tif', f'{folder}/other.tif')
            file = gdal.Open(f'{folder}/other.tif')
            file.CreateMaskBand(gdal.GMF_PER_DATASET)
            file.GetRasterBand(1).GetMaskBand().WriteArray(np.zeros((130, 150), 'uint8'))
            file = None
            os.rename(f'{folder}/other.tif.msk', f'{folder}/plain.tif.msk')
            plain, bare = gdal.Open(f'{folder}/plain.tif'), gdal.Open(f'{folder}/bare.tif')
            print(plain.GetRasterBand(1).GetMaskBand().ReadAsArray().max(), bare.GetRasterBand(1).GetNoDataValue())
            """, folder.Path).ReplaceLineEndings("\n"));
        Assert.Contains("(.aux.xml) is not read", Build("bare"), StringComparison.Ordinal);
        Assert.Contains("(.msk) is not read", Build("plain"), StringComparison.Ordinal);

        string Build(string name) => PileProgram.Run("build", "--from", folder[$"{name}.json"], "--chips", "64", "--out", folder["d"],
            "--replace").Error;
    }
}
