using Pile.Format;
using Pile.TestKit;

namespace Pile.Reading.Tests;

/// <summary>Columns whose rows differ in shape are read in their own shape, light or heavy, alone or in batches. The conformance datasets
/// derive their values from the row's number.</summary>
public class RaggedColumnsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nested_lists_are_read_from_the_index_and_by_row()
    {
        await using Dataset dataset = await Open("nested");
        RowBatch rows = await All(dataset.Query().OrderBy("object_id"));
        for (int i = 0; i < 6; i++)
        {
            int n = i == 4 ? 0 : 2 * i;
            Assert.Equal(i == 4, rows["lc.time"].IsNullAt(i));
            Assert.Equal(Enumerable.Range(0, n).Select(k => 59_000.5 + k), ((ColumnData<double>)rows["lc.time"]).Row(i).ToArray());
            Assert.Equal(Enumerable.Range(0, n).Select(k => k % 3 == 0 ? "" : $"band {k}"), Texts((TextColumnData)rows["lc.band"], i));
            Assert.Equal(Enumerable.Range(0, i == 3 ? 0 : i).Select(k => $"größe {k}"), Texts((TextColumnData)rows["references"], i));
            Assert.Equal(i == 3, rows["references"].IsNullAt(i));
            Assert.Equal([n], rows["neighbours"].ShapeOf(i).ToArray());
        }
        Assert.Equal([new CategorySchema(0, "quiet"), new CategorySchema(1, "burst")], rows["lc.class"].Schema.Categories);
        RowBatch twice = rows.First(3);
        Assert.Equal(["größe 0", "größe 1"], Texts((TextColumnData)ColumnData.Concat([rows["references"], twice["references"]]), 8));
    }

    [Theory]
    [InlineData("len(\"lc.time\") > 4", 2)] // rows 3 and 5: row 4 has none
    [InlineData("len(lc.time) > 4", 2)]
    [InlineData("LC.flux[1] >= 30", 2)]
    [InlineData("list_contains(\"references\", 'größe 4')", 1)]
    [InlineData("lc IS NULL", 1)]
    public async Task Nested_lists_can_be_queried_by_group_and_member(string condition, long expected)
    {
        await using Dataset dataset = await Open("nested");
        Assert.Equal(expected, await dataset.CountAsync(dataset.Query().Where(condition), Token));
        Assert.Equal(expected, (await All(dataset.Query().Where(condition).Columns("object_id", "lc.flux"))).RowCount);
    }

    [Fact]
    public async Task Whole_files_are_read_byte_for_byte()
    {
        await using Dataset dataset = await Open("nested");
        RowReader reader = await dataset.OpenRowsAsync(dataset.Query().OrderBy("object_id").Columns("thumbnail", "picture"),
            cancellationToken: Token);
        RowColumn<byte> jpeg = reader.Column<byte>("thumbnail"), png = reader.Column<byte>("picture");
        for (int i = 0; i < 6; i++)
        {
            byte[] expected = [0xFF, 0xD8, 0xFF, 0xE0, .. Enumerable.Range(0, 5 + i).Select(k => (byte)k), 0xFF, 0xD9];
            Assert.Equal(expected, jpeg.Read(i)!.Value.Values.ToArray());
            Assert.Equal(i == 1, png.IsNull(i));
        }
        Assert.Equal(("jpeg", "png"), (jpeg.Schema.Encoding, png.Schema.Encoding));
    }

    [Fact]
    public async Task Cubes_are_read_in_their_own_shape()
    {
        await using Dataset dataset = await Open("cube");
        RowReader reader = await dataset.OpenRowsAsync(dataset.Query().OrderBy("object_id"), cancellationToken: Token);
        await foreach (RowBatch batch in reader.ReadAllAsync(2, Token))
            for (int row = 0; row < batch.RowCount; row++)
            {
                int i = ((TextColumnData)batch["object_id"]).Text(row) is var id && id == "größe-2" ? 2 : id[^1] - '0';
                ColumnData<float> flux = (ColumnData<float>)batch["cube_flux"];
                Assert.Equal([7, 3 + (i % 2), 4 + i], flux.ShapeOf(row).ToArray());
                Assert.Equal(Enumerable.Range(0, flux.Row(row).Length).Select(k => i + (k / 16f)), flux.Row(row).ToArray());
                Assert.Equal(i == 2 ? 0 : 3, batch["cube_map_label"].ShapeOf(row)[0]);
                Assert.Equal(batch["cube_map"].ShapeOf(row)[0], batch["cube_map_label"].ShapeOf(row)[0]);
            }
        Assert.Equal("0: NOCOV; 1: LOWCOV; 10: DONOTUSE", reader.Column("cube_mask").Schema.MaskBits);
    }

    [Fact]
    public async Task Light_curves_are_read_with_their_bands_and_time_scale()
    {
        await using Dataset dataset = await Open("time-series");
        RowReader reader = await dataset.OpenRowsAsync(dataset.Query().OrderBy("object_id"), cancellationToken: Token);
        RowColumn<double> time = reader.Column<double>("lightcurve_time");
        TextRowColumn bands = (TextRowColumn)reader.Column("lightcurve_band");
        Assert.Equal(new TimeAxis("TDB", "BARYCENTER", 56_999.5), time.Schema.Time);
        for (int i = 0; i < reader.Count; i++)
        {
            RowValues<double> values = time.Read(i)!.Value;
            Assert.Equal([1 + (i % 3), 4 + i], values.Shape);
            Assert.Equal(1 + (i % 3), bands.ElementsOf(i));
            Assert.Equal("g", bands.Text(i));
        }
    }

    private static Task<Dataset> Open(string name) =>
        Dataset.OpenAsync(Path.Combine(TestPaths.Root, "format-spec", "conformance", "v1", "valid", name), cancellationToken: Token);

    private static async Task<RowBatch> All(Query query)
    {
        List<RowBatch> batches = [];
        await foreach (RowBatch batch in query.Dataset.QueryAsync(query, Token))
            batches.Add(batch);
        return new RowBatch(batches[0].Columns.Select((c, i) => ColumnData.Concat([.. batches.Select(b => b.Columns[i])])));
    }

    private static IEnumerable<string> Texts(TextColumnData text,
        int row) => Enumerable.Range(0, text.ElementsOf(row)).Select(e => text.Text(row, e));
}
