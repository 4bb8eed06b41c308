using System.Collections.Concurrent;
using Pile.Format;
using Pile.Reading;
using Pile.Storage;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Streaming.Tests;

/// <summary>Streams from a real S3 server, through a proxy that simulates network faults.</summary>
public sealed class RemoteStreamTests(ZooDataset zoo) : IClassFixture<ZooDataset>, IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly ConcurrentDictionary<string, bool> asked = new(StringComparer.Ordinal);
    private FaultProxy proxy = null!;
    private string address = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        S3Gateway gateway = await S3Gateway.SharedAsync();
        proxy = new FaultProxy(gateway.Endpoint);
        string bucket = await gateway.NewBucketAsync();
        await gateway.PutFolderAsync(bucket, "zoo", zoo.Path);
        foreach ((string name, string value) in gateway.Variables(new Uri($"http://127.0.0.1:{proxy.Address.Port}")))
            Environment.SetEnvironmentVariable(name, value);
        address = $"s3://{bucket}/zoo";
    }

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        folder.Dispose();
    }

    private Task<Dataset> OpenAsync() =>
        Dataset.OpenAsync(address, new DatasetOptions
        {
            Storage = new StoreOptions
            {
                CacheFolder = folder["cache"],
                RetryDelay = TimeSpan.FromMilliseconds(5),
                GapBytes = 1 << 10
            }
        }, Cancellation);

    private static async Task<List<long>> IdsAsync(Dataset dataset, LoaderOptions options)
    {
        StreamSource source = await StreamSource.OpenAsync(dataset.Query().Columns("object_id", "image", "edge"), Cancellation);
        List<long> ids = [];
        await foreach (StreamBatch batch in new Loader(source, options).ReadAsync(cancellationToken: Cancellation))
            using (batch)
                for (int row = 0; row < batch.RowCount; row++)
                {
                    ids.Add(batch.Values<long>("object_id").Span[row]);
                    Assert.Equal(ids[^1] + (7 / 32f), batch.Tensor<float>("image")[row, 1, 2]);
                    Assert.Equal(ids[^1] % 6, batch.Row<short>("edge", row).Length);
                }
        return ids;
    }

    // True for the first request of these bytes. The rest of a truncated part ends where the part ends; each range has one fault only, so
    // that the number of attempts suffices.
    private bool IsFirst(HttpHead request) => IsShard(request) && asked.TryAdd($"{request.Target} {request["Range"]!.Split('-')[1]}", true);

    private static bool IsShard(HttpHead request) => request.Target.Contains(".hdf5", StringComparison.Ordinal) && request.Method == "GET";

    [Fact]
    public async Task Network_faults_do_not_change_the_rows()
    {
        LoaderOptions options = new() { BatchRows = 16, ShuffleSeed = 2, Shuffle = new BlockShuffle { BlockRows = 8, BlocksPerRound = 8 } };
        await using Dataset local = await Dataset.OpenAsync(zoo.Path, cancellationToken: Cancellation);
        List<long> expected = await IdsAsync(local, options);
        int kind = 0;
        proxy.Plan = (request, _) => !IsFirst(request) ? null : (Interlocked.Increment(ref kind) % 5) switch
        {
            0 => new Fault { Status = 503 },
            1 => new Fault { CutAfter = 10 },
            2 => new Fault { Status = 500 },
            3 => new Fault { Bytes = (bytes, _) => bytes.Span[0] ^= 1 },
            _ => new Fault { Delay = TimeSpan.FromMilliseconds(20) },
        };
        await using Dataset dataset = await OpenAsync();
        Assert.Equal(expected, await IdsAsync(dataset, options));
        Assert.True(dataset.Statistics.Retries > 0);
    }

    [Fact]
    public async Task Bytes_damaged_in_transit_are_requested_again_and_damage_in_the_shard_is_reported()
    {
        proxy.Plan = (request, _) => IsFirst(request) ? new Fault { Bytes = (bytes, _) => bytes.Span[0] ^= 1 } : null;
        await using (Dataset dataset = await OpenAsync())
            Assert.Equal(ZooDataset.RowCount,
                (await IdsAsync(dataset, new LoaderOptions { BatchRows = ZooDataset.RowCount, Strategy = LoadStrategy.Lazy })).Count);

        proxy.Plan = (request, _) => IsShard(request) ? new Fault { Bytes = (bytes, _) => bytes.Span[0] ^= 1 } : null;
        await using (Dataset dataset = await OpenAsync())
        {
            ShardCorruptException e = await Assert.ThrowsAsync<ShardCorruptException>(() => IdsAsync(dataset, new LoaderOptions()));
            Assert.Contains("CRC-32C", e.Message, StringComparison.Ordinal);
            Assert.Contains(".hdf5", e.Message, StringComparison.Ordinal);
            Assert.Contains("image", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_shuffled_epoch_sends_one_request_per_block()
    {
        await using Dataset dataset = await OpenAsync();
        LoaderOptions options = new()
        {
            BatchRows = 50,
            ShuffleSeed = 2,
            Shuffle = new BlockShuffle { BlockRows = 50, BlocksPerRound = 2 }
        };
        await IdsAsync(dataset, options);
        long blocks = dataset.Reads.Reads;
        // Ten blocks cross some of the 48 shards of order 1; single rows would need far more.
        Assert.InRange(blocks, 10, 10 + (2 * 48));
        await IdsAsync(dataset, options with { Shuffle = new BlockShuffle { BlockRows = 1, BlocksPerRound = 50 } });
        Assert.InRange(dataset.Reads.Reads - blocks, 300, 2 * ZooDataset.RowCount);
    }

    [Theory]
    [InlineData(".hdf5")]
    [InlineData(".parquet")]
    public async Task A_stream_can_be_cancelled_while_the_server_is_silent(string extension)
    {
        await using Dataset dataset = await OpenAsync();
        StreamSource source = await StreamSource.OpenAsync(dataset.Query().Columns("object_id", "image"), Cancellation);
        proxy.Plan = (request, _) => request.Method == "GET" && request.Target.Contains(extension, StringComparison.Ordinal)
            ? new Fault { StallAfter = 0 } : null;
        using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (StreamBatch batch in new Loader(source).ReadAsync(cancellationToken: cancel.Token))
                batch.Dispose();
        });
    }
}
