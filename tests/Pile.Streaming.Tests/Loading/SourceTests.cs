using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;
using Pile.TestKit;

namespace Pile.Streaming.Tests;

public class SourceTests(ZooDataset zoo) : IClassFixture<ZooDataset>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static LoaderOptions Shuffled =>
        new() { BatchRows = 11, ShuffleSeed = 4, Shuffle = new BlockShuffle { BlockRows = 3, BlocksPerRound = 5 } };

    [Fact]
    public async Task The_rows_of_a_query_are_streamed_in_its_order()
    {
        StreamSource source = await StreamSource.OpenAsync(
            zoo.Dataset.Query().Where("object_id % 3 = 0").OrderBy("object_id", descending: true).Columns("object_id", "image"),
            Cancellation);
        List<long> ids = await LoaderTests.Ids(source, new LoaderOptions { BatchRows = 20 });
        Assert.Equal(Enumerable.Range(0, ZooDataset.RowCount).Where(i => i % 3 == 0).Select(i => (long)i).OrderDescending(), ids);
    }

    [Fact]
    public async Task A_state_is_rejected_if_the_tiles_of_a_catalogue_have_changed()
    {
        using TemporaryFolder folder = new();
        string from = TestPaths.Data("catalog/hats-tree/small_sky_xmatch");
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(folder["cat"], Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
        StreamState state = await FirstAsync(null);
        Assert.Equal(20, (await FirstAsync(state)).RowsDone);
        using (DuckDbDatabase database = DuckDbDatabase.OpenInMemory())
        using (DuckDbConnection connection = database.Connect())
            foreach (string tile in Directory.EnumerateFiles(folder["cat"], "Npix=*.parquet", SearchOption.AllDirectories))
            {
                connection.Execute($"COPY (FROM '{tile}' ORDER BY id DESC) TO '{tile}.new' (FORMAT PARQUET)",
                    cancellationToken: Cancellation);
                File.Move(tile + ".new", tile, overwrite: true);
            }
        Assert.Contains("a different source", (await Assert.ThrowsAsync<ArgumentException>(() => FirstAsync(state))).Message,
            StringComparison.Ordinal);

        async Task<StreamState> FirstAsync(StreamState? from)
        {
            await using Dataset dataset = await Dataset.OpenAsync(folder["cat"], cancellationToken: Cancellation);
            StreamSource source = await StreamSource.OpenAsync(dataset.Query().Columns("object_id"), Cancellation);
            await foreach (StreamBatch batch in new Loader(source, new LoaderOptions { BatchRows = 10 }).ReadAsync(from, Cancellation))
                using (batch)
                    return batch.State;
            throw new InvalidOperationException("No batch.");
        }
    }

    [Fact]
    public async Task A_query_without_rows_streams_nothing()
    {
        StreamSource source = await StreamSource.OpenAsync(zoo.Dataset.Query().Where("object_id < 0").Columns("object_id", "image"),
            Cancellation);
        Assert.Empty(await LoaderTests.Ids(source, Shuffled));
        Assert.Empty(await LoaderTests.Ids(source, Shuffled with { Epochs = null }));
    }

    [Fact]
    public async Task Aligned_rows_stay_together()
    {
        long[] pairs = [.. Enumerable.Range(0, 90).Select(i => (long)(i * 5 % ZooDataset.RowCount))];
        StreamSource aligned = StreamSource.Align(
            ("", StreamSource.At(zoo.Dataset.Query().Columns("object_id", "image"), pairs)),
            ("b_", StreamSource.At(zoo.Dataset.Query().Columns("object_id", "edge"), pairs.Select(p => p + 1))));
        Dictionary<long, long> next = Enumerable.Range(0, ZooDataset.RowCount - 1).ToDictionary(i => zoo.Ids[i], i => zoo.Ids[i + 1]);
        long rows = 0;
        await foreach (StreamBatch batch in new Loader(aligned, Shuffled).ReadAsync(cancellationToken: Cancellation))
            using (batch)
                for (int row = 0; row < batch.RowCount; row++, rows++)
                {
                    long a = batch.Values<long>("object_id").Span[row], b = batch.Values<long>("b_object_id").Span[row];
                    Assert.Equal(next[a], b);
                    Assert.Equal(a, batch.Tensor<float>("image")[row, 0, 0]);
                    Assert.Equal(b % 6, batch.ShapeOf("b_edge", row)[0]);
                }
        Assert.Equal(90, rows);
        Assert.Throws<ArgumentException>(() => StreamSource.Align(("", aligned), ("", aligned)));
        Assert.Throws<ArgumentException>(() => StreamSource.Align(("a_", aligned), ("b_", aligned.Select([1]))));
    }

    [Fact]
    public async Task A_union_has_all_rows_and_the_common_columns()
    {
        StreamSource even = await StreamSource.OpenAsync(zoo.Dataset.Query().Where("object_id % 2 = 0").Columns("object_id", "image",
            "edge"), Cancellation);
        StreamSource odd = await StreamSource.OpenAsync(zoo.Dataset.Query().Where("object_id % 2 = 1").Columns("edge", "object_id", "text"),
            Cancellation);
        StreamSource both = StreamSource.Union([even, odd], new UnionOptions { CommonColumnsOnly = true });
        Assert.Equal(["object_id", "edge"], both.Columns.Select(c => c.Name));
        List<long> ids = [];
        await foreach (StreamBatch batch in new Loader(both, Shuffled).ReadAsync(cancellationToken: Cancellation))
            using (batch)
                for (int row = 0; row < batch.RowCount; row++)
                {
                    ids.Add(batch.Values<long>("object_id").Span[row]);
                    Assert.Equal(ids[^1] % 6, batch.Row<short>("edge", row).Length);
                }
        Assert.Equal(Enumerable.Range(0, ZooDataset.RowCount).Select(i => (long)i), ids.Order());
        Assert.Throws<ArgumentException>(() => even + StreamSource.At(zoo.Dataset.Query().Columns("text"), [1]));
    }

    [Fact]
    public async Task A_transform_must_return_as_many_rows_as_it_receives()
    {
        StreamSource source = await StreamSource.OpenAsync(zoo.Dataset.Query().Columns("object_id", "f64"), Cancellation);
        StreamSource doubled = source.Transform(batch => new RowBatch([batch["object_id"],
            new ColumnData<double>(new ColumnSchema { Name = "twice", DType = DType.Float64 },
                ((ColumnData<double>)batch["f64"]).Values.ToArray().Select(v => 2 * v).ToArray())]));
        Assert.Equal(["object_id", "twice"], doubled.Columns.Select(c => c.Name));
        await foreach (StreamBatch batch in new Loader(doubled, Shuffled).ReadAsync(cancellationToken: Cancellation))
            using (batch)
                for (int row = 0; row < batch.RowCount; row++)
                    Assert.Equal(batch.Values<long>("object_id").Span[row] is var id && id % 11 == 0 ? double.NaN : 2 * (id / 3.0),
                        batch.Values<double>("twice").Span[row]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => LoaderTests.Ids(source.Transform(b => b.First(1)), Shuffled));
    }

    [Fact]
    public async Task A_transform_must_return_the_columns_that_it_returned_without_rows()
    {
        StreamSource source = await StreamSource.OpenAsync(zoo.Dataset.Query().Columns("object_id", "f64"), Cancellation);
        ColumnSchema extra = new() { Name = "extra", DType = DType.Float64 };
        foreach ((Func<RowBatch, RowBatch> change, string expected) in ((Func<RowBatch, RowBatch>, string)[])
            [(b => new RowBatch([b["object_id"]]), "[object_id: int64]"),
                (b => new RowBatch([b["f64"], b["object_id"]]), "[f64: float64, object_id: int64]"),
                (b => new RowBatch([b["object_id"], b["f64"].WithSchema(extra)]), "[object_id: int64, extra: float64]"),
                (b => new RowBatch([b["object_id"], new ColumnData<float>(extra with { Name = "f64", DType = DType.Float32 },
                    new float[b.RowCount])]), "[object_id: int64, f64: float32]"),
                (b => new RowBatch([b["object_id"], new ColumnData<double>(extra with { Name = "f64", Shape = [2] },
                    new double[2 * b.RowCount])]), "[object_id: int64, f64: float64[2]]")])
            foreach (StreamSource changed in (StreamSource[])[source.Transform(b => b.RowCount == 0 ? b : change(b), "noise"),
                source.Transform((b, _, _, _) => b.RowCount == 0 ? b : change(b), 1, "noise")])
                Assert.Equal($"The transform 'noise' returned the columns {expected}, but without rows it returned "
                    + "[object_id: int64, f64: float64]; it must return the same columns, with the same types and axes, for all rows.",
                    (await Assert.ThrowsAsync<InvalidOperationException>(() => LoaderTests.Ids(changed, Shuffled))).Message);
    }
}
