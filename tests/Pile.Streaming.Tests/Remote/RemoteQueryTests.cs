using Pile.Format;
using Pile.Parquet;
using Pile.Reading;
using Pile.Storage;
using Pile.TestServices;

namespace Pile.Streaming.Tests;

/// <summary>Queries of a remote dataset return the same as for the local folder, and fetch only what they read.</summary>
public sealed class RemoteQueryTests(LargeTileDataset large) : RemoteTileTest(large)
{
    private static readonly (string Name, Func<Dataset, Task<string>> Ask)[] Queries =
    [
        ("cone", d => RowsAsync(d.Query().Cone(45, 60, 0.3))),
        ("box", d => RowsAsync(d.Query().Box(40, 50, 40.3, 50.3).Columns("object_id", "v1"))),
        ("ids", d => RowsAsync(d.Query().Ids(5, 150_000, 269_999))),
        ("ids and columns", d => RowsAsync(d.Query().Ids(77).Columns("v9", "label"))),
        ("where", d => RowsAsync(d.Query().Where("v3 > 0.9999").Columns("object_id", "v3"))),
        ("where all columns", d => RowsAsync(d.Query().Where("v3 > 0.9999"))),
        ("where text", d => RowsAsync(d.Query().Where("label = 'n77' AND v1 < 0.1").Columns("object_id", "v5"))),
        ("nothing", d => RowsAsync(d.Query().Where("v3 > 2"))),
        ("outside", d => RowsAsync(d.Query().Cone(300, -60, 1))),
        ("columns", d => RowsAsync(d.Query().Columns("v2"))),
        ("limit", d => RowsAsync(d.Query().Columns("object_id", "v0").Limit(7))),
        ("limit over tiles", d => RowsAsync(d.Query().Where("v3 > 0.99").Columns("object_id", "v5").Limit(2000))),
        ("limit all columns", d => RowsAsync(d.Query().Limit(3))),
        ("order", d => RowsAsync(d.Query().Columns("object_id").OrderBy("v4", descending: true).Limit(5))),
        ("order by expression", d => RowsAsync(d.Query().Where("v1 < 0.01").OrderBy("v4 + v5").Limit(9))),
        ("count", async d => $"{await d.CountAsync(d.Query().Where("v6 < 0.25"), Token)}"),
        ("count in a cone", async d => $"{await d.CountAsync(d.Query().Cone(45, 60, 2), Token)}"),
        ("count all", async d => $"{await d.CountAsync(d.Query(), Token)}"),
        ("positions", async d => string.Join(',', await d.PositionsAsync(d.Query().Where("v6 > 0.9998"), Token))),
        ("sql", d =>
            SqlAsync(d, "SELECT label, count(*) AS n, max(v7) AS v FROM d GROUP BY label ORDER BY n, label LIMIT 20")),
        ("sql of one row", d => SqlAsync(d, "SELECT * FROM d WHERE object_id = 4711")),
        ("sql top", d => SqlAsync(d, "SELECT object_id, v1, label FROM d ORDER BY v8 DESC LIMIT 5")),
        ("sql join", d =>
            SqlAsync(d, "SELECT a.object_id, b.v2 FROM d a JOIN d b ON a.object_id = b.object_id - 1 WHERE a.v9 > 0.9999 ORDER BY 1")),
        ("rows by id", async d =>
            await RowsAsync(await d.OpenRowsByIdAsync([new ObjectId(9), new ObjectId(200_001)], cancellationToken: Token))),
        ("rows by position", async d =>
            await RowsAsync(await d.OpenRowsByPositionAsync([269_999, 0, 134_000], d.Query().Columns("object_id", "image"), null, Token))),
        ("rows in a cone", async d => await RowsAsync(await d.OpenRowsAsync(d.Query().Cone(130, 70, 0.3), cancellationToken: Token))),
        ("all", d => RowsAsync(d.Query())),
    ];

