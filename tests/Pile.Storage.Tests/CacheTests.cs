using System.Security.Cryptography;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Storage.Tests;

public sealed class CacheTests : IAsyncLifetime
{
    private const int FileBytes = 10_000;
    private readonly TemporaryFolder folder = new();
    private FileServer server = null!;
    private FaultProxy proxy = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(folder["www"]);
        for (int i = 0; i < 10; i++)
            await File.WriteAllBytesAsync(folder[$"www/{i}"], Stores.Bytes(FileBytes, i), Token);
        server = new FileServer(folder["www"]);
        proxy = new FaultProxy(server.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        await server.DisposeAsync();
        folder.Dispose();
    }

    private IFileStore Store(long cacheBytes = 1 << 20) =>
        FileStore.For(proxy.Address.AbsoluteUri, Stores.Options(folder["cache"]) with { CacheBytes = cacheBytes });

    private static KnownFile Known(int file) => new(FileBytes, Convert.ToHexStringLower(SHA256.HashData(Stores.Bytes(FileBytes, file))));

    private static async Task<LocalCopy> CopyAsync(IFileStore store, int file)
    {
        LocalCopy copy = await store.LocalPathAsync($"{file}", Known(file), Token);
        Assert.Equal(Stores.Bytes(FileBytes, file), await File.ReadAllBytesAsync(copy.Path, Token));
        return copy;
    }

    private static async Task TouchAsync(IFileStore store, int file) => (await CopyAsync(store, file)).Dispose();

