using System.Collections.Immutable;
using Pile.Format;
using Pile.TestKit;
using Pile.Writing.Schemas;

namespace Pile.Writing.Tests.Schemas;

/// <summary>Units of one dataset may differ as long as their columns can be merged.</summary>
public sealed class MergeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Dtypes_widen_lengths_become_ragged_and_columns_that_a_unit_lacks_become_nullable()
    {
        RowBatch a = new([.. Zoo.PositionColumns([1, 2]), Scalar<short>("n", DType.Int16, 7, 8),
            Image<float>("flux", DType.Float32, 3, 1, 2, 3, 4, 5, 6), Scalar<int>("only a", DType.Int32, 5, 6)]);
        RowBatch b = new([.. Zoo.PositionColumns([3, 4]), Image<double>("flux", DType.Float64, 2, .1, .2, .3, .4),
            Scalar<int>("n", DType.Int32, -70_000, 9), Image<byte>("only b", DType.UInt8, 1, 250, 251)]);
        await Datasets.Build(folder["zoo"], Zoo.Spec with { Order = 0 }, null, ("b", [b]), ("a", [a]));

        Manifest manifest = Datasets.Manifest(folder["zoo"]);
        Assert.Equal(["object_id", "ra", "dec", "healpix", "n", "flux", "flux_shape", "only a", "only b"],
            manifest.Columns.Select(c => c.Name));
        Assert.Equal((DType.Int32, false), (manifest.Column("n")!.DType, manifest.Column("n")!.Nullable));
        Assert.Equal(DType.Float64, manifest.Column("flux")!.DType);
        Assert.Equal([ColumnSchema.Ragged, 1], manifest.Column("flux")!.Shape);
        Assert.True(manifest.Column("only a")!.Nullable && manifest.Column("only b")!.Nullable);
        Assert.Equal("""
            1 7 [1.0, 2.0, 3.0] [3, 1] 5 None
            2 8 [4.0, 5.0, 6.0] [3, 1] 6 None
            3 -70000 [0.1, 0.2] [2, 1] None 250
            4 9 [0.3, 0.4] [2, 1] None 251

            """.ReplaceLineEndings("\n"), Python.Run("""
            import glob, sys, h5py
            rows = []
            for path in glob.glob(sys.argv[1] + "/main/*/*.hdf5"):
                with h5py.File(path) as f:
                    for k, i in enumerate(f["object_id"][:]):
                        a = None if f["only a_isnull"][k] else f["only a"][k]
                        b = None if f["only b_isnull"][k] else f["only b"][k, 0, 0]
                        length = f["flux_shape"][k]
                        rows.append((i, f["n"][k], [float(v) for v in f["flux"][k][:length[0], 0]], list(length), a, b))
            for row in sorted(rows, key=lambda r: r[0]): print(*row)
            """, folder["zoo"]));
    }

    [Theory]
    [InlineData("r", null, "column 'image_array': bands g in the first, r in the second. Make them agree")]
    [InlineData("g", 22.5, "column 'image_array': zero point of band 'g' not stated in the first, 22.5 mag in the second")]
    public void Different_bands_are_named(string name, double? zeroPointMag, string message)
    {
        SchemaMerge merge = new();
        merge.Add([Image("g", null)], "a");
        Assert.Contains(message, Assert.Throws<SchemaMismatchException>(() => merge.Add([Image(name, zeroPointMag)], "b")).Message,
            StringComparison.Ordinal);

        static ColumnSchema Image(string band, double? zeroPointMag) => new()
        {
            Name = "image_array",
            DType = DType.Float32,
            Shape = [1, 2, 2],
            IsHeavy = true,
            Bands = [new BandSchema { Name = band, ZeroPointMag = zeroPointMag }],
        };
    }

    [Theory]
    [InlineData("time", "in the second. If they are the same, declare them in a recipe, native: { x: { time: … } }")]
    [InlineData("medium", "spectral medium not stated in the first, air in the second")]
    [InlineData("codes", "names of codes not stated in the first, 0 = 'star' in the second")]
    public void What_only_one_source_declares_about_numbers_is_rejected_unless_it_was_compared(string kind, string finding)
    {
        ColumnSchema plain = new() { Name = "x", DType = kind == "codes" ? DType.Int64 : DType.Float64 }, declared = kind switch
        {
            "time" => plain with { Time = new TimeAxis("TDB", null) },
            "medium" => plain with { SpectralMedium = "air" },
            _ => plain with { Categories = [new CategorySchema(0, "star")] },
        };
        foreach ((ColumnSchema first, ColumnSchema second) in ((ColumnSchema, ColumnSchema)[])[(plain, declared), (declared, plain)])
        {
            SchemaMerge merge = new();
            merge.Add([first], "a");
            string message = Assert.Throws<SchemaMismatchException>(() => merge.Add([second], "b")).Message;
            Assert.StartsWith("a and b, column 'x': ", message, StringComparison.Ordinal);
            if (first == plain)
                Assert.Contains(finding, message, StringComparison.Ordinal);
            SchemaMerge compared = new(areCompared: true);
            compared.Add([first], "a");
            compared.Add([second], "b");
            merge = new();
            merge.Add([first with { Role = ColumnRole.Standard }], "a"); // the dataset declares it
            merge.Add([second], "b");
        }
    }

    [Fact]
    public void A_unit_that_only_one_source_states_is_reported()
    {
        SchemaMerge merge = new();
        ColumnSchema plain = new() { Name = "x", DType = DType.Float64 };
        merge.Add([plain with { Unit = "mJy" }, plain with { Name = "y", Unit = "s" }], "a");
        merge.Add([plain, plain with { Name = "y", Unit = "s" }], "b");
        merge.Add([plain with { Unit = "mJy" }], "c");
        Assert.Equal(["column 'x': b states no unit, so that its values are taken to be in that of a, 'mJy'"], merge.Notes());
    }

    [Fact]
    public void Chips_with_different_numbers_of_bands_are_rejected()
    {
        SchemaMerge merge = new();
        merge.Add([Bands(1)], "a.json");
        Assert.Contains("a.json and b.json, column 'chip_band': shape [1] in the first, [2] in the second. Build a dataset for each shape; "
            + "of chips, name the bands that all items have", Assert.Throws<SchemaMismatchException>(() =>
                merge.Add([Bands(2)], "b.json")).Message, StringComparison.Ordinal);

        static ColumnSchema Bands(int count) => new()
        {
            Name = "chip_band",
            DType = DType.String,
            Shape = [count],
            Role = ColumnRole.Standard,
        };
    }

    [Theory]
    [InlineData("unit", "unit 'mag' in the first, 'Jy' in the second")]
    [InlineData("dtype", "dtype float64 in the first, string in the second")]
    [InlineData("int64", "dtype float64 in the first, int64 in the second")]
    [InlineData("shape", "shape [3] in the first, [4] in the second")]
    public async Task Columns_that_cannot_be_merged_are_rejected_with_both_files(string kind, string finding)
    {
        ColumnData left = kind == "shape" ? Vector(3)
            : new ColumnData<double>(new ColumnSchema { Name = "x", DType = DType.Float64, Unit = "mag" }, new double[1]);
        ColumnData right = kind switch
        {
            "unit" => new ColumnData<double>(new ColumnSchema { Name = "x", DType = DType.Float64, Unit = "Jy" }, new double[1]),
            "dtype" => Zoo.Text("x", [1], i => $"{i}"),
            "int64" => Scalar<long>("x", DType.Int64, 1),
            _ => Vector(4),
        };
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => Datasets.Build(folder["zoo"], Zoo.Spec, null,
            ("b", [new RowBatch([.. Zoo.PositionColumns([2]), right])]), ("a", [new RowBatch([.. Zoo.PositionColumns([1]), left])])));
        Assert.StartsWith($"a.fits and b.fits, column 'x': {finding}. ", e.Message);

        static ColumnData Vector(int length) =>
            new ColumnData<float>(new ColumnSchema { Name = "x", DType = DType.Float32, Shape = [length] }, new float[length]);
    }

    [Fact]
    public async Task Spectra_are_padded_as_in_the_Multimodal_Universe()
    {
        DatasetSpec spec = Zoo.Spec with { Modality = "spectrum", SpectralMedium = "vacuum", Order = 0 };
        RowBatch[] batches = [.. Enumerable.Range(1, 3).Select(i => Spectrum(i, 2 * i))];
        await Datasets.Build(folder["spectra"], spec, null, ("u", batches));
        Assert.Equal("[1. 1. 1. 1. 1. 1.] [4001. 4002.   -1.   -1.   -1.   -1.] [0. 0. 0. 0. 0. 0.] [False False  True  True  True  True] "
            + "[2] vacuum true_is_bad\n", Python.Run("""
            import glob, sys, h5py, numpy as np
            np.set_printoptions(suppress=True)
            for path in sorted(glob.glob(sys.argv[1] + "/main/*/*.hdf5")):
                with h5py.File(path) as f:
                    for k in np.flatnonzero(f["object_id"][:] == 1):
                        if f["spectrum_flux"].shape[1] == 6:
                            print(f["spectrum_flux"][k], f["spectrum_lambda"][k], f["spectrum_ivar"][k], f["spectrum_mask"][k],
                                f["spectrum_flux_shape"][k], f.attrs["spectral_medium"], f["spectrum_mask"].attrs["mask"])
            """, folder["spectra"]));

        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(
            () => Datasets.Build(folder["other"], spec with { SpectralMedium = null }, null, ("u", batches)));
        Assert.Contains("vacuum or air", e.Message);
    }

    [Fact]
    public async Task Axes_with_the_same_name_have_the_same_length_and_rows_the_same_number_of_bands()
    {
        Modality image = Modality.Get("image");
        await using DatasetWriter writer = DatasetWriter.Create(folder["zoo"], Zoo.Spec with { Modality = "image", Order = 0 },
            new WriterSettings());
        using (UnitSpill spill = writer.BeginUnit("u", Zoo.Source("m31.fits")))
        {
            spill.Append(Cutout(1, 2, 8, 2));
            ValueInvalidException e = Assert.Throws<ValueInvalidException>(() => spill.Append(Cutout(2, 2, 8, 3)));
            Assert.Equal((1L, "image_band"), (e.Row, e.Column));
            Assert.Contains("axis 'band'", e.Message);
            ValueInvalidException one = Assert.Throws<ValueInvalidException>(() => spill.Append(Cutout(3, 3, 8, 3)));
            Assert.Equal((1L, "image_band"), (one.Row, one.Column));
            Assert.Contains("an array of [3] is not of the shape of the column's first row, [2]", one.Message);
            spill.Append(Cutout(4, 2, 9, 2)); // images may differ in size
            spill.Complete();
        }
        using (UnitSpill spill = writer.BeginUnit("v", Zoo.Source("m32.fits")))
        {
            spill.Append(Cutout(3, 3, 9, 3));
            spill.Complete();
        }
        SchemaMismatchException shape =
            await Assert.ThrowsAsync<SchemaMismatchException>(() => writer.CommitAsync(TestContext.Current.CancellationToken));
        Assert.Equal("image_band", shape.Column);

        RowBatch Cutout(int id, int bands, int size, int names) => new([.. Zoo.PositionColumns([id]),
            new ColumnData<float>(image.Find("image_array")!.With(DType.Float32, [bands, size, size], "nmgy"),
                new float[bands * size * size]),
            TextColumnData.From(image.Find("image_band")!.With(DType.String, [names]),
                [.. Enumerable.Range(0, names).Select(i => $"b{i}")])]);
    }

    [Fact]
    public async Task A_missing_required_column_or_time_scale_is_reported()
    {
        Assert.Equal("image_array",
            (await Assert.ThrowsAsync<SchemaMismatchException>(
                () => Datasets.Build(folder["a"], Zoo.Spec with { Modality = "image" }, null, ("u", [Zoo.Positions([1])])))).Column);
        Assert.Equal("mjd",
            (await Assert.ThrowsAsync<SchemaMismatchException>(
                () => Datasets.Build(folder["b"], Zoo.Spec with { TimeScale = null }, null, ("u", [Zoo.Batch([1])])))).Column);
        AliasSchema alias = new() { Name = "g", Expression = "no_such_column + 1" };
        Assert.Contains("no_such_column",
            (await Assert.ThrowsAsync<AliasInvalidException>(() =>
                Datasets.Build(folder["c"], Zoo.Spec with { Aliases = [alias] }, null, ("u", [Zoo.Positions([1])])))).Message);
    }

    [Fact]
    public async Task A_native_column_with_a_common_name_is_standard_only_if_it_conforms()
    {
        DatasetSpec spec = Zoo.Spec with { Order = 0, TimeScale = null };
        RowBatch a = new([.. Zoo.PositionColumns([1]), InUnit("pmra", "mas.yr**-1", 4.5), InUnit("pmdec", null, 1),
            Scalar<long>("ra_error", DType.Int64, 3), InUnit("dec_error", "deg", 1), InUnit("mjd", "d", 51602),
            InUnit("ref_epoch", "yr", 2016)]);
        RowBatch b = new([.. Zoo.PositionColumns([2]), Scalar<float>("ref_epoch", DType.Float32, 2016)]);
        await Datasets.Build(folder["zoo"], spec, null, ("a", [a]), ("b", [b]));

        Manifest manifest = Datasets.Manifest(folder["zoo"]);
        Assert.Equal([("pmra", "mas/yr", ColumnRole.Standard), ("pmdec", null, ColumnRole.Native), ("ra_error", null, ColumnRole.Native),
            ("dec_error", "deg", ColumnRole.Native), ("mjd", "d", ColumnRole.Native), ("ref_epoch", "yr", ColumnRole.Native)],
            manifest.Columns.Skip(4).Select(c => (c.Name, c.Unit, c.Role)));
        Assert.Null(manifest.Time);
    }

    [Fact]
    public async Task An_alias_converts_from_its_columns_unit_or_is_rejected()
    {
        RowBatch batch = new([.. Zoo.PositionColumns([1]), InUnit("wave", "AA", 4000), InUnit("bare", null, 1), InUnit("g", "mag", 20),
            InUnit("pm", "0.1mas/yr", 7), InUnit("flux_g", "nanomaggy", 7), InUnit("share", "%", 7),
            Zoo.Text("name", [1], i => "M31") is { } text ? text.WithSchema(text.Schema with { Unit = "deg" }) : null!]);
        AliasSchema[] good = [Alias("nm", "wave", "nm"), Alias("angstrom", "wave", "Angstrom"), Alias("asis", "wave", null),
            Alias("label", "bare", "Jy"), Alias("mas", "pm", "mas/yr"), Alias("ujy", "flux_g", "uJy"), Alias("one", "share", "1")];
        await Datasets.Build(folder["zoo"], Zoo.Spec with { Order = 0, Aliases = [.. good] }, null, ("a", [batch]));
        Assert.Equal([("nm", 0.1, "nm"), ("angstrom", 1, "Angstrom"), ("asis", 1, "AA"), ("label", 1, "Jy"), ("mas", 0.1, "mas/yr"),
            ("ujy", 3.631, "uJy"), ("one", 0.01, "1")],
            Datasets.Manifest(folder["zoo"]).Aliases.Select(a => (a.Name, double.Round(a.Scale, 15), a.Unit)));
        Assert.Equal("0.1\n", Python.Run("""
            import glob, json, sys, h5py
            print(round(json.loads(h5py.File(glob.glob(sys.argv[1] + "/main/*/*.hdf5")[0]).attrs["aliases"])[0]["scale"], 15))
            """, folder["zoo"]));

        Assert.Contains("unit 'mag' cannot be converted to 'Jy'", await Refusal(Alias("flux", "g", "Jy")));
        Assert.Contains("unit 'AA' cannot be converted to ''", await Refusal(Alias("none", "wave", "")));
        Assert.Contains("string cannot be converted from 'deg' to 'arcsec'", await Refusal(Alias("text", "name", "arcsec")));

        async Task<string> Refusal(AliasSchema alias) => (await Assert.ThrowsAsync<SchemaMismatchException>(
            () => Datasets.Build(folder[alias.Name], Zoo.Spec with { Order = 0, Aliases = [alias] }, null, ("a", [batch])))).Message;
        static AliasSchema Alias(string name, string native, string? unit) => new() { Name = name, Native = native, Unit = unit };
    }

    private static ColumnData<double> InUnit(string name, string? unit,
        double value) => new(new ColumnSchema { Name = name, DType = DType.Float64, Unit = unit }, new[] { value });

    private static RowBatch Spectrum(int id, int length)
    {
        Modality spectrum = Modality.Get("spectrum");
        ImmutableArray<int> ragged = [ColumnSchema.Ragged];
        return new RowBatch([.. Zoo.PositionColumns([id]).Take(1),
            new ColumnData<double>(Zoo.Common("ra", DType.Float64), new[] { 10.0 }),
            new ColumnData<double>(Zoo.Common("dec", DType.Float64), new[] { 10.0 }),
            Column("spectrum_flux", DType.Float32, Enumerable.Repeat((float)id, length).ToArray()),
            Column("spectrum_lambda", DType.Float32, Enumerable.Range(4001, length).Select(l => (float)l).ToArray()),
            Column("spectrum_ivar", DType.Float32, new float[length]), Column("spectrum_mask", DType.Bool, new bool[length])]);

        ColumnData<T> Column<T>(string name, DType type, T[] values)
            where T : unmanaged => new(spectrum.Find(name)!.With(type, ragged), values, [length]);
    }

    private static ColumnData<T> Scalar<T>(string name, DType type, params T[] values)
        where T : unmanaged => new(new ColumnSchema { Name = name, DType = type }, values);

    private static ColumnData<T> Image<T>(string name, DType type, int length, params T[] values)
        where T : unmanaged => new(new ColumnSchema { Name = name, DType = type, Shape = [length, 1] }, values);
}
