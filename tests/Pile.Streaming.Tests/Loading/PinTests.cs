using System.Collections.Concurrent;
using Pile.Format;
using Pile.Reading;
using Pile.TestKit;

namespace Pile.Streaming.Tests;

/// <summary>Pins, and random transforms that can be repeated.</summary>
public sealed class PinTests(LabelledDataset labelled) : IClassFixture<LabelledDataset>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    private Query Query => labelled.Dataset.Query().Where("object_id < 350").Columns("object_id", "value").OrderBy("value");

    [Fact]
    public async Task A_pin_streams_the_same_values_in_the_same_order()
    {
        RowSplit split = await Split.FoldsAsync(Query, 4, stratifyBy: ["class"], seed: 7, cancellationToken: Cancellation);
        StreamSource source = await (await split.Except("fold1").BalancedAsync("class", 90, 3, Cancellation))
            .NormaliseAsync(["value"], split.Except("fold1"), Cancellation);
        LoaderOptions options = await source.PinAsync(folder["run.pin.yaml"],
            new() { ShuffleSeed = 5, Shuffle = new() { BlockRows = 8, BlocksPerRound = 3 }, Epochs = 2 }, cancellationToken: Cancellation);
        List<(long, float)> first = await Values(source, options);
        (Dataset dataset, StreamSource again, LoaderOptions same) =
            await StreamSource.OpenPinAsync(folder["run.pin.yaml"], cancellationToken: Cancellation);
        await using (dataset)
        {
            Assert.Equal(options, same);
            Assert.Equal(64, same.Pin!.Length);
            Assert.Equal(first, await Values(again, same with { BatchRows = 11 }));
        }
        Assert.Equal(180, first.Count);
        Assert.Contains("of: except fold1", await File.ReadAllTextAsync(folder["run.pin.yaml"], Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_pin_is_not_called_a_dataset_or_a_query()
    {
        foreach (string path in (string[])[folder["no.pin.yaml"], folder["no/such/folder/run.pin.yaml"], folder["run.yaml"]])
        {
            string message = (await Assert.ThrowsAsync<DatasetNotFoundException>(() =>
                StreamSource.OpenPinAsync(path, cancellationToken: Cancellation))).Message;
            Assert.Equal($"'{path}': there is no such pin. Check its name and its folder.", message);
        }
    }

    [Fact]
    public async Task The_hash_is_that_of_the_canonical_document()
    {
        RowSplit split = await Split.ByHashAsync(Query, SplitShares.TrainValidationTest, cancellationToken: Cancellation);
        LoaderOptions options = await split["train"].PinAsync(folder["run.pin.yaml"], new() { ShuffleSeed = 1 },
            cancellationToken: Cancellation);
        string hash = Python.Run("""
            import sys, json, hashlib, struct, yaml
            pin = yaml.safe_load(open(sys.argv[1]))
            query = pin['query']
            query['root'] = query.pop('dataset')['root']
            del query['layers']
            print(hashlib.sha256(json.dumps(pin, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode()).hexdigest())
            """, folder["run.pin.yaml"]).Trim();
        Assert.Equal(hash, options.Pin);
    }

    [Fact]
    public async Task A_state_of_another_pin_is_rejected_with_both_hashes()
    {
        RowSplit split = await Split.ByHashAsync(Query, SplitShares.TrainValidationTest, cancellationToken: Cancellation);
        LoaderOptions one = await split["train"].PinAsync(folder["1.pin.yaml"], new() { Epochs = 1 }, cancellationToken: Cancellation),
            two = await split["train"].PinAsync(folder["2.pin.yaml"], new() { Epochs = 2 }, cancellationToken: Cancellation);
        StreamState? state = null;
        await foreach (StreamBatch batch in new Loader(split["train"], one).ReadAsync(cancellationToken: Cancellation))
            using (batch)
                state = StreamState.Parse(batch.State.ToJson());
        foreach (LoaderOptions other in (LoaderOptions[])[two, new()])
        {
            ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(async () =>
            {
                await foreach (StreamBatch batch in new Loader(split["train"], other).ReadAsync(state, Cancellation))
                    batch.Dispose();
            });
            Assert.Contains(one.Pin!, e.Message, StringComparison.Ordinal);
            Assert.Contains(other.Pin ?? "no pin", e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("kind: hash", "kind: dice", "There is no split of kind 'dice'")]
    [InlineData("part: train", "part: nothing", "There is no part 'nothing'")]
    [InlineData("- train=8", "- train=7", "the parts of the split have the hash")]
    [InlineData("pile_pin: 1", "pile_pin: 9", "install a newer version")]
    [InlineData("seed: \"3\"", "", "a seed and a shuffle belong together")]
    [InlineData("block_rows: ", "block_rows: -", "at least 1")]
    [InlineData("lanes: 1\n", "lanes: 2000000000\n", "a round has at most")]
    [InlineData("object_id < 350", "object_id < 351", "the parts of the split have the hash")]
    [InlineData("pile_pin: 1", "pile_pin: 1\nwhen: now", "unknown key 'when'")]
    public async Task A_pin_that_does_not_fit_is_one_error(string old, string changed, string says)
    {
        RowSplit split = await Split.ByHashAsync(Query, SplitShares.TrainValidationTest, cancellationToken: Cancellation);
        string path = folder["run.pin.yaml"];
        await split["train"].PinAsync(path, new() { ShuffleSeed = 3 }, cancellationToken: Cancellation);
        string text = await File.ReadAllTextAsync(path, Cancellation);
        Assert.Contains(old, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, text.Replace(old, changed, StringComparison.Ordinal), Cancellation);
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => StreamSource.OpenPinAsync(path, null, Cancellation));
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_with_a_function_cannot_be_pinned()
    {
        StreamSource source = (await StreamSource.OpenAsync(Query, Cancellation)).Transform(rows => rows);
        Assert.Contains("apply transforms", (await Assert.ThrowsAsync<ArgumentException>(() =>
            source.PinAsync(folder["x.pin.yaml"], cancellationToken: Cancellation))).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["x.pin.yaml"]));
    }

    [Theory]
    [InlineData(LoadStrategy.Lazy)]
    [InlineData(LoadStrategy.Background)]
    [InlineData(LoadStrategy.Preload)]
    public async Task Random_transforms_depend_on_seed_epoch_and_row_only(LoadStrategy strategy)
    {
        StreamSource source = (await StreamSource.OpenAsync(Query, Cancellation))
            .Transform((rows, _, _, random) => WithNoise(rows, random), 9);
        LoaderOptions options = new() { BatchRows = 16, ShuffleSeed = 2, Epochs = 2, Strategy = strategy };
        Dictionary<(int, long), float> one = await Noise(source, [options]);
        Dictionary<(int, long), float> eight = await Noise(source,
            [.. Enumerable.Range(0, 8).Select(w => options with { BatchRows = 5, Worker = new Worker(w, 8) })]);
        Assert.Equal(700, one.Count);
        Assert.Equal(one.OrderBy(v => v.Key), eight.OrderBy(v => v.Key));
        Assert.DoesNotContain(one.Where(v => v.Key.Item1 == 0), v => v.Value == one[(1, v.Key.Item2)]);

        // After a run was interrupted within the first epoch.
        Dictionary<(int, long), float> resumed = [];
        StreamState? state = null;
        await foreach (StreamBatch batch in new Loader(source, options).ReadAsync(cancellationToken: Cancellation))
            using (batch)
            {
                state = batch.State;
                if (state.RowsDone > 100)
                    break;
            }
        await foreach (StreamBatch batch in new Loader(source, options).ReadAsync(state, Cancellation))
            using (batch)
                Add(resumed, batch);
        Assert.All(resumed, v => Assert.Equal(one[v.Key], v.Value));
        Assert.InRange(resumed.Count, 500, 600);
    }

    private static RowBatch WithNoise(RowBatch rows, ReadOnlyMemory<ulong> random)
    {
        float[] noise = new float[rows.RowCount];
        for (int i = 0; i < noise.Length; i++)
            noise[i] = (float)new Random((int)(random.Span[i] >> 33)).NextDouble();
        return new RowBatch([rows["object_id"], new ColumnData<float>(new ColumnSchema { Name = "noise", DType = DType.Float32 }, noise)]);
    }

    private static async Task<Dictionary<(int, long), float>> Noise(StreamSource source, LoaderOptions[] workers)
    {
        ConcurrentBag<Dictionary<(int, long), float>> all = [];
        await Parallel.ForEachAsync(workers, Cancellation, async (options, token) =>
        {
            Dictionary<(int, long), float> own = [];
            await foreach (StreamBatch batch in new Loader(source, options).ReadAsync(cancellationToken: token))
                using (batch)
                    Add(own, batch);
            all.Add(own);
        });
        return all.SelectMany(own => own).ToDictionary();
    }

    // The state after the last batch of an epoch is the start of the next.
    private static void Add(Dictionary<(int, long), float> values, StreamBatch batch)
    {
        int epoch = batch.State.RowsDone == 0 ? batch.State.Epoch - 1 : batch.State.Epoch;
        for (int i = 0; i < batch.RowCount; i++)
            values.Add((epoch, batch.Row<long>("object_id", i)[0]), batch.Row<float>("noise", i)[0]);
    }

    private static async Task<List<(long, float)>> Values(StreamSource source, LoaderOptions options)
    {
        List<(long, float)> values = [];
        await foreach (StreamBatch batch in new Loader(source, options).ReadAsync(cancellationToken: Cancellation))
            using (batch)
                for (int i = 0; i < batch.RowCount; i++)
                    values.Add((batch.Row<long>("object_id", i)[0], batch.Row<float>("value", i)[0]));
        return values;
    }
}
