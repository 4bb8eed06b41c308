using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>Bands of grids that do not nest, brought to the finest grid, against rasterio's warp.</summary>
public sealed class ResampleTests : IClassFixture<ResampleTests.Files>, IDisposable
{
    // Pixels of 10 m, and three bands of 23.7 m, 61 × 40 m and 10 m that begin elsewhere and do not cover the same area.
    private const string Scene = """
        import json, os, sys
        import numpy as np, rasterio
        from rasterio.warp import transform_bounds
        folder = sys.argv[1]
        os.makedirs(folder)
        rng = np.random.default_rng(2)
        bands = {'red': ((300, 250), (10, 10), (500000, 5300000), 'uint16', 0),
                 'swir': ((140, 120), (23.7, 23.7), (499987, 5300031), 'uint16', 0),
                 'thermal': ((70, 40), (61, 40), (500040, 5299900), 'int16', -32768),
                 'shift': ((300, 250), (10, 10), (500004, 5299996), 'float32', np.nan)}
        assets = {}
        for name, (shape, size, origin, dtype, nodata) in bands.items():
            t = rasterio.Affine(size[0], 0, origin[0], 0, -size[1], origin[1])
            low = -32760 if dtype == 'int16' else 1
            data = rng.normal(0, 1, shape).astype(dtype) if dtype == 'float32' else rng.integers(low, 32000, shape).astype(dtype)
            data[rng.random(shape) < 0.15] = nodata
            with rasterio.open(f'{folder}/{name}.tif', 'w', driver='GTiff', height=shape[0], width=shape[1], count=1, dtype=dtype,
                               nodata=nodata, crs='EPSG:32633', transform=t, tiled=True, blockxsize=64, blockysize=64,
                               compress='deflate', predictor=2 if dtype != 'float32' else 3) as f:
                f.write(data, 1)
            assets[name] = {'href': f'{name}.tif', 'type': 'image/tiff; application=geotiff', 'roles': ['data']}
        w, s, e, n = transform_bounds('EPSG:32633', 'EPSG:4326', 500000, 5297000, 502500, 5300000)
        json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': 's', 'links': [], 'collection': 'c', 'bbox': [w, s, e, n],
                   'geometry': {'type': 'Polygon', 'coordinates': [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
                   'properties': {'datetime': '2020-01-01T00:00:00Z', 'proj:epsg': 32633}, 'assets': assets},
                  open(f'{folder}/item.json', 'w'))
        """;

    private const string Compare = """
        import json, sys
        import numpy as np, rasterio
        from rasterio.warp import reproject, Resampling
        folder, read, methods = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
        rows = json.load(open(sys.argv[4]))
        with rasterio.open(f'{folder}/red.tif') as f:
            grid, shape, crs = f.transform, f.shape, f.crs
        differing = {}
        warped = {}
        for name, method in methods.items():
            with rasterio.open(f'{folder}/{name}.tif') as f:
                out = np.full(shape, f.nodata, f.dtypes[0])
                reproject(f.read(1), out, src_transform=f.transform, src_crs=crs, dst_transform=grid, dst_crs=crs, src_nodata=f.nodata,
                          dst_nodata=f.nodata, resampling=Resampling[method])
                warped[name] = out
        for row in rows:
            x, y = row['chip_x'] * 50, row['chip_y'] * 50
            for column in [c for c in ('chip', 'chip_int16', 'chip_float32') if row.get(f'{c}_band')]:
                found = np.load(f"{read}/{row['object_id']}.{column}_array.npy")
                for band, (name, how) in enumerate(zip(row[f'{column}_band'], row[f'{column}_resampled'])):
                    assert how == ('' if name == 'red' else methods[name]), (name, how)
                    own, theirs = found[0, band].astype('f8'), warped[name][y:y + 50, x:x + 50].astype('f8')
                    assert found.dtype == warped[name].dtype
                    if methods[name] == 'nearest':
                        assert np.array_equal(own, theirs, equal_nan=True), (name, row['object_id'])
                    else:
                        assert np.array_equal(np.isnan(own), np.isnan(theirs))
                        assert np.nanmax(np.abs(own - theirs), initial=0) <= (1e-5 if found.dtype == 'f4' else 1), (name, row['object_id'])
                        differing[name] = differing.get(name, 0) + int((own != theirs).sum() - np.isnan(own).sum())
        assert all(count < 0.003 * 30 * 2500 for name, count in differing.items() if name != 'shift'), differing  # sums next to a half
        print(len(rows))
        """;

