using System.Globalization;
using Pile.Format;
using Pile.Parquet;
using Pile.Reading;
using Pile.Storage;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Streaming.Tests;

/// <summary>Damage on the server, in transit and in the cache; and caches that are shared, small, or left by an interrupted
/// fetch.</summary>
public sealed class RemoteDamageTests(LargeTileDataset large) : RemoteTileTest(large)
{
    private const int BlockBytes = LargeTileDataset.BlockBytes;

    [Theory]
    [InlineData("v2")]
    [InlineData("footer")]
    public async Task A_block_damaged_on_the_server_is_reported_with_tile_and_bytes(string place)
    {
        IndexTile tile = await Large.FirstTileAsync();
        ParquetLayout layout = Large.LayoutOf(tile);
        long damaged = place == "footer" ? layout.FooterStart + 100 : layout.Groups[0].Chunks.Single(c => c.Path is ["v2"]).Start + 1000;
        Proxy.Plan = (request, _) => Flip(request, tile, damaged);
        await using Dataset dataset = await OpenAsync();
        foreach (Func<Task<string>> ask in (Func<Task<string>>[])[
            () => RowsAsync(dataset.Query().Columns("v2")),
            () => RowsAsync(dataset.Query().Where("v2 > 0.5").Columns("object_id")),
            () => RowsAsync(dataset.Query().Cone(45, 60, 0.05).Columns("v2")),
            () => TextAsync(dataset.SqlAsync("SELECT max(v2) FROM d", cancellationToken: Token)),
            async () => (await dataset.CountAsync(dataset.Query().Where("v2 > 0.5"), Token)).ToString(CultureInfo.InvariantCulture),
        ])
        {
            DatasetInvalidException e = await Assert.ThrowsAsync<DatasetInvalidException>(ask);
            Assert.Contains("Npix=0.parquet", e.Message, StringComparison.Ordinal);
            Assert.Matches($"bytes {damaged / BlockBytes * BlockBytes} to [0-9]+", e.Message);
        }
        await Assert.ThrowsAsync<DatasetInvalidException>(() => RowsAsync(dataset.Query()));
        Proxy.Plan = (_, _) => null;
        Assert.NotEmpty(await RowsAsync(dataset.Query().Columns("v2")));
    }

    [Fact]
    public async Task A_block_damaged_in_transit_is_fetched_again()
    {
        IndexTile tile = await Large.FirstTileAsync();
        long damaged = Large.LayoutOf(tile).Groups[0].Chunks.Single(c => c.Path is ["v2"]).Start + 1000;
        int flips = 0;
        Proxy.Plan = (request, _) => Flip(request, tile, damaged) is { } fault && Interlocked.Increment(ref flips) == 1 ? fault : null;
        await using Dataset dataset = await OpenAsync(), local = await OpenLocalAsync();
        Assert.Equal(await RowsAsync(local.Query().Columns("v2")), await RowsAsync(dataset.Query().Columns("v2")));
        Assert.Equal(2, flips);
    }

    [Theory]
    [InlineData("flip")]
    [InlineData("cut")]
    [InlineData("empty")]
    public async Task Damaged_blocks_in_the_cache_are_fetched_again(string damage)
    {
        string expected;
        await using (Dataset dataset = await OpenAsync())
            expected = await RowsAsync(dataset.Query().Columns("v2"));
        string kept = Assert.Single(Kept(), p => p.EndsWith("Npix=0.parquet", StringComparison.Ordinal));
        byte[] bytes = await File.ReadAllBytesAsync(kept, Token);
        bytes[Large.LayoutOf(await Large.FirstTileAsync()).Groups[0].Chunks.Single(c => c.Path is ["v2"]).Start + 1000] ^= 1;
        await File.WriteAllBytesAsync(kept, damage switch { "flip" => bytes, "cut" => bytes[..1_000_000], _ => [] }, Token);
        await using Dataset again = await OpenAsync();
        long before = again.Statistics.BytesFetched;
        Assert.Equal(expected, await RowsAsync(again.Query().Columns("v2")));
        Assert.InRange(again.Statistics.BytesFetched - before, BlockBytes, damage == "flip" ? BlockBytes : long.MaxValue);
    }

