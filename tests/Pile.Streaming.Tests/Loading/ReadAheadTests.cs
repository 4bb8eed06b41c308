using Pile.Format;
using Pile.Reading;
using Pile.TestKit;

namespace Pile.Streaming.Tests;

/// <summary>Rows of files that are not in the page cache.</summary>
public sealed class ReadAheadTests : IAsyncLifetime
{
    private const int RowCount = 60, ImageSize = 256;

    // Evicts a file from the page cache, or counts its MiB that are not in the cache.
    private const string Drop = """
        import os, sys
        for path in sys.argv[1:]:
            fd = os.open(path, os.O_RDONLY)
            os.fsync(fd)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        """;

    // A read with RWF_NOWAIT would not do: it starts read-ahead, and it fails if another thread has locked the page.
    private const string Count = """
        import ctypes, mmap, os, sys
        libc, absent = ctypes.CDLL(None, use_errno=True), 0
        for path in sys.argv[1:]:
            fd = os.open(path, os.O_RDONLY)
            view = mmap.mmap(fd, 0, mmap.MAP_PRIVATE)
            first = (ctypes.c_char * len(view)).from_buffer(view)
            pages = (ctypes.c_ubyte * ((len(view) + mmap.PAGESIZE - 1) // mmap.PAGESIZE))()
            if libc.mincore(ctypes.byref(first), ctypes.c_size_t(len(view)), pages) != 0:
                raise OSError(ctypes.get_errno(), 'mincore')
            absent += sum(not pages[at // mmap.PAGESIZE] & 1 for at in range(1 << 20, len(view), 1 << 20))
        print(absent)
        """;

    private readonly TemporaryFolder folder = new();
    private Dataset dataset = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string[] Shards => [.. Directory.EnumerateFiles(folder["rows"], "*.hdf5", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)];