    private const string Columns = "object_id,chip_x,chip_y,chip_band,chip_resampled,chip_int16_band,chip_int16_resampled,"
        + "chip_float32_band,chip_float32_resampled";

    private readonly TemporaryFolder folder = new();

    public ResampleTests(Files files)
    {
        Directory.CreateDirectory(folder["s"]);
        foreach (string file in Directory.EnumerateFiles(files.Scene))
            File.Copy(file, Path.Combine(folder["s"], Path.GetFileName(file)));
    }

    public void Dispose() => folder.Dispose();

    /// <summary>The files of the scene, of which every test has a copy.</summary>
    public sealed class Files : IDisposable
    {
        private readonly TemporaryFolder folder = new();

        public Files() => Python.Run(ResampleTests.Scene, Scene);

        internal string Scene => folder["s"];

        public void Dispose() => folder.Dispose();
    }

    [Fact]
    public void Bands_of_other_grids_are_those_of_rasterio_warp()
    {
        foreach ((string resample, string methods) in ((string, string)[])
            [
                ("nearest", "{\"red\": \"nearest\", \"swir\": \"nearest\", \"thermal\": \"nearest\", \"shift\": \"nearest\"}"),
                ("{ swir: nearest, \"*\": bilinear }", "{\"red\": \"nearest\", \"swir\": \"nearest\", \"thermal\": \"bilinear\", "
                    + "\"shift\": \"bilinear\"}"),
                ("bilinear", "{\"red\": \"nearest\", \"swir\": \"bilinear\", \"thermal\": \"bilinear\", \"shift\": \"bilinear\"}"),
            ])
        {
            string data = folder[$"d{methods.Length}"], read = folder[$"r{methods.Length}"];
            PileProgram.RunToJson(BuildOf($"resample: {resample}", data));
            File.WriteAllText(folder["rows.json"], PileProgram.Run("query", data, "--columns", Columns, "--json").Output);
            PileProgram.RunToJson("read", data, "--where", "chip_size = 50", "--columns", "chip_array,chip_int16_array,chip_float32_array",
                "--format", "npy", "--out", read);
            Assert.Equal("30", Python.Run(Compare, folder["s"], read, methods, folder["rows.json"]).Trim());
            Assert.True(PileProgram.RunToJson("validate", data, "--deep").GetProperty("valid").GetBoolean());
        }
    }

    [Fact]
    public void Bands_whose_files_have_no_transform_are_resampled_by_that_of_the_document()
    {
        Python.Run("""
            import json, os, sys
            import rasterio
            folder = sys.argv[1]
            os.makedirs(folder + '/bare')
            item = json.load(open(folder + '/item.json'))
            for name, asset in item['assets'].items():
                with rasterio.open(f'{folder}/{name}.tif') as f:
                    profile = {k: v for k, v in f.profile.items() if k not in ('transform', 'crs')}
                    crs = {'crs': f.crs} if name == 'thermal' else {}
                    with rasterio.open(f'{folder}/bare/{name}.tif', 'w', **profile, **crs) as bare:
                        bare.write(f.read())
                    asset.update({'href': f'bare/{name}.tif', 'proj:shape': f.shape, 'proj:transform': list(f.transform)[:6]})
            json.dump(item, open(folder + '/item.json', 'w'))
            """, folder["s"]);
        PileProgram.RunToJson(BuildOf("resample: bilinear", folder["d"]));
        File.WriteAllText(folder["rows.json"], PileProgram.Run("query", folder["d"], "--columns", Columns, "--json").Output);
        PileProgram.RunToJson("read", folder["d"], "--where", "true", "--columns", "chip_array,chip_int16_array,chip_float32_array",
            "--format", "npy", "--out", folder["r"]);
        Assert.Equal("30", Python.Run(Compare, folder["s"], folder["r"], "{\"red\": \"nearest\", \"swir\": \"bilinear\", "
            + "\"thermal\": \"bilinear\", \"shift\": \"bilinear\"}", folder["rows.json"]).Trim());
        Assert.True(PileProgram.RunToJson("validate", folder["d"], "--deep").GetProperty("valid").GetBoolean());
    }

