using Pile.Parquet;
using Pile.Reading;

namespace Pile.Streaming.Tests;

/// <summary>A loader of a remote dataset looks up the rows that it reads first instead of the whole index.</summary>
public sealed class RemoteLoaderTests(LargeTileDataset large) : RemoteTileTest(large)
{
    [Fact]
    public async Task The_first_batch_of_a_lazy_loader_does_not_wait_for_the_whole_index()
    {
        await using Dataset dataset = await OpenAsync();
        IndexTile tile = (await dataset.FilesAsync(Token)).Tiles[0];
        long before = dataset.Statistics.BytesFetched;
        StreamSource source = await StreamSource.OpenAsync(dataset.Query().Columns("object_id", "image"), Token);
        Loader loader = new(source, new LoaderOptions { BatchRows = 1, Strategy = LoadStrategy.Lazy });
        await foreach (StreamBatch batch in loader.ReadAsync(cancellationToken: Token))
            using (batch)
            {
                Assert.Equal(batch.Values<long>("object_id").Span[0], batch.Tensor<float>("image")[0, 0, 0]);
                break;
            }
        HashSet<long> blocks = [.. LargeTileDataset.BlocksOf(Large.LayoutOf(tile).FooterStart, tile.File.Bytes)];
        foreach (ParquetChunk chunk in Large.LayoutOf(tile).Groups[0].Chunks)
            if (chunk.Path[0] == "object_id" || chunk.Path[0].StartsWith("_pile_", StringComparison.Ordinal))
                blocks.UnionWith(LargeTileDataset.BlocksOf(chunk.Start, chunk.Start + chunk.Bytes));
        Assert.InRange(dataset.Statistics.BytesFetched - before, 1, (long)(1.2 * blocks.Count * LargeTileDataset.BlockBytes));
    }

    [Theory]
    [InlineData(LoadStrategy.Lazy, null)]
    [InlineData(LoadStrategy.Background, null)]
    [InlineData(LoadStrategy.Lazy, 3UL)]
    public async Task A_loader_returns_every_row_once(LoadStrategy strategy, ulong? seed)
    {
        await using Dataset dataset = await OpenAsync();
        StreamSource source = await StreamSource.OpenAsync(dataset.Query().Columns("object_id", "v1"), Token);
        HashSet<long> ids = [];
        Loader loader = new(source, new LoaderOptions { BatchRows = 1000, Strategy = strategy, ShuffleSeed = seed });
        await foreach (StreamBatch batch in loader.ReadAsync(cancellationToken: Token))
            using (batch)
                for (int i = 0; i < batch.RowCount; i++)
                {
                    long id = batch.Values<long>("object_id").Span[i];
                    Assert.True(ids.Add(id));
                    Assert.Equal(LargeTileDataset.Value(1, id), batch.Values<double>("v1").Span[i]);
                }
        Assert.Equal(LargeTileDataset.RowCount, ids.Count);
    }
}
