using System.Globalization;

namespace Pile.Streaming.Tests;

public class LoaderTests(ZooDataset zoo) : IClassFixture<ZooDataset>
{
    private static readonly string[] Columns = ["object_id", "image", "maybe image", "edge", "block", "maybe", "maybe text", "vector"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static BlockShuffle Small => new() { BlockRows = 5, BlocksPerRound = 4 };

    private Task<StreamSource> Source() => StreamSource.OpenAsync(zoo.Dataset.Query().Columns(Columns), Cancellation);

    [Theory]
    [InlineData(LoadStrategy.Lazy)]
    [InlineData(LoadStrategy.Background)]
    [InlineData(LoadStrategy.Preload)]
    public async Task Every_row_has_its_own_values(LoadStrategy strategy)
    {
        foreach (ulong? seed in (ulong?[])[null, 3])
        {
            Loader loader = new(await Source(),
                new LoaderOptions { BatchRows = 7, ShuffleSeed = seed, Shuffle = Small, Strategy = strategy, Epochs = 2 });
            List<long> seen = [];
            await foreach (StreamBatch batch in loader.ReadAsync(cancellationToken: Cancellation))
                using (batch)
                {
                    RequireZoo(batch);
                    seen.AddRange(batch.Values<long>("object_id").Span);
                }
            Assert.Equal(2 * ZooDataset.RowCount, loader.Rows);
            foreach (IEnumerable<long> epoch in seen.Chunk(ZooDataset.RowCount))
                Assert.Equal(Enumerable.Range(0, ZooDataset.RowCount).Select(i => (long)i), epoch.Order());
            if (seed is null)
                Assert.Equal([.. zoo.Ids, .. zoo.Ids], seen);
            else
                Assert.NotEqual(seen.Take(ZooDataset.RowCount), seen.Skip(ZooDataset.RowCount));
        }
    }

    [Fact]
    public async Task Looking_up_positions_at_every_read_returns_the_same_rows()
    {
        LoaderOptions options = new() { BatchRows = 16, ShuffleSeed = 8, Shuffle = Small };
        List<long> whole = await Ids(await Source(), options),
            each = await Ids(new DatasetRows(zoo.Dataset.Query().Columns(Columns), null, largestReaderBytes: 0), options);
        Assert.Equal(whole, each);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(4, 1)]
    [InlineData(3, 2)]
    public async Task A_stream_resumes_at_the_next_row_with_another_number_of_workers(int before, int after)
    {
        StreamSource source = await Source();
        List<long> seen = [];
        string? saved = null;
        for (int worker = 0; worker < before; worker++)
        {
            int steps = 0;
            await foreach (StreamBatch batch in new Loader(source, Options(worker, before)).ReadAsync(cancellationToken: Cancellation))
            {
                using StreamBatch used = batch;
                seen.AddRange(batch.Values<long>("object_id").Span);
                saved = batch.State.ToJson();
                if (++steps == 3)
                    break;
            }
        }
        for (int worker = 0; worker < after; worker++)
            await foreach (StreamBatch batch in new Loader(source, Options(worker, after)).ReadAsync(StreamState.Parse(saved!),
                Cancellation))
                using (batch)
                    seen.AddRange(batch.Values<long>("object_id").Span);
        Assert.Equal(Enumerable.Range(0, ZooDataset.RowCount).Select(i => (long)i), seen.Order());

        static LoaderOptions Options(int worker, int count) =>
            new() { BatchRows = 9, ShuffleSeed = 5, Shuffle = Small, Worker = new Worker(worker, count) };
    }

    [Fact]
    public async Task The_state_after_the_last_batch_of_an_epoch_is_the_start_of_the_next()
    {
        StreamSource source = await Source();
        StreamState? last = null;
        await foreach (StreamBatch batch
            in new Loader(source, new LoaderOptions { BatchRows = 64, ShuffleSeed = 1 }).ReadAsync(cancellationToken: Cancellation))
            using (batch)
                last = batch.State;
        Assert.Equal((1, 0L), (last!.Epoch, last.RowsDone));
        List<long> both = await Ids(source, new LoaderOptions { BatchRows = 64, ShuffleSeed = 1, Epochs = 2 });
        List<long> second = [];
        await foreach (StreamBatch batch
            in new Loader(source, new LoaderOptions { BatchRows = 64, ShuffleSeed = 1, Epochs = 2 }).ReadAsync(last, Cancellation))
            using (batch)
                second.AddRange(batch.Values<long>("object_id").Span);
        Assert.Equal(both.Skip(ZooDataset.RowCount), second);
    }

    [Fact]
    public async Task A_state_of_other_rows_or_another_shuffle_is_rejected()
    {
        StreamSource source = await Source();
        StreamState state = new(0, 10, ZooDataset.RowCount, 1, Small, source.Identity);
        await Refused(source, new() { ShuffleSeed = 2, Shuffle = Small }, state, "a different shuffle");
        await Refused(source, new() { ShuffleSeed = 1, Shuffle = Small with { BlockRows = 6 } }, state, "a different shuffle");
        await Refused(source, new() { ShuffleSeed = 1, Shuffle = Small with { LaneRows = 1 } }, state, "1 row in a turn (by default");
        await Refused(source, new(), state, "but that of the loader: none");
        await Refused(source.Select([1, 2]), new() { ShuffleSeed = 1, Shuffle = Small }, state, "a different source");
        StreamState own = new(0, 0, ZooDataset.RowCount, null, null, source.Identity);
        await Refused(source, new(), own with { RowsDone = ZooDataset.RowCount + 1 }, "after row 501 of epoch 0");
        await Refused(source, new(), own with { RowsDone = -1 }, "counted from 0 and have 500 rows");
        await Refused(source, new(), own with { Epoch = -1 }, "of epoch -1");
        Assert.Throws<ArgumentException>(() => StreamState.Parse("{}"));
        Assert.Throws<ArgumentException>(() => StreamState.Parse("rows: 3"));

        static async Task Refused(StreamSource source, LoaderOptions options, StreamState state, string says)
        {
            ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(async () =>
            {
                await foreach (StreamBatch batch in new Loader(source, options).ReadAsync(state, Cancellation))
                    batch.Dispose();
            });
            Assert.Contains(says, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Too_little_memory_is_rejected_before_anything_is_read()
    {
        StreamSource source = await Source();
        foreach (LoadStrategy strategy in Enum.GetValues<LoadStrategy>())
        {
            ArgumentException e = Assert.Throws<ArgumentException>(
                () => new Loader(source, new LoaderOptions { ShuffleSeed = 1, BatchRows = 10, Strategy = strategy, PrefetchBytes = 1000 }));
            Assert.Contains("give more memory", e.Message, StringComparison.Ordinal);
        }
        Assert.EndsWith("give more memory.", Assert.Throws<ArgumentException>(
            () => new Loader(source, new LoaderOptions { BatchRows = 1, PrefetchBytes = 1 })).Message, StringComparison.Ordinal);
        Assert.EndsWith("or take smaller batches.", Assert.Throws<ArgumentException>(
            () => new Loader(source, new LoaderOptions { BatchRows = 2, PrefetchBytes = 1 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_column_of_one_shape_is_padded_to_itself()
    {
        StreamSource source = await StreamSource.OpenAsync(zoo.Dataset.Query().Columns("object_id", "ra"), Cancellation);
        await foreach (StreamBatch batch in new Loader(source, new LoaderOptions { BatchRows = 5 }).ReadAsync(cancellationToken:
            Cancellation))
            using (batch)
            {
                Assert.Equal([(nint)batch.RowCount], batch.Padded<double>("ra").Lengths.ToArray());
                for (int row = 0; row < batch.RowCount; row++)
                    Assert.Equal(batch.Values<double>("ra").Span[row], batch.Padded<double>("ra")[row]);
            }
    }

    [Fact]
    public async Task Options_that_no_run_can_have_are_rejected_before_anything_is_read()
    {
        StreamSource source = await Source();
        foreach ((LoaderOptions options, string says) in ((LoaderOptions, string)[])
            [(new() { Epochs = 0 }, "LoaderOptions.Epochs must be at least 1, or null for unlimited; it is 0."),
                (new() { Epochs = -1 }, "it is -1"), (new() { Strategy = (LoadStrategy)7 }, "LoaderOptions.Strategy is 7"),
                (new() { Worker = default }, "LoaderOptions.Worker"), (new() { BatchRows = 0 }, "BatchRows"),
                (new() { PrefetchBytes = -1 }, "give more memory")])
            Assert.Contains(says, Assert.ThrowsAny<ArgumentException>(() => new Loader(source, options)).Message,
                StringComparison.Ordinal);
        Assert.Equal("source", Assert.Throws<ArgumentNullException>(() => new Loader(null!)).ParamName);
    }

    [Fact]
    public async Task Messages_do_not_follow_the_culture_of_the_caller()
    {
        StreamSource source = await Source();
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo german = (CultureInfo)CultureInfo.InvariantCulture.Clone(); // the tests run without ICU
            (german.NumberFormat.NumberGroupSeparator, german.NumberFormat.NumberDecimalSeparator) = (".", ",");
            CultureInfo.CurrentCulture = german;
            Assert.Contains("LoaderOptions.PrefetchBytes is 1,234:", Assert.Throws<ArgumentException>(
                () => new Loader(source, new LoaderOptions { PrefetchBytes = 1234 })).Message, StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    internal static async Task<List<long>> Ids(StreamSource source, LoaderOptions options)
    {
        List<long> ids = [];
        await foreach (StreamBatch batch in new Loader(source, options).ReadAsync(cancellationToken: Cancellation))
            using (batch)
                ids.AddRange(batch.Values<long>("object_id").Span);
        return ids;
    }

    // Compares a batch with the values that Zoo computes from the ids.
    private static void RequireZoo(StreamBatch batch)
    {
        var images = batch.Tensor<float>("image");
        Assert.Equal([(nint)batch.RowCount, 4, 5], images.Lengths.ToArray());
        var blocks = batch.Tensor<double>("block");
        for (int row = 0; row < batch.RowCount; row++)
        {
            int id = (int)batch.Values<long>("object_id").Span[row];
            Assert.Equal(id + (13 / 32f), images[row, 2, 3]);
            Assert.Equal(id % 4 == 1, batch.IsNull("maybe image", row));
            Assert.Equal(id % 4 == 1 ? 0 : id, batch.Tensor<float>("maybe image")[row, 1, 1]);
            Assert.Equal([.. Enumerable.Range(1, id % 6).Select(k => (short)(id + k))], batch.Row<short>("edge", row).ToArray());
            Assert.Equal([id % 3, id % 4], batch.ShapeOf("block", row).ToArray());
            for (int y = 0; y < blocks.Lengths[1]; y++)
                for (int x = 0; x < blocks.Lengths[2]; x++)
                    Assert.Equal(y < id % 3 && x < id % 4 ? id + (((y * (id % 4)) + x) / 100.0) : 0, blocks[row, y, x]);
            Assert.Equal(id % 5 == 0, batch.IsNull("maybe", row));
            Assert.Equal(id % 6 == 0, batch.IsNull("maybe text", row));
            if (id % 6 != 0)
                Assert.Equal($"t{id}", batch.Text("maybe text", row));
            Assert.Equal(id + 0.5f, batch.Values<float>("vector").Span[(row * 3) + 1]);
        }
    }
}