    [Theory]
    [InlineData("collection", "\"sentinel-2-l2a\"")] // the sensor definition has flags of SCL
    [InlineData("classification:classes", "[{\"value\": 4, \"name\": \"vegetation\"}]")]
    [InlineData("classification:bitfields", "[{\"offset\": 0, \"length\": 1, \"classes\": []}]", Traits = ["Run", "Long"])]
    [InlineData("file:values", "[{\"values\": [4], \"summary\": \"vegetation\"}]", Traits = ["Run", "Long"])]
    public void Codes_of_classes_are_not_interpolated(string member, string value)
    {
        Python.Run("""
            import json, sys
            import numpy as np, rasterio
            folder, member, value = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
            item = json.load(open(folder + '/item.json'))
            del item['assets']['thermal'], item['assets']['shift']
            with rasterio.open(folder + '/swir.tif') as f:
                profile, shape = f.profile, f.shape
            profile.update(dtype='uint8', nodata=0)
            with rasterio.open(folder + '/SCL.tif', 'w', **profile) as f:
                f.write(np.random.default_rng(6).choice(np.array([4, 9], 'u1'), shape), 1)
            item['assets']['SCL'] = {'href': 'SCL.tif', 'type': 'image/tiff; application=geotiff', 'roles': ['data']}
            (item if member == 'collection' else item['assets']['SCL'])[member] = value
            json.dump(item, open(folder + '/item.json', 'w'))
            """, folder["s"], member, value);
        ProgramResult build = PileProgram.Run(BuildOf("resample: { swir: bilinear, \"*\": bilinear }", folder["d"]));
        Assert.True(build.ExitCode == 0, build.Error);
        Assert.Contains("the band 'SCL' is resampled by 'nearest', because its numbers are codes", build.Error + build.Output,
            StringComparison.Ordinal);
        File.WriteAllText(folder["rows.json"], PileProgram.Run("query", folder["d"], "--columns",
            "object_id,chip_x,chip_y,chip_band,chip_resampled,chip_uint8_band,chip_uint8_resampled", "--json").Output);
        PileProgram.RunToJson("read", folder["d"], "--where", "true", "--columns", "chip_array,chip_uint8_array", "--format", "npy",
            "--out", folder["r"]);
        Assert.Equal("30", Python.Run(Compare.Replace("'chip_int16'", "'chip_uint8'", StringComparison.Ordinal), folder["s"], folder["r"],
            "{\"red\": \"nearest\", \"swir\": \"bilinear\", \"SCL\": \"nearest\"}", folder["rows.json"]).Trim());
        ProgramResult named = PileProgram.Run(BuildOf("resample: { SCL: bilinear }", folder["n"]));
        Assert.Equal(1, named.ExitCode);
        Assert.Contains("the numbers of the band 'SCL' are codes of classes or flags, and 'bilinear' makes codes of others of them",
            named.Error, StringComparison.Ordinal);
    }

