using Pile.Format;
using Pile.TestKit;

namespace Pile.Streaming.Tests;

/// <summary>Columns of unions.</summary>
public sealed class UnionTests
{
    private static readonly UnionOptions AllClasses = new() { UniteClasses = true };

    [Fact]
    public async Task Classes_unite_by_name_as_pandas_unites_categoricals()
    {
        StreamSource a = Labels([0, 1, 1, 0], (0, "star"), (1, "galaxy")),
            b = Labels([7, 3, 0, 7], (0, "galaxy"), (3, "quasar"), (7, "star"));
        StreamSource union = StreamSource.Union([a, b], AllClasses);
        RowBatch batch = await ReadAsync(union);
        Dictionary<long, string> names = union.Columns[0].Categories.ToDictionary(c => c.Code, c => c.Name);
        Assert.Equal(Python.Run("""
            import pandas as pd
            from pandas.api.types import union_categoricals
            a = pd.Categorical.from_codes([0, 1, 1, 0], ['star', 'galaxy'])
            b = pd.Categorical.from_codes([2, 1, 0, 2], ['galaxy', 'quasar', 'star'])
            print(*union_categoricals([a, b]))
            """).Trim(), string.Join(' ', Codes(batch).Select(code => names[code])));
        Assert.Equal(names.Values.Order(), batch.Columns[0].Schema.Categories.Select(c => c.Name).Order());
        Assert.Equal([0, 1, 1, 0], Codes(batch)[..4]); // the codes of the first source do not change
    }

    [Fact]
    public async Task Classes_with_other_codes_for_the_same_names_need_no_option()
    {
        StreamSource a = Labels([0, 1], (0, "star"), (1, "galaxy")), b = Labels([0, 1], (0, "galaxy"), (1, "star"));
        Assert.Equal([0, 1, 1, 0], Codes(await ReadAsync(a + b)));
        Assert.Equal([0, 1, 1, 0], Codes(await ReadAsync(StreamSource.Mix([(a, 1), (b, 1)]))));
    }

    [Fact]
    public async Task A_missing_label_stays_missing()
    {
        StreamSource a = Labels([1], (1, "star")),
            b = StreamSource.Of(new RowBatch([new ColumnData<sbyte>(Schema((5, "star")), new sbyte[] { 5, 0 }, new[] { false, true })]));
        RowBatch batch = await ReadAsync(a + b);
        Assert.Equal([1, 1, 0], Codes(batch));
        Assert.True(batch.Columns[0].IsNullAt(2));
    }