    [Fact]
    public async Task Replacing_a_tile_while_it_is_read_is_an_error()
    {
        CopyFolder(Large.Path, Folder("www/large"));
        await using FileServer own = new(Folder("www"));
        await using Dataset dataset = await OpenAsync(at: own.Address);
        Assert.NotEmpty(await RowsAsync(dataset.Query().Columns("v2")));
        string tile = Path.Combine(Folder("www/large"), (await Large.FirstTileAsync()).File.Path);
        byte[] bytes = await File.ReadAllBytesAsync(tile, Token);
        bytes[Large.LayoutOf(await Large.FirstTileAsync()).Groups[0].Chunks.Single(c => c.Path is ["v9"]).Start + 1000] ^= 1;
        await File.WriteAllBytesAsync(tile, bytes, Token);
        StoreException e = await Assert.ThrowsAsync<StoreException>(() => RowsAsync(dataset.Query().Columns("v3")));
        Assert.Equal(StoreFault.Changed, e.Fault);
        Assert.NotEmpty(await RowsAsync(dataset.Query().Columns("v2")));
    }

    [Fact]
    public async Task Caches_in_one_folder_share_their_blocks()
    {
        await using Dataset local = await OpenLocalAsync();
        string expected = await RowsAsync(local.Query().Where("v1 > 0.999"));
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            await using Dataset dataset = await OpenAsync();
            Assert.Equal(expected, await RowsAsync(dataset.Query().Where("v1 > 0.999")));
        }));
        await using Dataset later = await OpenAsync();
        long opened = later.Statistics.Requests;
        Assert.Equal(expected, await RowsAsync(later.Query().Where("v1 > 0.999")));
        Assert.Equal(opened, later.Statistics.Requests);
    }

    [Fact]
    public async Task A_small_cache_evicts_blocks()
    {
        IndexTile tile = await Large.FirstTileAsync();
        long limit = tile.File.Bytes + (2 * BlockBytes);
        await using Dataset local = await OpenLocalAsync();
        for (int round = 0; round < 2; round++)
            foreach (int pixel in (int[])[45, 130])
                foreach (string column in (string[])["v1", "v4", "v8"])
                {
                    Func<Dataset, Query> query = d => d.Query().Cone(pixel, 60, 5).Columns(column);
                    await using Dataset dataset = await OpenAsync(cacheBytes: limit);
                    Assert.Equal(await RowsAsync(query(local)), await RowsAsync(query(dataset)));
                    Assert.InRange(AllocatedBytes(Folder("cache")), 1, limit + BlockBytes);
                }
    }

    [Fact]
    public async Task A_cancelled_fetch_leaves_the_cache_consistent()
    {
        await using Dataset local = await OpenLocalAsync();
        Proxy.Plan = (request, _) =>
            Uri.UnescapeDataString(request.Target).Contains("Npix=", StringComparison.Ordinal) ? new Fault { StallAfter = 100_000 } : null;
        await using (Dataset dataset = await OpenAsync())
        {
            using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(200));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (RowBatch _ in dataset.QueryAsync(dataset.Query().Columns("v2"), soon.Token))
                    Assert.Fail("No row is there.");
            });
            Proxy.Plan = (_, _) => null;
            Assert.Equal(await RowsAsync(local.Query().Columns("v2")), await RowsAsync(dataset.Query().Columns("v2")));
        }
        await using Dataset again = await OpenAsync();
        Assert.Equal(await RowsAsync(local.Query().Columns("v2")), await RowsAsync(again.Query().Columns("v2")));
    }

    private static Fault? Flip(HttpHead request, IndexTile tile, long damaged)
    {
        if (!Uri.UnescapeDataString(request.Target).EndsWith(tile.File.Path, StringComparison.Ordinal))
            return null;
        string asked = request["Range"]?["bytes=".Length..] ?? $"0-{tile.File.Bytes - 1}";
        long[] range = [.. asked.Split('-').Select(b => long.Parse(b, CultureInfo.InvariantCulture))];
        return damaged < range[0] || damaged > range[1] ? null : new Fault
        {
            Bytes = (bytes, offset) =>
            {
                long at = damaged - range[0] - offset;
                if (at >= 0 && at < bytes.Length)
                    bytes.Span[(int)at] ^= 4;
            },
        };
    }

    private IEnumerable<string> Kept() => Directory.EnumerateFiles(Folder("cache"), "*.parquet", SearchOption.AllDirectories)
        .Where(p => p.Contains("/blocks/", StringComparison.Ordinal));


    private static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static long AllocatedBytes(string folder) => long.Parse(Python.Run("""
        import os, sys
        files = [os.path.join(path, name) for path, _, names in os.walk(sys.argv[1]) for name in names]
        print(sum(os.stat(f).st_blocks * 512 for f in files))
        """, folder), CultureInfo.InvariantCulture);
}