    [Fact]
    public async Task The_list_is_requested_before_the_manifest_arrives_unless_the_cache_has_it()
    {
        TaskCompletionSource listRequested = new();
        Proxy.Plan = (request, _) =>
        {
            if (!request.Target.EndsWith("files.parquet", StringComparison.Ordinal))
                return new Fault { After = listRequested.Task };
            listRequested.SetResult();
            return null;
        };
        await using (Dataset dataset = await OpenAsync())
            Assert.Equal((2, 1), (dataset.Statistics.Requests, dataset.Statistics.CacheMisses));
        await using Dataset again = await OpenAsync();
        Assert.Equal((1, 1), (again.Statistics.Requests, again.Statistics.CacheHits));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1, Traits = ["Run", "Long"])]
    public async Task Every_query_returns_the_same_as_for_the_local_folder(int half)
    {
        await using Dataset local = await OpenLocalAsync();
        await using Dataset shared = await OpenAsync("shared");
        foreach ((string name, Func<Dataset, Task<string>> ask) in Queries.Where((_, i) => i % 2 == half))
        {
            string expected = await ask(local);
            Assert.Equal(name is "nothing" or "outside", expected.StartsWith("0 rows", StringComparison.Ordinal));
            await using Dataset alone = await OpenAsync(name);
            Assert.True(expected == await ask(alone), $"'{name}' differs with an empty cache");
            Assert.True(expected == await ask(alone), $"'{name}' differs the second time");
            Assert.True(expected == await ask(shared), $"'{name}' differs after other queries");
        }
    }

    [Fact]
    public async Task Concurrent_queries_of_a_dataset_return_the_same_as_single_ones()
    {
        await using Dataset local = await OpenLocalAsync(), dataset = await OpenAsync();
        string[] expected = await Task.WhenAll(Queries.Select(q => q.Ask(local)));
        Assert.Equal(expected, await Task.WhenAll(Queries.Select(q => q.Ask(dataset))));
    }

    [Theory]
    [InlineData("cone", 0.55)]
    [InlineData("box", 0.55)]
    [InlineData("ids and columns", 0.35)]
    [InlineData("where", 0.35)]
    [InlineData("columns", 0.2)]
    [InlineData("limit", 0.2)]
    [InlineData("order", 0.35)]
    [InlineData("sql top", 0.5)]
    [InlineData("count", 0.2)]
    [InlineData("count all", 0.1)]
    public async Task A_small_query_fetches_little_and_nothing_the_second_time(string name, double part)
    {
        Func<Dataset, Task<string>> ask = Queries.Single(q => q.Name == name).Ask;
        string first;
        await using (Dataset dataset = await OpenAsync())
        {
            long before = dataset.Statistics.BytesFetched;
            first = await ask(dataset);
            long tiles = (await dataset.FilesAsync(Token)).Tiles.Sum(t => t.File.Bytes);
            Assert.InRange(dataset.Statistics.BytesFetched - before, 1, (long)(part * tiles));
        }
        await using Dataset again = await OpenAsync();
        long opened = again.Statistics.Requests;
        Assert.Equal(first, await ask(again));
        Assert.Equal(opened, again.Statistics.Requests);
    }

    [Fact]
    public async Task One_row_needs_the_blocks_of_the_footer_and_of_one_row_group()
    {
        await using Dataset dataset = await OpenAsync();
        IndexTile tile = (await dataset.FilesAsync(Token)).Tiles[0];
        long before = dataset.Statistics.BytesFetched;
        RowReader row = await dataset.OpenRowsByPositionAsync([130_000], dataset.Query().Columns("object_id", "v1"), null, Token);
        Assert.Equal(1, row.Count);
        ParquetLayout layout = Large.LayoutOf(tile);
        Assert.Equal(2, layout.Groups.Count);
        string[] read = ["object_id", "v1", "_pile_source", "_pile_source_row"];
        HashSet<long> blocks = [.. LargeTileDataset.BlocksOf(layout.FooterStart, tile.File.Bytes)];
        foreach (ParquetChunk chunk in layout.Groups[1].Chunks.Where(c => read.Contains(c.Path[0])))
            blocks.UnionWith(LargeTileDataset.BlocksOf(chunk.Start, chunk.Start + chunk.Bytes));
        Assert.InRange(dataset.Statistics.BytesFetched - before, 1, (long)(1.2 * blocks.Count * LargeTileDataset.BlockBytes));
    }

    [Fact]
    public async Task A_plan_counts_the_bytes_that_are_fetched()
    {
        await using Dataset dataset = await OpenAsync();
        Query query = dataset.Query().Columns("object_id", "v2");
        StoreStatistics before = dataset.Statistics;
        (long bytes, long requests) = await dataset.MeasureAsync(await dataset.PlanAsync(query, Token), Token);
        await RowsAsync(query);
        StoreStatistics after = dataset.Statistics;
        Assert.Equal((bytes, requests), (after.BytesFetched - before.BytesFetched, after.Requests - before.Requests));
    }

    [Fact]
    public async Task A_server_without_range_requests_is_read_in_whole_files()
    {
        await using FileServer whole = new(Large.Root, supportsRanges: false);
        await using Dataset local = await OpenLocalAsync();
        await using Dataset dataset = await OpenAsync(at: whole.Address);
        Assert.Equal(await RowsAsync(local.Query().Columns("v2")), await RowsAsync(dataset.Query().Columns("v2")));
    }

    [Fact]
    public async Task Sql_reads_whole_tiles_of_a_cache_behind_a_symbolic_link()
    {
        Directory.CreateDirectory(Folder("real"));
        File.CreateSymbolicLink(Folder("link"), Folder("real"));
        await using Dataset local = await OpenLocalAsync(), dataset = await OpenAsync("link");
        Assert.Equal(await SqlAsync(local, "SELECT * FROM d"), await SqlAsync(dataset, "SELECT * FROM d"));
    }

    private static Task<string> SqlAsync(Dataset dataset, string select) => TextAsync(dataset.SqlAsync(select, cancellationToken: Token));
}
