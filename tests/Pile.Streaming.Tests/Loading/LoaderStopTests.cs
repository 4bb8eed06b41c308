using Pile.Format;
using Pile.Reading;
using Pile.TestKit;
using static Pile.Streaming.Tests.LoaderTests;

namespace Pile.Streaming.Tests;

/// <summary>Loaders that stop before their end: by the caller, by cancellation, and at a damaged row.</summary>
public sealed class LoaderStopTests(ZooDataset zoo) : IClassFixture<ZooDataset>
{
    private static readonly string[] Columns = ["object_id", "image", "maybe image", "edge", "block", "maybe", "maybe text", "vector"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static BlockShuffle Small => new() { BlockRows = 5, BlocksPerRound = 4 };

    private Task<StreamSource> Source() => StreamSource.OpenAsync(zoo.Dataset.Query().Columns(Columns), Cancellation);

    [Fact]
    public async Task Text_of_a_batch_beyond_those_of_its_row_is_an_error()
    {
        StreamSource source = await StreamSource.OpenAsync(zoo.Dataset.Query().Columns("object_id", "text", "words"), Cancellation);
        await foreach (StreamBatch batch in new Loader(source, new LoaderOptions { BatchRows = 5 }).ReadAsync(cancellationToken:
            Cancellation))
            using (batch)
            {
                Assert.NotEqual(batch.Text("text", 0), batch.Text("text", 1));
                Assert.NotEqual(batch.Text("words", 0, 1), batch.Text("words", 1, 0));
                foreach (int row in (int[])[0, batch.RowCount - 1])
                {
                    Assert.Throws<ArgumentOutOfRangeException>(() => batch.Text("text", row, 1));
                    Assert.Throws<ArgumentOutOfRangeException>(() => batch.Text("text", row, -1));
                    Assert.Throws<ArgumentOutOfRangeException>(() => batch.Text("words", row, 2));
                }
                Assert.Throws<ArgumentOutOfRangeException>(() => batch.Text("words", batch.RowCount));
            }
    }

    [Fact]
    public async Task A_loader_that_stops_early_or_is_cancelled_leaves_nothing_behind_and_can_restart()
    {
        StreamSource source = await Source();
        Loader loader = new(source, new LoaderOptions { BatchRows = 5, ShuffleSeed = 1, Shuffle = Small, Epochs = null });
        await foreach (StreamBatch batch in loader.ReadAsync(cancellationToken: Cancellation))
            using (batch)
                break;
        using CancellationTokenSource cancel = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (StreamBatch batch in loader.ReadAsync(cancellationToken: cancel.Token))
                using (batch)
                    await cancel.CancelAsync();
        });
        Assert.Equal(ZooDataset.RowCount, (await Ids(source, new LoaderOptions { BatchRows = 5 })).Count);
    }

    [Theory]
    [InlineData(LoadStrategy.Lazy)]
    [InlineData(LoadStrategy.Background)]
    [InlineData(LoadStrategy.Preload)]
    public async Task A_cancelled_loader_returns_no_further_batch(LoadStrategy strategy)
    {
        StreamSource source = await Source();
        foreach (StreamSource rows in (StreamSource[])[source, source + source, StreamSource.Mix([(source, 1), (source, 2)], 90, 1)])
            foreach (ulong? seed in (ulong?[])[null, 3])
                foreach (int cancelledAfter in (int[])[0, 5])
                {
                    Loader loader = new(rows, new LoaderOptions
                    {
                        BatchRows = 1,
                        Epochs = 50,
                        ShuffleSeed = seed,
                        Shuffle = Small,
                        Strategy = strategy,
                    });
                    using CancellationTokenSource cancel = new();
                    if (cancelledAfter == 0)
                        await cancel.CancelAsync();
                    int batches = 0;
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                    {
                        await foreach (StreamBatch batch in loader.ReadAsync(cancellationToken: cancel.Token))
                            using (batch)
                                if (++batches == cancelledAfter)
                                    await cancel.CancelAsync();
                    });
                    Assert.Equal(cancelledAfter, batches);
                    Assert.Equal(cancelledAfter, loader.Batches);
                }
    }

    [Fact]
    public async Task A_damaged_row_ends_the_stream_with_an_error_that_names_it()
    {
        using TemporaryFolder folder = new();
        FolderCopy(zoo.Path, folder["copy"]);
        string shard = Directory.EnumerateFiles(folder["copy"], "*.hdf5", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).First();
        byte[] bytes = File.ReadAllBytes(shard);
        for (int i = 96; i < bytes.Length; i++) // all values, and what follows them
            bytes[i] ^= 0x55;
        File.WriteAllBytes(shard, bytes);
        await using Dataset damaged = await Dataset.OpenAsync(folder["copy"], cancellationToken: Cancellation);
        StreamSource source = await StreamSource.OpenAsync(damaged.Query().Columns("object_id", "image"), Cancellation);
        ShardCorruptException e = await Assert.ThrowsAsync<ShardCorruptException>(() => Ids(source, new LoaderOptions { BatchRows = 5 }));
        Assert.Contains(Path.GetFileName(shard), e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LoadStrategy.Lazy)]
    [InlineData(LoadStrategy.Background)]
    [InlineData(LoadStrategy.Preload)]
    public async Task The_batches_before_a_damaged_row_are_returned(LoadStrategy strategy)
    {
        using TemporaryFolder folder = new();
        FolderCopy(zoo.Path, folder["copy"]);
        string shard = Directory.EnumerateFiles(folder["copy"], "*.hdf5", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Last();
        byte[] bytes = File.ReadAllBytes(shard);
        for (int i = 96; i < bytes.Length; i++)
            bytes[i] ^= 0x55;
        File.WriteAllBytes(shard, bytes);
        await using Dataset damaged = await Dataset.OpenAsync(folder["copy"], cancellationToken: Cancellation);
        StreamSource source = await StreamSource.OpenAsync(damaged.Query().Columns("object_id", "image"), Cancellation);
        RowReader rows = await damaged.OpenRowsAsync(damaged.Query().Columns("object_id", "image"), cancellationToken: Cancellation);
        HashSet<long> bad = [.. Enumerable.Range(0, rows.Count).Where(row => !IsReadable(rows, row)).Select(row => rows.IdAt(row).Number)];
        Assert.InRange(bad.Count, 1, ZooDataset.RowCount / 2);
        int complete = 0;
        foreach (ulong? seed in (ulong?[])[null, 1, 2, 3, 4, 5])
        {
            LoaderOptions options = new() { BatchRows = 2, ShuffleSeed = seed, Shuffle = Small, Strategy = strategy };
            long[][] order = [.. (await Ids(await StreamSource.OpenAsync(zoo.Dataset.Query().Columns("object_id"), Cancellation), options))
                .Chunk(2)];
            int before = strategy == LoadStrategy.Preload ? 0 : order.TakeWhile(batch => !batch.Any(bad.Contains)).Count();
            Loader loader = new(source, options);
            List<long> seen = [];
            StreamState? last = null;
            await Assert.ThrowsAsync<ShardCorruptException>(async () =>
            {
                await foreach (StreamBatch batch in loader.ReadAsync(cancellationToken: Cancellation))
                    using (batch)
                    {
                        seen.AddRange(batch.Values<long>("object_id").Span);
                        for (int row = 0; row < batch.RowCount; row++)
                            Assert.Equal(rows.Read<float>((int)batch.Rows.Span[row], "image")!.Value.Values.ToArray(),
                                batch.Row<float>("image", row).ToArray());
                        last = batch.State;
                    }
            });
            Assert.Equal(order.Take(before).SelectMany(batch => batch), seen);
            Assert.Equal(before, loader.Batches);
            Assert.Equal(2 * before, last?.RowsDone ?? 0);
            complete += before;
        }
        Assert.Equal(strategy == LoadStrategy.Preload, complete == 0);

        static bool IsReadable(RowReader rows, int row)
        {
            try
            {
                return rows.ReadRow(row).RowCount == 1;
            }
            catch (ShardCorruptException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task A_disposed_batch_cannot_be_read()
    {
        StreamBatch? kept = null;
        await foreach (StreamBatch batch
            in new Loader(await Source(), new LoaderOptions { BatchRows = 5 }).ReadAsync(cancellationToken: Cancellation))
        {
            kept ??= batch;
            batch.Dispose();
        }
        Assert.Throws<ObjectDisposedException>(() => kept!.Values<long>("object_id"));
    }

    private static void FolderCopy(string from, string to)
    {
        foreach (string path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }
    }
}
