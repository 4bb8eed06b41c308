using Pile.Format;
using Pile.TestKit;

namespace Pile.Writing.Tests.Spill;

/// <summary>Values must agree with their column's declaration; otherwise they are rejected with row, column and value.</summary>
public sealed class DeclarationTests : IDisposable
{
    private const int Ragged = ColumnSchema.Ragged;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_text_longer_than_declared_is_rejected() =>
        Refused(1, "name", "'größer' of 8 bytes is not a text of at most 5 bytes",
            TextColumnData.From(new ColumnSchema { Name = "name", DType = DType.String, StringBytes = 5 }, ["kurz", "größer", "x"]));

    [Fact]
    public void A_code_without_a_name_is_rejected() =>
        Refused(2, "class", "the code 7 is not one of the 2",
            new ColumnData<byte>(new ColumnSchema { Name = "class", DType = DType.UInt8, Categories = [new(1, "star"), new(2, "galaxy")] },
                new byte[] { 1, 2, 7 }));

    [Fact]
    public void Bytes_that_are_not_a_file_of_the_declared_encoding_are_rejected() =>
        Refused(1, "thumb", "'00FFD8FF' (4 bytes) is not the beginning of a file of encoding 'jpeg'",
            new ColumnData<byte>(new ColumnSchema { Name = "thumb", DType = DType.UInt8, Shape = [Ragged], Encoding = "jpeg" },
                new byte[] { 255, 216, 255, 0, 255, 216, 255, 255, 216, 255 }, [3, 4, 3]));

    [Fact]
    public void Members_of_a_nested_group_must_have_the_same_length() =>
        Refused(1, "lc.flux", "a list of 2 elements is not as long as 'lc.time' of the nested group 'lc', 1", Member("lc.time", [2, 1, 0]),
            Member("lc.flux", [2, 2, 0]));

    [Fact]
    public void Members_of_a_nested_group_must_be_missing_together() =>
        Refused(2, "lc.flux", "a list is not consistent with 'lc.time' of the nested group 'lc'",
            Member("lc.time", [1, 1, 0], [false, false, true]), Member("lc.flux", [1, 1, 0]));

    [Theory]
    [InlineData(1L << 31, 1, "2147483648 is not a number in the range of int32, -2147483648 to 2147483647")]
    [InlineData(-(1L << 31) - 1, 1, "-2147483649")]
    public void An_integer_outside_the_range_of_the_standard_dtype_is_rejected(long value, int row, string says)
    {
        ColumnSchema dq = Modality.Get("image").Find("image_dq")!.With(DType.Int32, [1, 1, 1]) with { DType = DType.Int64 };
        Refused("image", row, "image_dq", says, new ColumnData<long>(dq, new[] { 1, value, 2 }));
    }

    [Fact]
    public async Task Integers_within_range_are_converted_to_the_standard_dtype()
    {
        ColumnSchema dq = Modality.Get("image").Find("image_dq")!.With(DType.Int32, [1, 1, 1]) with { DType = DType.UInt64 };
        Modality image = Modality.Get("image");
        RowBatch batch = new([.. Zoo.PositionColumns([1, 2]), new ColumnData<ulong>(dq, new[] { 0UL, 1UL << 30 }),
            new ColumnData<float>(image.Find("image_array")!.With(DType.Float32, [1, 1, 1]), new float[2]),
            TextColumnData.From(image.Find("image_band")!.With(DType.String, [1]), ["g", "g"])]);
        await Datasets.Build(folder["d"], Zoo.Spec with { Modality = "image", Order = 0 }, null, ("u", [batch]));
        Assert.Equal(DType.Int32, Datasets.Manifest(folder["d"]).Column("image_dq")!.DType);
    }

    [Fact]
    public void A_length_beyond_the_axis_is_rejected()
    {
        Modality series = Modality.Get("time-series");
        Refused("time-series", 2, "lightcurve_length", "5 is not a length along axis 'sample', which has 4 in 'lightcurve_time'",
            new ColumnData<double>(series.Find("lightcurve_time")!.With(DType.Float64, [1, 4]), new double[12]),
            new ColumnData<int>(series.Find("lightcurve_length")!.With(DType.Int32, [1]), new[] { 4, 0, 5 }));
    }