    [Theory] // the name and the common name of a band whose asset has another key; the key of another asset means that one
    [InlineData("S1", "nearest", Traits = ["Run", "Long"])]
    [InlineData("swir16", "nearest")]
    [InlineData("thermal", "bilinear")]
    public void Names_of_bands_have_methods_as_in_the_list_of_bands(string name, string ofSwir)
    {
        Python.Run("""
            import json, sys
            item = json.load(open(sys.argv[1] + '/item.json'))
            item['assets']['swir']['eo:bands'] = [{'name': sys.argv[2] if sys.argv[2] == 'thermal' else 'S1', 'common_name': 'swir16'}]
            json.dump(item, open(sys.argv[1] + '/item.json', 'w'))
            """, folder["s"], name);
        PileProgram.RunToJson(BuildOf($"resample: {{ {name}: nearest, \"*\": bilinear }}", folder["d"]));
        File.WriteAllText(folder["rows.json"], PileProgram.Run("query", folder["d"], "--columns", Columns, "--json").Output);
        PileProgram.RunToJson("read", folder["d"], "--where", "true", "--columns", "chip_array,chip_int16_array,chip_float32_array",
            "--format", "npy", "--out", folder["r"]);
        Assert.Equal("30", Python.Run(Compare, folder["s"], folder["r"], $$"""
            {"red": "nearest", "swir": "{{ofSwir}}", "thermal": "{{(name == "thermal" ? "nearest" : "bilinear")}}", "shift": "bilinear"}
            """, folder["rows.json"]).Trim());
    }

