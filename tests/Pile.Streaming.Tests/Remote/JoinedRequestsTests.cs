using Pile.Format;
using Pile.Reading;
using Pile.Storage;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Streaming.Tests;

/// <summary>Gaps between rows that are read to save requests are small compared with large rows.</summary>
public sealed class JoinedRequestsTests : IAsyncLifetime
{
    private const int RowCount = 60, ImageSize = 160;

    private readonly TemporaryFolder folder = new();
    private FileServer server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        double[] raDeg = [.. Enumerable.Range(0, RowCount).Select(i => 10 + (1e-4 * i))];
        await OneUnitDataset.WriteImagesAsync(folder, "large_rows", ImageSize, raDeg);
        server = new FileServer(folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Scattered_rows_are_read_separately()
    {
        ReadStatistics reads = await ReadAsync([.. Enumerable.Range(0, RowCount / 3).Select(i => 3L * i)]);
        Assert.Equal(RowCount / 3, reads.Reads);
        Assert.Equal(reads.BytesUsed, reads.BytesRead);
    }

    [Fact]
    public async Task A_small_gap_in_a_long_stretch_is_read_with_it()
    {
        ReadStatistics reads = await ReadAsync([.. Enumerable.Range(0, RowCount).Where(i => i != 40).Select(i => (long)i)]);
        Assert.Equal(1, reads.Reads);
        Assert.Equal(reads.BytesUsed / (RowCount - 1) * RowCount, reads.BytesRead);
    }

    private async Task<ReadStatistics> ReadAsync(long[] positions)
    {
        await using Dataset dataset = await Dataset.OpenAsync($"http://127.0.0.1:{server.Address.Port}/large_rows",
            new DatasetOptions { Storage = new StoreOptions { CacheFolder = folder["cache"] } }, Cancellation);
        RowReader reader = await dataset.OpenRowsByPositionAsync(positions, dataset.Query().Columns("object_id", "image_array"),
            cancellationToken: Cancellation);
        await foreach (RowBatch batch in reader.ReadAllAsync(RowCount, Cancellation))
            for (int row = 0; row < batch.RowCount; row++)
                Assert.Equal(((ColumnData<long>)batch["object_id"]).Values.Span[row],
                    ((ColumnData<float>)batch["image_array"]).Row(row)[^1]);
        return dataset.Reads;
    }
}