    [Fact]
    public async Task Two_spectral_media_in_one_dataset_are_rejected()
    {
        DatasetSpec spec = Zoo.Spec with { Modality = "spectrum", Order = 0 };
        SchemaMismatchException units =
            await Assert.ThrowsAsync<SchemaMismatchException>(
                () => Datasets.Build(folder["a"], spec, null, ("a", [Spectrum(1, "vacuum")]), ("b", [Spectrum(2, "air")])));
        Assert.StartsWith("a.fits and b.fits, column 'spectrum_lambda': spectral medium vacuum in the first, air in the second. ",
            units.Message);
        SchemaMismatchException both =
            await Assert.ThrowsAsync<SchemaMismatchException>(
                () => Datasets.Build(folder["b"], spec with { SpectralMedium = "air" }, null, ("a", [Spectrum(1, "vacuum")])));
        Assert.Contains("its wavelengths are in vacuum, but those of the dataset are in air", both.Message);
        await Datasets.Build(folder["c"], spec, null, ("a", [Spectrum(1, "air")]), ("b", [Spectrum(2, null)]));
        Assert.Equal("air", Datasets.Manifest(folder["c"]).SpectralMedium);
    }

    [Fact]
    public async Task Light_curves_need_a_time_scale()
    {
        Modality series = Modality.Get("time-series");
        RowBatch batch = new([.. Zoo.PositionColumns([1]),
            new ColumnData<double>(series.Find("lightcurve_time")!.With(DType.Float64, [1, 2]), new double[2]),
            new ColumnData<float>(series.Find("lightcurve_flux")!.With(DType.Float32, [1, 2]), new float[2]),
            TextColumnData.From(series.Find("lightcurve_band")!.With(DType.String, [1]), ["g"])]);
        DatasetSpec spec = Zoo.Spec with { Modality = "time-series", Order = 0 };
        Assert.Contains("no time scale",
            (await Assert.ThrowsAsync<SchemaMismatchException>(
                () => Datasets.Build(folder["a"], spec with { TimeScale = null }, null, ("u", [batch])))).Message);
        await Datasets.Build(folder["b"], spec, null, ("u", [batch]));
        Assert.Equal(new TimeAxis("TAI", "TOPOCENTER"), Datasets.Manifest(folder["b"]).Column("lightcurve_time")!.Time);
    }

    [Fact]
    public async Task Image_columns_of_other_shapes_form_separate_groups()
    {
        Modality image = Modality.Get("image");
        RowBatch batch = new([.. Zoo.PositionColumns([1]),
            .. Group("image", 2, 4), .. Group("image_wise", 1, 3),
            new ColumnData<byte>(image.Find("image_rgb")!.With(DType.UInt8, [4, 4, 3]), new byte[48])]);
        await Datasets.Build(folder["a"], Zoo.Spec with { Modality = "image", Order = 0 }, null, ("u", [batch]));
        Assert.Equal([("image_array", "2,4,4"), ("image_band", "2"), ("image_rgb", "4,4,3"), ("image_wise_array", "1,3,3"),
            ("image_wise_band", "1")],
            Datasets.Manifest(folder["a"]).Columns.Skip(4).Select(c => (c.Name, string.Join(',', c.Shape))));

        ColumnData[] Group(string name, int bands, int size) =>
        [
            new ColumnData<float>(image.Find($"{name}_array")!.With(DType.Float32, [bands, size, size]), new float[bands * size * size]),
            TextColumnData.From(image.Find($"{name}_band")!.With(DType.String, [bands]),
                [.. Enumerable.Range(0, bands).Select(b => $"b{b}")]),
        ];
    }

    private static RowBatch Spectrum(int id, string? medium)
    {
        Modality spectrum = Modality.Get("spectrum");
        return new RowBatch([.. Zoo.PositionColumns([id]),
            new ColumnData<float>(spectrum.Find("spectrum_flux")!.With(DType.Float32, [Ragged]), new float[2], [2]),
            new ColumnData<float>(spectrum.Find("spectrum_lambda")!.With(DType.Float32, [Ragged]) with { SpectralMedium = medium },
                new float[] { 4000, 4001 }, [2])]);
    }

    private static ColumnData<float> Member(string name, int[] lengths, bool[]? isNull = null) =>
        new(new ColumnSchema { Name = name, DType = DType.Float32, Shape = [Ragged], Nested = "lc" }, new float[lengths.Sum()],
            lengths, isNull);

    private void Refused(int row, string column, string says, params ColumnData[] columns) =>
        Refused("catalogue", row, column, says, columns);

    private void Refused(string modality, int row, string column, string says, params ColumnData[] columns)
    {
        DatasetWriter writer = DatasetWriter.Create(folder["d"], Zoo.Spec with { Modality = modality }, new WriterSettings());
        using UnitSpill spill = writer.BeginUnit("u", Zoo.Source("rows.fits"));
        ValueInvalidException e = Assert.Throws<ValueInvalidException>(
            () => spill.Append(new RowBatch([.. Zoo.PositionColumns([1, 2, 3]), .. columns])));
        Assert.Equal(("rows.fits", row, column), (e.SourcePath, (int)e.Row, e.Column));
        Assert.Contains(says, e.Message);
    }
}