    public async ValueTask InitializeAsync()
    {
        double[] raDeg = [.. Enumerable.Range(0, RowCount).Select(i => (i % 2 * 180) + 10 + (1e-4 * i))];
        await OneUnitDataset.WriteImagesAsync(folder, "rows", ImageSize, raDeg);
        dataset = await Dataset.OpenAsync(folder["rows"], cancellationToken: Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await dataset.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Rows_from_disk_are_in_index_order_in_every_epoch()
    {
        StreamSource source = await SourceAsync();
        Python.Run(Drop, Shards);
        Loader loader = new(source, new LoaderOptions { BatchRows = 7, Epochs = 3 });
        List<long> all = await Ids(loader, null);
        Assert.Equal(RowCount * 3, all.Count);
        Assert.Equal(Enumerable.Range(0, RowCount).Select(i => (long)i), all.Take(RowCount).Order());
        Assert.Equal(all.Take(RowCount), all.Skip(RowCount).Take(RowCount));
        Assert.Equal(all.Take(RowCount), all.Skip(2 * RowCount));
        await AssertResumesAsync(loader, all);
    }

    [Fact]
    public async Task Announced_rows_are_in_the_page_cache()
    {
        RowReader reader = await dataset.OpenRowsAsync(dataset.Query().Columns("image_array"), cancellationToken: Cancellation);
        await AssertSomeTimeAsync(absent => absent == 0, () => reader.BeginReadAhead(0, 0, 1)!,
            ahead => ahead.ReachAsync(0, Rows(0, RowCount)));
    }

    [Fact]
    public async Task Rows_that_are_not_consecutive_are_not_read_ahead()
    {
        RowReader reader = await dataset.OpenRowsByPositionAsync(Enumerable.Range(0, RowCount).Select(i => (long)(i * 7 % RowCount)),
            dataset.Query().Columns("image_array"), cancellationToken: Cancellation);
        Assert.Null(reader.BeginReadAhead(0, 0, 1));
    }

    [Fact]
    public async Task Shuffled_rows_from_disk_and_cache_are_equal_after_resuming_too()
    {
        StreamSource source = await SourceAsync();
        Loader loader = new(source, new LoaderOptions
        {
            BatchRows = 7,
            Epochs = 3,
            ShuffleSeed = 3,
            Shuffle = new BlockShuffle { BlockRows = 8, BlocksPerRound = 2 }
        });
        Python.Run(Drop, Shards);
        List<long> all = await Ids(loader, null);
        Assert.Equal(all, await Ids(loader, null));
        for (int epoch = 0; epoch < 3; epoch++)
            Assert.Equal(Enumerable.Range(0, RowCount).Select(i => (long)i), all.Skip(epoch * RowCount).Take(RowCount).Order());
        await AssertResumesAsync(loader, all);
    }

    [Fact]
    public async Task Announced_rounds_of_blocks_are_in_the_page_cache()
    {
        RowReader reader = await dataset.OpenRowsAsync(dataset.Query().Columns("image_array"), cancellationToken: Cancellation);
        long[][] rounds = [[.. Rows(40, 60).Concat(Rows(0, 12)).Reverse()], Rows(12, 40)];
        await AssertSomeTimeAsync(absent => absent == 0, () => reader.BeginShuffledReadAhead()!,
            ahead => Task.WhenAll([.. rounds.Select(r => ahead.ReachAsync(0, r))]));
    }

    [Fact]
    public async Task Scattered_shuffled_rows_are_not_read_ahead()
    {
        RowReader reader = await dataset.OpenRowsAsync(dataset.Query().Columns("image_array"), cancellationToken: Cancellation);
        await AssertSomeTimeAsync(absent => absent > 0, () => reader.BeginShuffledReadAhead()!,
            ahead => ahead.ReachAsync(0, Rows(0, RowCount).Where(r => r % 3 == 0).ToArray()));
    }

    [Fact]
    public async Task A_truncated_shard_is_reported_with_the_first_missing_row()
    {
        StreamSource source = await SourceAsync();
        using (FileStream shard = new(Shards[^1], FileMode.Open, FileAccess.Write))
            shard.SetLength(shard.Length / 2);
        Python.Run(Drop, Shards);
        ShardCorruptException e = await Assert.ThrowsAsync<ShardCorruptException>(
            () => Ids(new Loader(source, new LoaderOptions { BatchRows = 7 }), null));
        Assert.Contains(Shards[^1], e.Message, StringComparison.Ordinal);
    }

    // The system may evict any page at any time, and on some machines does so within a second. So what was read ahead is in the cache at
    // some attempt, and what was not is absent at some attempt.
    private async Task AssertSomeTimeAsync(Predicate<int> isExpected, Func<ReadAhead> begin, Func<ReadAhead, Task> reach)
    {
        int absent = -1;
        for (int attempt = 0; attempt < 20; attempt++)
        {
            Python.Run(Drop, Shards);
            await using ReadAhead ahead = begin();
            await reach(ahead);
            absent = int.Parse(Python.Run(Count, Shards), System.Globalization.CultureInfo.InvariantCulture);
            if (isExpected(absent))
                return;
        }
        Assert.Fail($"{absent} MiB are not in the page cache.");
    }

    private Task<StreamSource> SourceAsync() => StreamSource.OpenAsync(dataset.Query().Columns("object_id", "image_array"), Cancellation);

    /// <summary>Stops a loader with known rows in its second epoch, far from the end, and asserts that it resumes there; reads from disk
    /// each time.</summary>
    private async Task AssertResumesAsync(Loader loader, List<long> all)
    {
        Python.Run(Drop, Shards);
        StreamState? saved = null;
        await foreach (StreamBatch batch in loader.ReadAsync(cancellationToken: Cancellation))
            using (batch)
                if ((saved = batch.State) is { Epoch: 1, RowsDone: > 30 })
                    break;
        Python.Run(Drop, Shards);
        Assert.Equal(all.Skip(RowCount + (int)saved!.RowsDone), await Ids(loader, saved));
    }

    private static long[] Rows(int first, int end) => [.. Enumerable.Range(first, end - first).Select(r => (long)r)];

    private static async Task<List<long>> Ids(Loader loader, StreamState? from)
    {
        List<long> ids = [];
        await foreach (StreamBatch batch in loader.ReadAsync(from, Cancellation))
            using (batch)
                for (int row = 0; row < batch.RowCount; row++)
                {
                    long id = batch.Values<long>("object_id").Span[row];
                    Assert.False(batch.Row<float>("image_array", row).ContainsAnyExcept((float)id));
                    ids.Add(id);
                }
        return ids;
    }
}