    private static IEnumerable<string> Cached(IFileStore store) =>
        Directory.EnumerateFiles(store.LocalRoot).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);

    [Fact]
    public async Task Concurrent_requests_fetch_a_file_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => TouchAsync(Store(), i % 2)));
        Assert.Equal(2, proxy.Requests.Count);
        IFileStore later = Store();
        await TouchAsync(later, 0);
        Assert.Equal((0, 1, 0), (later.Statistics.Requests, later.Statistics.CacheHits, later.Statistics.CacheMisses));
    }

    [Fact]
    public async Task A_copy_that_was_begun_is_fetched_once()
    {
        IRemoteFileStore store = (IRemoteFileStore)Store(), later = (IRemoteFileStore)Store();
        store.BeginCopy("0", FileBytes, Token);
        await TouchAsync(store, 0);
        Assert.Single(proxy.Requests);
        later.BeginCopy("0", FileBytes, Token);
        await TouchAsync(later, 0);
        Assert.Equal((0, 1), (later.Statistics.Requests, later.Statistics.CacheHits));
    }

    [Theory]
    [InlineData("denied")]
    [InlineData("damaged")]
    [InlineData("too long")]
    public async Task A_copy_whose_begun_read_fails_is_fetched_again(string failure)
    {
        proxy.Plan = (_, number) => number > 0 ? null : failure switch
        {
            "denied" => new Fault { Status = 403 },
            "damaged" => new Fault { Bytes = (bytes, _) => bytes.Span.Clear() },
            _ => null,
        };
        IRemoteFileStore store = (IRemoteFileStore)Store();
        store.BeginCopy("0", failure == "too long" ? FileBytes - 1 : FileBytes, Token);
        while (proxy.Requests.IsEmpty)
            await Task.Delay(5, Token);
        await TouchAsync(store, 0);
        Assert.Equal(2, proxy.Requests.Count);
    }

    [Fact]
    public async Task Parts_of_a_file_are_begun_with_one_reservation()
    {
        IRemoteFileStore store = (IRemoteFileStore)Store(cacheBytes: FileBytes - 1);
        const int BlockBytes = FileBytes / 4;
        CachedBlocks blocks = store.OpenBlocks("0", Known(0), BlockBytes);
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = await blocks.OpenAsync(Token);
        Task[] tooMany = blocks.BeginFetch(file, [[0, 1], [2, 3]], Token);
        StoreException[] full = await Task.WhenAll(tooMany.Select(fetch => Assert.ThrowsAsync<StoreException>(() => fetch)));
        Assert.All(full, e => Assert.Equal(StoreFault.CacheFull, e.Fault));
        Assert.Empty(proxy.Requests);
        await Task.WhenAll(blocks.BeginFetch(file, [[2], [0], []], Token));
        Assert.Equal(2, proxy.Requests.Count);
        byte[] found = new byte[FileBytes], expected = Stores.Bytes(FileBytes, 0);
        RandomAccess.Read(file, found, 0);
        foreach (int block in (int[])[0, 2])
            Assert.Equal(expected.AsSpan(block * BlockBytes, BlockBytes), found.AsSpan(block * BlockBytes, BlockBytes));
        Assert.All(found[BlockBytes..(2 * BlockBytes)], b => Assert.Equal(0, b));
    }

    [Fact]
    public async Task The_least_recently_used_file_is_evicted()
    {
        IFileStore store = Store(cacheBytes: 3 * FileBytes);
        foreach (int file in (int[])[0, 1, 2, 0, 3])
        {
            await TouchAsync(store, file);
            await Task.Delay(20, Token);
        }
        Assert.Equal(["0", "2", "3"], Cached(store));
        Assert.Equal((1, 4), (store.Statistics.CacheHits, store.Statistics.CacheMisses));
    }

    [Fact]
    public async Task Files_in_use_are_not_evicted()
    {
        IFileStore store = Store(cacheBytes: 2 * FileBytes), other = Store(cacheBytes: 2 * FileBytes);
        using (LocalCopy used = await CopyAsync(store, 0))
        {
            await TouchAsync(other, 1);
            await TouchAsync(other, 2);
            Assert.Equal(["0", "2"], Cached(store));
            using LocalCopy too = await CopyAsync(other, 3);
            StoreException e = await Assert.ThrowsAsync<StoreException>(() => store.LocalPathAsync("4", Known(4), Token));
            Assert.Equal(StoreFault.CacheFull, e.Fault);
            Assert.Contains("are in use or being fetched", e.Message, StringComparison.Ordinal);
            Assert.Contains("PILE_CACHE_LIMIT", e.Message, StringComparison.Ordinal);
        }
        await TouchAsync(store, 4);
    }

    [Fact]
    public async Task A_file_larger_than_the_cache_is_rejected_before_it_is_fetched()
    {
        IFileStore store = Store(cacheBytes: FileBytes - 1);
        Assert.Equal(StoreFault.CacheFull, Assert.Throws<StoreException>(() => store.RequireFitsCache("0", FileBytes)).Fault);
        Assert.Equal(StoreFault.CacheFull,
            (await Assert.ThrowsAsync<StoreException>(() => store.LocalPathAsync("0", Known(0), Token))).Fault);
        Assert.Empty(proxy.Requests);
    }

    [Theory]
    [InlineData("flip")]
    [InlineData("cut")]
    [InlineData("empty")]
    public async Task A_damaged_copy_is_fetched_again(string damage)
    {
        await TouchAsync(Store(), 0);
        IFileStore store = Store();
        string place = Path.Combine(store.LocalRoot, "0");
        DateTime written = File.GetLastWriteTimeUtc(place);
        byte[] bytes = await File.ReadAllBytesAsync(place, Token);
        bytes[5000] ^= 1;
        await File.WriteAllBytesAsync(place, damage switch { "flip" => bytes, "cut" => bytes[..5000], _ => [] }, Token);
        File.SetLastWriteTimeUtc(place, written);
        await TouchAsync(store, 0);
        Assert.Equal(1, store.Statistics.CacheMisses);
    }

    [Fact]
    public async Task A_changed_file_replaces_the_cached_copy()
    {
        await TouchAsync(Store(), 0);
        File.Copy(folder["www/1"], folder["www/0"], overwrite: true);
        using LocalCopy copy = await Store().LocalPathAsync("0", Known(1), Token);
        Assert.Equal(Stores.Bytes(FileBytes, 1), await File.ReadAllBytesAsync(copy.Path, Token));
    }

    [Fact]
    public async Task A_file_without_checksum_is_fetched_again_only_when_its_tag_changes()
    {
        IFileStore store = Store();
        foreach (int expected in (int[])[0, 0, 1, 1])
        {
            if (expected == 1)
                File.Copy(folder["www/1"], folder["www/0"], overwrite: true);
            using LocalCopy copy = await store.LocalPathAsync("0", cancellationToken: Token);
            Assert.Equal(Stores.Bytes(FileBytes, expected), await File.ReadAllBytesAsync(copy.Path, Token));
        }
        Assert.Equal(["HEAD", "GET", "HEAD", "HEAD", "GET", "HEAD"], proxy.Requests.Select(r => r.Method));
    }

    [Fact]
    public async Task A_fetch_that_ends_early_leaves_no_file_and_reserves_no_space()
    {
        IFileStore store = Store(cacheBytes: 2 * FileBytes);
        proxy.Plan = (_, _) => new Fault { StallAfter = 100 };
        using (CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(100)))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.LocalPathAsync("0", Known(0), soon.Token));
        proxy.Plan = (_, _) => new Fault { Status = 404 };
        await Assert.ThrowsAsync<FileNotFoundException>(() => store.LocalPathAsync("1", Known(1), Token));
        Assert.Empty(Cached(store));
        proxy.Plan = (_, _) => null;
        using LocalCopy two = await CopyAsync(store, 2), three = await CopyAsync(store, 3);
    }

    [Fact]
    public async Task Blocks_being_fetched_count_as_used()
    {
        IRemoteFileStore store = (IRemoteFileStore)Store(cacheBytes: (2 * FileBytes) + 4096); // blocks are counted in whole pages
        TaskCompletionSource answered = new();
        proxy.Plan = (_, _) => new Fault { After = answered.Task };
        Task[] reads = [ReadAsync(0), ReadAsync(1)];
        while (proxy.Requests.Count < reads.Length)
            await Task.Delay(5, Token);
        StoreException e = await Assert.ThrowsAsync<StoreException>(() => ReadAsync(2));
        Assert.Equal(StoreFault.CacheFull, e.Fault);
        Assert.Contains("20000 are in use or being fetched, and 10000 more are required", e.Message);
        answered.SetResult();
        await Task.WhenAll(reads);
        await ReadAsync(2);

        Task ReadAsync(int file) => store.OpenBlocks($"{file}", Known(file), FileBytes).ReadAsync([0],
            (_, bytes) => bytes.Span.SequenceEqual(Stores.Bytes(FileBytes, file)), Token);
    }

    [Fact]
    public async Task Other_files_in_the_folder_are_kept()
    {
        IFileStore store = Store(cacheBytes: FileBytes);
        string[] others = [folder["cache/notes"], folder["cache/survey/files/image.fits"], folder["cache/survey/partial/x"]];
        foreach (string other in others)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(other)!);
            await File.WriteAllBytesAsync(other, new byte[FileBytes], Token);
        }
        await TouchAsync(store, 0);
        await TouchAsync(store, 1);
        Assert.Equal(["1"], Cached(store));
        Assert.All(others, other => Assert.True(File.Exists(other)));
    }

    [Fact]
    public async Task Leftovers_of_a_killed_process_are_deleted()
    {
        IFileStore store = Store(cacheBytes: 2 * FileBytes);
        await TouchAsync(store, 0);
        string partial = Path.Combine(store.LocalRoot, "..", "partial", new string('a', 32));
        await File.WriteAllBytesAsync(partial, new byte[2 * FileBytes], Token);
        await File.WriteAllTextAsync(Path.Combine(folder["cache"], "lock"), "not a number", Token);
        using LocalCopy one = await CopyAsync(store, 1), two = await CopyAsync(store, 2);
        Assert.False(File.Exists(partial));
    }

    [Fact]
    public async Task A_cache_folder_that_is_not_writable_is_not_a_full_disk()
    {
        // No user can create files in sysfs, including root.
        IFileStore store = FileStore.For(proxy.Address.AbsoluteUri, Stores.Options("/sys/pile-cache"));
        StoreException e = await Assert.ThrowsAsync<StoreException>(() => CopyAsync(store, 0));
        Assert.Contains("Grant write permission there, or set PILE_CACHE", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("space", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_reported_and_keeps_the_cache_intact()
    {
        // A file system of 64 KiB in a mount namespace, which needs no root.
        const string script = "mount -t tmpfs -o size=64k tmpfs \"$1\" && cp \"$2\"/* \"$1\" 2>/dev/null; echo mounted; exec cat";
        Directory.CreateDirectory(folder["cache"]);
        using System.Diagnostics.Process holder = Namespaces.Start(script, folder["cache"], folder["nothing"]);
        Assert.SkipUnless(await holder.StandardOutput.ReadLineAsync(Token) == "mounted",
            "This machine does not allow mount namespaces.");
        try
        {
            // The files of the namespace, accessed from outside.
            IFileStore store = FileStore.For(proxy.Address.AbsoluteUri,
                Stores.Options($"/proc/{Namespaces.InnerId(holder)}/root{folder["cache"]}"));
            List<LocalCopy> copies = [];
            StoreException e = await Assert.ThrowsAsync<StoreException>(async () =>
            {
                for (int file = 0; file < 10; file++)
                    copies.Add(await CopyAsync(store, file));
            });
            Assert.Equal(StoreFault.CacheFull, e.Fault);
            Assert.Contains("set PILE_CACHE to a folder on another disk", e.Message, StringComparison.Ordinal);
            Assert.NotEmpty(copies);
            Assert.Equal(copies.Count, Cached(store).Count());
            Assert.Empty(Directory.EnumerateFiles(Path.Combine(store.LocalRoot, "..", "partial")));
            await TouchAsync(store, 0);
            foreach (LocalCopy copy in copies)
                copy.Dispose();
        }
        finally
        {
            holder.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public void A_cache_folder_that_cannot_be_created_is_reported()
    {
        File.WriteAllText(folder["file"], "");
        IFileStore store = FileStore.For(proxy.Address.AbsoluteUri, Stores.Options(folder["file/cache"]));
        Assert.Contains("PILE_CACHE", Assert.Throws<StoreException>(() => store.LocalRoot).Message, StringComparison.Ordinal);
    }
}