    [Fact]
    public void Classes_that_a_source_lacks_are_listed()
    {
        StreamSource a = Labels([0], (0, "star"), (1, "galaxy")), b = Labels([0], (0, "star"), (2, "quasar"));
        ArgumentException error = Assert.Throws<ArgumentException>(() => a + b);
        Assert.Contains("source 0 has no class 'quasar', source 1 has no class 'galaxy'", error.Message, StringComparison.Ordinal);
        Assert.Contains("UnionOptions.UniteClasses", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_without_a_free_code_fails()
    {
        StreamSource a = Labels([127], (127, "star")), b = Labels([127], (127, "galaxy"));
        Assert.Contains("int8 has no code left for the class 'galaxy'",
            Assert.Throws<ArgumentException>(() => StreamSource.Union([a, b], AllClasses)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_without_a_class_fails()
    {
        StreamSource union = Labels([0, 1], (0, "star"), (1, "galaxy")) + Labels([2], (0, "galaxy"), (1, "star"));
        Assert.Contains("the code 2", (await Assert.ThrowsAsync<DatasetInvalidException>(() => ReadAsync(union))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_columns_are_kept_on_request_with_nulls_and_ragged_axes()
    {
        ColumnSchema image = new() { Name = "image", DType = DType.Float32, Shape = [2, 2], IsHeavy = true },
            z = new() { Name = "z", DType = DType.Float64 }, name = new() { Name = "name", DType = DType.String };
        StreamSource a = StreamSource.Of(new RowBatch([new ColumnData<float>(image, new float[] { 1, 2, 3, 4, 5, 6, 7, 8 }),
                TextColumnData.From(name, ["x", "yy"])])),
            b = StreamSource.Of(new RowBatch([new ColumnData<float>(image with { Shape = [3, 2] }, new float[] { 9, 10, 11, 12, 13, 14 }),
                new ColumnData<double>(z, new[] { 0.5 })]));
        Assert.Contains("UnionOptions.KeepsAllColumns", Assert.Throws<ArgumentException>(() => a + b).Message, StringComparison.Ordinal);
        StreamSource union = StreamSource.Union([a, b], new UnionOptions { KeepsAllColumns = true });
        Assert.Equal(["image", "name", "z"], union.Columns.Select(c => c.Name));
        Assert.Equal([ColumnSchema.Ragged, 2], union.Columns[0].Shape);

        RowBatch batch = await ReadAsync(union);
        ColumnData<float> images = (ColumnData<float>)batch["image"];
        Assert.Equal([[2, 2], [2, 2], [3, 2]], Enumerable.Range(0, 3).Select(row => images.ShapeOf(row).ToArray()));
        Assert.Equal([5, 6, 7, 8], images.Row(1).ToArray());
        Assert.Equal([9, 10, 11, 12, 13, 14], images.Row(2).ToArray());
        Assert.Equal([false, false, true], Enumerable.Range(0, 3).Select(batch["name"].IsNullAt));
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(batch["z"].IsNullAt));
        Assert.Equal((0.5, "yy"), (batch.Values<double>("z")[2], ((TextColumnData)batch["name"]).Text(1)));

        ColumnSchema otherUnit = z with { Unit = "km/s" };
        Assert.Throws<ArgumentException>(() => StreamSource.Union([b, StreamSource.Of(new RowBatch([new ColumnData<double>(otherUnit,
            new[] { 1.0 })]))], new UnionOptions { KeepsAllColumns = true }));
    }

    [Fact]
    public async Task All_columns_that_differ_are_listed_and_left_out_on_request()
    {
        ColumnSchema plain = new() { Name = "x", DType = DType.Float64 };
        (string Difference, ColumnSchema A, ColumnSchema B)[] differences =
        [
            ("dtype float64 in source 0, int64 in source 1", plain, plain with { DType = DType.Int64 }),
            ("shape [2, 2] in source 0, [3, 2] in source 1", plain with { Shape = [2, 2] }, plain with { Shape = [3, 2] }),
            ("unit 'mag' in source 0, 'Jy' in source 1", plain with { Unit = "mag" }, plain with { Unit = "Jy" }),
            ("spectral medium vacuum in source 0, air in source 1", plain with { SpectralMedium = "vacuum" },
                plain with { SpectralMedium = "air" }),
            ("time TAI TOPOCENTER from MJD 0 in source 0, TDB TOPOCENTER from MJD 0 in source 1",
                plain with { Time = new TimeAxis("TAI", "TOPOCENTER") }, plain with { Time = new TimeAxis("TDB", "TOPOCENTER") }),
            ("time TDB without a reference position from MJD 0 in source 0, TDB without a reference position from MJD 56999.5 in source 1",
                plain with { Time = new TimeAxis("TDB") }, plain with { Time = new TimeAxis("TDB", null, 56999.5) }),
            ("mask polarity TrueIsGood in source 0, TrueIsBad in source 1", plain with { MaskPolarity = MaskPolarity.TrueIsGood },
                plain with { MaskPolarity = MaskPolarity.TrueIsBad }),
            ("sentinels -99 in source 0, none in source 1", plain with { Sentinels = [-99] }, plain),
            ("values codes of classes in source 0, plain in source 1", plain with { DType = DType.Int64, Categories = [new(1, "star")] },
                plain with { DType = DType.Int64 }),
        ];
        ColumnSchema same = new() { Name = "same", DType = DType.Float64, Unit = "mag" };
        ColumnSchema onlyA = plain with { Name = "only a" }, onlyB = plain with { Name = "only b" };
        StreamSource a = Source([same, onlyA, .. differences.Select((d, i) => d.A with { Name = $"x{i}" })]);
        StreamSource b = Source([same, onlyB, .. differences.Select((d, i) => d.B with { Name = $"x{i}" })]);
        string message = Assert.Throws<ArgumentException>(() => a + b).Message;
        for (int i = 0; i < differences.Length; i++)
            Assert.Contains($"'x{i}': {differences[i].Difference}", message, StringComparison.Ordinal);
        Assert.Contains("'only a': source 1 has no such column", message, StringComparison.Ordinal);
        Assert.Contains("'only b': source 0 has no such column", message, StringComparison.Ordinal);
        StreamSource common = StreamSource.Union([a, b], new UnionOptions { CommonColumnsOnly = true });
        Assert.Equal(["same"], (await ReadAsync(common)).Columns.Select(c => c.Schema.Name));
    }

    private static ColumnSchema Schema(params (long Code, string Name)[] classes) =>
        new()
        {
            Name = "label",
            DType = DType.Int8,
            Nullable = true,
            Categories = [.. classes.Select(c => new CategorySchema(c.Code, c.Name))]
        };

    private static StreamSource Labels(sbyte[] codes, params (long Code, string Name)[] classes) =>
        StreamSource.Of(new RowBatch([new ColumnData<sbyte>(Schema(classes), codes)]));

    private static StreamSource Source(IEnumerable<ColumnSchema> columns) => StreamSource.Of(new RowBatch(columns.Select(c =>
        c.DType == DType.Int64 ? (ColumnData)new ColumnData<long>(c, new long[c.ElementsPerRow])
            : new ColumnData<double>(c, new double[c.ElementsPerRow]))));

    private static async Task<RowBatch> ReadAsync(StreamSource source) =>
        await source.ReadAsync(Enumerable.Range(0, (int)source.RowCount).Select(i => (long)i).ToArray(), 0, Reading.BatchMemory.Own,
            TestContext.Current.CancellationToken);

    private static sbyte[] Codes(RowBatch batch) => ((ColumnData<sbyte>)batch.Columns[0]).Values.ToArray();
}