    [Theory] // 'swir' and 'far' are bands of one item each
    [InlineData("far", null)]
    [InlineData("nir", "line 11, column 30: no item has a band 'nir'; the bands are far, red, shift, swir, thermal")]
    public void A_name_of_resample_that_no_item_has_is_an_error(string name, string? fault)
    {
        Python.Run("""
            import json, sys
            item = json.load(open(sys.argv[1] + '/item.json'))
            item['assets'] = {'far' if key == 'swir' else key: asset for key, asset in item['assets'].items()}
            json.dump(dict(item, id='other'), open(sys.argv[1] + '/other.json', 'w'))
            """, folder["s"]);
        string[] build = [.. BuildOf($"resample: {{ swir: nearest, {name}: nearest, \"*\": nearest }}", folder["d"]), "--set",
            "source.items=s/*.json"];
        if (fault is null)
            Assert.Equal(60, PileProgram.RunToJson(build).GetProperty("rows").GetInt32());
        else
            Assert.Contains(fault, PileProgram.RunToError(2, build), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nearest", Traits = ["Run", "Long"])]
    [InlineData("bilinear")]
    public void Chips_that_begin_within_a_pixel_of_a_band_have_the_band(string method)
    {
        Python.Run("""
            import json, sys
            import numpy as np, rasterio
            folder = sys.argv[1]
            for name, size, metres in (('fine', 120, 10), ('coarse', 20, 60)):
                with rasterio.open(f'{folder}/{name}.tif', 'w', driver='GTiff', height=size, width=size, count=1, dtype='uint16',
                                   crs='EPSG:32633', transform=rasterio.Affine(metres, 0, 500000, 0, -metres, 5300000)) as f:
                    f.write(np.random.default_rng(size).integers(1, 65535, (1, size, size)).astype('u2'))
            item = json.load(open(folder + '/item.json'))
            item['assets'] = {n: {'href': f'{n}.tif', 'type': 'image/tiff; application=geotiff'} for n in ('fine', 'coarse')}
            json.dump(item, open(folder + '/item.json', 'w'))
            """, folder["s"]);
        PileProgram.RunToJson(BuildOf($"resample: {method}", folder["d"]));
        PileProgram.RunToJson("read", folder["d"], "--where", "true", "--columns", "chip_array", "--format", "npy", "--out", folder["r"]);
        Python.Run("""
            import sys
            import numpy as np, rasterio
            fine, coarse = (rasterio.open(f'{sys.argv[1]}/{n}.tif').read(1) for n in ('fine', 'coarse'))
            coarse = coarse.repeat(6, 0).repeat(6, 1)
            for x, y in ((0, 0), (1, 0), (0, 1), (1, 1)):
                found = np.load(f'{sys.argv[2]}/s_50_{x}_{y}.chip_array.npy')[0]
                window = np.s_[50 * y:50 * y + 50, 50 * x:50 * x + 50]
                np.testing.assert_array_equal(found[0], fine[window])
                if sys.argv[3] == 'nearest':
                    np.testing.assert_array_equal(found[1], coarse[window])
            """, folder["s"], folder["r"], method);
    }

    [Theory] // the finest grid has 103 × 87 pixels, the pixels of the other bands end beyond it
    [InlineData("nearest", Traits = ["Run", "Long"])]
    [InlineData("bilinear", Traits = ["Run", "Long"])]
    [InlineData("{ half: nearest, third: bilinear }")]
    public void Pixels_outside_the_finest_grid_have_no_data_with_any_method(string resample)
    {
        Python.Run("""
            import json, sys
            import numpy as np, rasterio
            folder = sys.argv[1]
            for name, factor, nodata in (('fine', 1, 0), ('half', 2, 7), ('third', 3, None)):
                with rasterio.open(f'{folder}/{name}.tif', 'w', driver='GTiff', height=-(-103 // factor), width=-(-87 // factor), count=1,
                                   dtype='uint16', nodata=nodata, crs='EPSG:32633',
                                   transform=rasterio.Affine(10 * factor, 0, 500000, 0, -10 * factor, 5300000)) as f:
                    f.write(np.random.default_rng(factor).integers(8, 65535, (1, f.height, f.width)).astype('u2'))
            item = json.load(open(folder + '/item.json'))
            item['assets'] = {n: {'href': f'{n}.tif', 'type': 'image/tiff; application=geotiff'} for n in ('fine', 'half', 'third')}
            json.dump(item, open(folder + '/item.json', 'w'))
            """, folder["s"]);
        PileProgram.RunToJson([.. BuildOf($"bands: [fine, half, third]\nresample: {resample}", folder["d"]), "--set",
            "source.chip.edge=pad", "--set", "source.chip.size=30"]);
        PileProgram.RunToJson("copy", folder["d"], folder["m"], "--materialize");
        foreach (string dataset in (string[])["d", "m"])
        {
            PileProgram.RunToJson("export", folder[dataset], "--format", "npz", "--out", folder[dataset + "n"]);
            PileProgram.RunToJson("export", folder[dataset], "--format", "tif", "--out", folder[dataset + "t"]);
            Assert.Equal("12\n", Python.Run("""
                import glob, sys
                import numpy as np, rasterio
                scene, resample, npz, tif = sys.argv[1:]
                bands = [np.kron(rasterio.open(f'{scene}/{n}.tif').read(1), np.ones((f, f), 'u2'))[:103, :87]
                         for n, f in (('fine', 1), ('half', 2), ('third', 3))]
                padded = np.stack([np.full((120, 90), nodata, 'u2') for nodata in (0, 7, 0)])
                padded[:, :103, :87] = bands
                inside = np.zeros((120, 90), bool)
                inside[:103, :87] = True
                count = 0
                for path in glob.glob(npz + '/**/*.npz', recursive=True):
                    with np.load(path) as file:
                        for i, name in enumerate(file['ids'].tolist()):
                            x, y = map(int, name.split('_')[2:])
                            window = np.s_[30 * y:30 * y + 30, 30 * x:30 * x + 30]
                            pixels, valid = file['pixels'][i], file['valid'][i] if 'valid' in file else np.ones((3, 30, 30), bool)
                            assert (valid == inside[window]).all(), name
                            with rasterio.open(glob.glob(f'{tif}/**/{name}.*tif', recursive=True)[0]) as chip:
                                assert np.array_equal(chip.dataset_mask() != 0, inside[window]) and np.array_equal(chip.read(), pixels)
                            for band in range(3):
                                kept = np.ones((30, 30), bool) if ['', 'half: n', 'nothing'][band] in resample or resample == 'nearest' \
                                    else ~inside[window]
                                assert np.array_equal(pixels[band][kept], padded[band][window][kept]), (name, band)
                            count += 1
                print(count)
                """, folder["s"], resample, folder[dataset + "n"], folder[dataset + "t"]).ReplaceLineEndings("\n"));
        }
    }

    [Fact]
    public void Named_bands_whose_pixels_overlapping_chips_cut_are_rejected()
    {
        Python.Run("""
            import json, sys
            import numpy as np, rasterio
            folder = sys.argv[1]
            for name, factor in (('fine', 1), ('half', 2)):
                with rasterio.open(f'{folder}/{name}.tif', 'w', driver='GTiff', height=-(-103 // factor), width=-(-87 // factor), count=1,
                                   dtype='uint16', crs='EPSG:32633',
                                   transform=rasterio.Affine(10 * factor, 0, 500000, 0, -10 * factor, 5300000)) as f:
                    f.write(np.ones((1, f.height, f.width), 'u2'))
            item = json.load(open(folder + '/item.json'))
            item['assets'] = {n: {'href': f'{n}.tif', 'type': 'image/tiff; application=geotiff'} for n in ('fine', 'half')}
            json.dump(item, open(folder + '/item.json', 'w'))
            """, folder["s"]);
        string[] overlap = ["--set", "source.chip.edge=overlap"];
        string error = PileProgram.RunToError(1, [.. BuildOf("bands: [fine, half]", folder["e"]), .. overlap]);
        Assert.Contains("'assets.half': chips with 'edge: overlap' end with the 103 × 87 pixels of 'fine', which are no multiple of the "
            + "2 × 2 pixels", error, StringComparison.Ordinal);
        PileProgram.RunToJson([.. BuildOf("bands: [fine, half]\nresample: nearest", folder["r"]), .. overlap]);
        PileProgram.RunToJson([.. BuildOf("bands: [fine, half]", folder["p"]), "--set", "source.chip.edge=pad"]);
        PileProgram.RunToJson([.. BuildOf("", folder["a"]), .. overlap]);
    }

    [Theory] // the widths of pixels of the coarse band in metres; the other band has 10
    [InlineData("60")]
    [InlineData("25", Traits = ["Run", "Long"])]
    [InlineData("24", Traits = ["Run", "Long"])]
    public void Bilinear_halves_are_rounded_up_as_in_exact_arithmetic(string width)
    {
        Python.Run("""
            import json, sys
            import numpy as np, rasterio
            folder, width = sys.argv[1], float(sys.argv[2])
            for name, size, metres, seed in (('fine', 100, 10, 0), ('coarse', int(1000 / width), width, 1)):
                with rasterio.open(f'{folder}/{name}.tif', 'w', driver='GTiff', height=size, width=size, count=1, dtype='uint16',
                                   crs='EPSG:32633', transform=rasterio.Affine(metres, 0, 500000, 0, -metres, 5300000)) as f:
                    f.write(np.random.default_rng(seed).integers(0, 65535, (1, size, size)).astype('u2'))
            item = json.load(open(folder + '/item.json'))
            item['assets'] = {n: {'href': f'{n}.tif', 'type': 'image/tiff; application=geotiff'} for n in ('fine', 'coarse')}
            json.dump(item, open(folder + '/item.json', 'w'))
            """, folder["s"], width);
        PileProgram.RunToJson(BuildOf("resample: bilinear", folder["d"]));
        PileProgram.RunToJson("read", folder["d"], "--where", "true", "--columns", "chip_array", "--format", "npy", "--out", folder["r"]);
        Assert.True(int.Parse(Python.Run("""
            import sys
            from fractions import Fraction
            import numpy as np, rasterio
            source = rasterio.open(sys.argv[1] + '/coarse.tif').read(1).astype(object)
            def taps(i):
                at = Fraction(10 * (2 * i + 1), 2) / Fraction(sys.argv[3]) - Fraction(1, 2)
                left = at.numerator // at.denominator
                return [(k, w) for k, w in ((left, 1 - (at - left)), (left + 1, at - left)) if w > 0 and 0 <= k < len(source)]
            taps, halves = [taps(i) for i in range(100)], 0
            for x, y in ((0, 0), (1, 0), (0, 1), (1, 1)):
                found = np.load(f'{sys.argv[2]}/s_50_{x}_{y}.chip_array.npy')[0, 1]
                for row in range(50):
                    for column in range(50):
                        if (50 * x + column) * 10 + 5 >= len(source) * float(sys.argv[3]) \
                                or (50 * y + row) * 10 + 5 >= len(source) * float(sys.argv[3]):
                            continue # outside the coarse band
                        weights = [(r, c, v * w) for r, v in taps[50 * y + row] for c, w in taps[50 * x + column]]
                        value = sum(w * int(source[r, c]) for r, c, w in weights) / sum(w for _, _, w in weights)
                        halves += value.denominator == 2
                        assert found[row, column] == (value + Fraction(1, 2)).__floor__(), (x, y, row, column, value)
            print(halves)
            """, folder["s"], folder["r"], width), System.Globalization.CultureInfo.InvariantCulture) > 20);
    }

    [Theory]
    [InlineData("bands: [red, swir]", "its 140 × 120 pixels do not nest with the 300 × 250 pixels of 'red'. Leave one of the two out of "
        + "'bands', or name a method in 'resample'.", 1)]
    [InlineData("resample: cubic", "expected one of none, nearest, bilinear; found 'cubic'", 2)]
    [InlineData("bands: [red, swir]\nresample: { nir: nearest }", "there is no band 'nir' in 'bands'", 2)]
    [InlineData("bands: [red, far]\nresample: nearest", "it is not resampled to the grid of 'red': its coordinate reference system is "
        + "EPSG:32634, but that of 'red' is EPSG:32633", 1)]
    [InlineData("bands: [red, turned]\nresample: nearest", "it is not resampled to the grid of 'red': one of the grids is rotated", 1)]
    public void Bands_that_do_not_nest_and_are_not_resampled_are_rejected(string keys, string fault, int exitCode)
    {
        Python.Run("""
            import json, sys
            import numpy as np, rasterio
            from rasterio.warp import transform
            for name, crs, turn in (('far', 32634, 0), ('turned', 32633, 3)):
                (x,), (y,) = transform('EPSG:32633', f'EPSG:{crs}', [500000], [5300000])
                with rasterio.open(f'{sys.argv[1]}/{name}.tif', 'w', driver='GTiff', height=20, width=20, count=1, dtype='uint16',
                                   crs=f'EPSG:{crs}', transform=rasterio.Affine(99, turn, x, turn, -99, y)) as f:
                    f.write(np.ones((1, 20, 20), 'u2'))
            item = json.load(open(sys.argv[1] + '/item.json'))
            for name in ('far', 'turned'):
                item['assets'][name] = dict(item['assets']['red'], href=f'{name}.tif')
            del item['properties']['proj:epsg']
            json.dump(item, open(sys.argv[1] + '/item.json', 'w'))
            """, folder["s"]);
        Assert.Contains(fault, PileProgram.RunToError(exitCode, BuildOf(keys, folder["e"])), StringComparison.Ordinal);
    }

    private string[] BuildOf(string keys, string output)
    {
        File.WriteAllText(folder["r.yaml"], Recipes.Text("chip", $"kind: stac-chips\nitems: s/item.json\nchip: {{ size: 50 }}\n{keys}"));
        return ["build", folder["r.yaml"], "--out", output];
    }
}
