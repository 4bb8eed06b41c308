using Pile.Format;
using Pile.Reading;
using Pile.TestKit;
using static Pile.Publishing.Tests.Exporting.MadeDatasets;

namespace Pile.Publishing.Tests.Exporting;

/// <summary>Exports in the layouts of loaders, read as the loaders read them (tests/loaders).</summary>
public sealed class MmuLayoutTests : IDisposable
{
    private const string Read = """
        import sys
        sys.path.insert(0, sys.argv[1])
        sys.dont_write_bytecode = True
        import numpy as np
        import layouts
        rows = layouts.rows(sys.argv[2], sys.argv[3])
        pixels = lambda bands: np.arange(bands * 160 * 160).reshape(bands, 160, 160)

        """;

    private static readonly string[] OfSources = ["FLUX_G", "FLUX_R", "FLUX_I", "FLUX_Z", "SHAPE_R", "SHAPE_E1", "SHAPE_E2"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Images_of_the_Legacy_Surveys_have_one_mask_and_a_catalogue()
    {
        await BuildAsync(folder["d"], "image", "DESI Legacy Surveys",
        [
            .. CommonWithText(3), .. Images(3, ["des-g", "des-r", "des-i", "des-z"], hasFlags: false), .. Pictures(3),
            .. Floats(3, [.. OfSources.Append("TYPE").Concat(["X", "Y"]).Select(name => $"catalog_{name}")], 20),
            .. Floats(3, [.. OfSources, "EBV", "FLUX_W1", "FLUX_W2", "FLUX_W3", "FLUX_W4"]),
            TextColumnData.From(new ColumnSchema { Name = "TYPE", DType = DType.String }, ["PSF", "REX", "SER"]),
        ]);
        await ExportAsync("legacysurvey");
        Assert.Equal("3 rows\n", Python.Run(Read + """
            for i in range(3):
                row = rows[str(b"0100m057-%d" % i)]
                k = pixels(4)
                assert row["image"]["band"] == ["des-g", "des-r", "des-i", "des-z"]
                np.testing.assert_array_equal(row["image"]["flux"], np.float32(i + k / 1024))
                np.testing.assert_array_equal(row["image"]["ivar"], k % 9)
                good = (k % (7 + i) != 0).all(axis=0)
                np.testing.assert_array_equal(row["image"]["mask"], [good] * 4)
                assert list(row["image"]["psf_fwhm"]) == [1, 1.125, 1.25, 1.375] and row["image"]["scale"][0] == np.float32(.262)
                np.testing.assert_array_equal(row["rgb"].ravel(), np.uint8((i + np.arange(76800)) % 251))
                np.testing.assert_array_equal(row["object_mask"].ravel(), np.uint8((i + np.arange(25600)) % 251))
                np.testing.assert_array_equal(row["catalog"]["FLUX_R"], np.float32(1 + 100 * i + np.arange(20) / 256))
                assert row["EBV"] == 7 + 100 * i
            print(len(rows), "rows")
            """, Path.Combine(TestPaths.Root, "tests", "loaders"), "legacysurvey", folder["out"]));
    }

    [Fact]
    public async Task Images_of_HSC_have_a_mask_for_each_band()
    {
        await BuildAsync(folder["d"], "image", "HSC-SSP",
            [.. Common(2), .. Images(2, ["G", "R", "I", "Z", "Y"], hasFlags: true), .. Floats(2, OfHsc())]);
        await ExportAsync("hsc");
        Assert.Equal("2 rows\n", Python.Run(Read + """
            for i in range(2):
                row, k = rows[str(1000 + i)], pixels(5)
                np.testing.assert_array_equal(row["image"]["flux"], np.float32(i + k / 1024))
                np.testing.assert_array_equal(row["image"]["mask"], k % (7 + i) != 0)
                assert row["a_g"] == 100 * i and row["y_sdssshape_shape12"] == 49 + 100 * i
            print(len(rows), "rows")
            """, Path.Combine(TestPaths.Root, "tests", "loaders"), "hsc", folder["out"]));
    }

    [Fact]
    public async Task Light_curves_of_TESS_are_in_a_folder_for_each_sector()
    {
        Modality series = Modality.Get("time-series");
        int[] lengths = [4, 6, 5], shapes = [1, 4, 1, 6, 1, 5];
        float[] samples = [.. lengths.SelectMany((n, i) => Enumerable.Range(0, n).Select(k => (10f * i) + k))];
        await BuildAsync(folder["d"], "time-series", "TESS",
        [
            .. CommonWithText(3),
            new ColumnData<double>(series.Find("lightcurve_time")!.With(DType.Float64, [-1, -1]) with
            {
                Time = new TimeAxis("TDB", "BARYCENTER", 56_999.5)
            }, samples.Select(s => 1325.25 + s).ToArray(), shapes),
            new ColumnData<float>(series.Find("lightcurve_flux")!.With(DType.Float32, [-1, -1], "electron/s"), samples, shapes),
            new ColumnData<float>(series.Find("lightcurve_flux_err")!.With(DType.Float32, [-1, -1], "electron/s"),
                samples.Select(s => s / 8).ToArray(), shapes),
            new ColumnData<int>(series.Find("lightcurve_quality")!.With(DType.Int32, [-1, -1]),
                samples.Select(s => (int)s).ToArray(), shapes),
            TextColumnData.FromLists(series.Find("lightcurve_band")!.With(DType.String, [-1]), [["TESS"], ["TESS"], ["TESS"]]),
            new ColumnData<short>(new ColumnSchema { Name = "SECTOR", DType = DType.Int16 }, new short[] { 1, 1, 14 }),
        ]);
        await ExportAsync("tess");
        Assert.Equal(["s0001", "s0014"], Directory.EnumerateDirectories(folder["out/spoc"]).Select(Path.GetFileName).Order());
        Assert.Equal("3 rows\n", Python.Run(Read + """
            for i, n in enumerate([4, 6, 5]):
                lists = rows["0100m057-%d" % i]["lightcurve"]
                np.testing.assert_array_equal(lists["time"][:n], np.float32(1325.25 + 10 * i + np.arange(n)))
                np.testing.assert_array_equal(lists["quality"][:n], 10 * i + np.arange(n))
                np.testing.assert_array_equal(lists["flux_err"][:n], (10 * i + np.arange(n)) / 8)
                assert all(np.all(values[n:] == 0) for values in lists.values())
            print(len(rows), "rows")
            """, Path.Combine(TestPaths.Root, "tests", "loaders"), "tess", folder["out"]));
    }

    [Fact]
    public async Task Sources_of_Gaia_have_their_coefficients_and_missing_values_are_NaN()
    {
        string list = Python.Run("import sys\nsys.path.insert(0, sys.argv[1])\nsys.dont_write_bytecode = True\nimport layouts\n"
            + "print(' '.join(sorted({n for names in layouts.GAIA.values() for n in names} - {'ra', 'dec', 'astrometric_params_solved'})))",
            Path.Combine(TestPaths.Root, "tests", "loaders")).Trim();
        string[] names = list.Split(' ');
        int parallax = Array.IndexOf(names, "parallax");
        ColumnData[] floats = [.. Floats(5, names)];
        floats[parallax] = new ColumnData<float>(new ColumnSchema { Name = "parallax", DType = DType.Float32, Nullable = true },
            Each(5, i => i / 4f), Each(5, i => i == 3));
        await BuildAsync(folder["d"], "catalogue", "Gaia",
        [
            .. Common(5), .. floats, .. Floats(5, ["coeff", "coeff_error"], 110),
            new ColumnData<sbyte>(new ColumnSchema { Name = "astrometric_params_solved", DType = DType.Int8 }, Each(5, i => (sbyte)31)),
        ]);
        await ExportAsync("gaia");
        Assert.Equal("5 rows\n", Python.Run(Read + """
            for i in range(5):
                row = rows[1000 + i]
                np.testing.assert_array_equal(row["spectral_coefficients"]["coeff_error"], np.float32(1 + 100 * i + np.arange(110) / 256))
                assert np.isnan(row["astrometry"]["parallax"]) if i == 3 else row["astrometry"]["parallax"] == i / 4
                assert row["corrections"]["astrometric_params_solved"] == 31
                assert row["object_id"] == 1000 + i
            print(len(rows), "rows")
            """, Path.Combine(TestPaths.Root, "tests", "loaders"), "gaia", folder["out"]));
    }

    [Fact]
    public async Task A_missing_integer_and_another_shape_are_errors_that_name_row_and_column()
    {
        await BuildAsync(folder["d"], "image", "HSC", [.. Common(2), .. Images(2, ["G", "R"], hasFlags: false)]);
        SchemaMismatchException lacks = await Assert.ThrowsAsync<SchemaMismatchException>(() => ExportAsync("hsc"));
        Assert.Contains("requires columns that it lacks: a_g, g_extendedness_value,", lacks.Message, StringComparison.Ordinal);

        await BuildAsync(folder["e"], "image", "HSC", [.. Common(1), .. Images(1, ["G", "R"], hasFlags: false), .. Floats(1, OfHsc())]);
        SchemaMismatchException differs = await Assert.ThrowsAsync<SchemaMismatchException>(() => ExportAsync("hsc", "e"));
        Assert.Contains("'image_array' must have the shape [5, 160, 160] (found image_array: float32[2, 160, 160]); 'image_ivar'",
            differs.Message, StringComparison.Ordinal);

        Modality spectrum = Modality.Get("spectrum");
        string[] floats = ["Z", "ZERR", "EBV", .. from kind in (string[])["FLUX_", "FLUX_IVAR_", "FIBERFLUX_", "FIBERTOTFLUX_"]
            from band in (string[])["G", "R", "Z"] select kind + band];
        await BuildAsync(folder["s"], "spectrum", "DESI",
        [
            .. Common(2),
            .. ((string[])["flux", "lambda", "ivar", "lsf_sigma"]).Select(name => new ColumnData<float>(
                spectrum.Find($"spectrum_{name}")!.With(DType.Float32, [8]), Each(16, i => 4000f + i))),
            new ColumnData<bool>(spectrum.Find("spectrum_mask")!.With(DType.Bool, [8]), new bool[16]), .. Floats(2, floats),
            new ColumnData<int>(new ColumnSchema { Name = "ZWARN", DType = DType.Int32, Nullable = true }, new int[2],
                new[] { false, true }),
        ], medium: "vacuum");
        DatasetInvalidException missing = await Assert.ThrowsAsync<DatasetInvalidException>(() => ExportAsync("desi", "s"));
        Assert.Contains("object_id 1001, column 'ZWARN': the row has no value, which the layout requires", missing.Message,
            StringComparison.Ordinal);
        Assert.Equal(["d", "e", "s"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
    }

    private async Task ExportAsync(string layout, string dataset = "d")
    {
        await using Dataset open = await Dataset.OpenAsync(folder[dataset], cancellationToken: TestContext.Current.CancellationToken);
        ExportSummary summary = await DatasetExport.ToMmuAsync(open, folder["out"], new ExportOptions { Workers = 2 },
            TestContext.Current.CancellationToken);
        Assert.Equal((layout, open.Manifest.Rows), (summary.Layout, summary.Rows));
    }

    private static IEnumerable<string> OfHsc()
    {
        foreach (char band in "grizy")
        {
            foreach (string name in (string[])[$"a_{band}", $"{band}_extendedness_value", $"{band}_cmodel_mag", $"{band}_cmodel_magerr"])
                yield return name;
            foreach (string kind in (string[])["psf_", ""])
                foreach (string axes in (string[])["11", "22", "12"])
                    yield return $"{band}_sdssshape_{kind}shape{axes}";
        }
    }

    private static IEnumerable<ColumnData> Pictures(int count) =>
    [
        .. ((string[])["image_rgb", "blobmodel"]).Select(name => new ColumnData<byte>(
            new ColumnSchema { Name = name, DType = DType.UInt8, Shape = [160, 160, 3], IsHeavy = true },
            Each(count, 76_800, (i, k) => (byte)((i + k) % 251)))),
        new ColumnData<byte>(new ColumnSchema { Name = "object_mask", DType = DType.UInt8, Shape = [160, 160], IsHeavy = true },
            Each(count, 25_600, (i, k) => (byte)((i + k) % 251))),
    ];
}
