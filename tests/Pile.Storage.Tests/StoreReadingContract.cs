using System.Security.Cryptography;
using Pile.TestKit;

namespace Pile.Storage.Tests;

/// <summary>The tests that every store must pass for reading.</summary>
public abstract class StoreReadingContract : IAsyncLifetime
{
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected TemporaryFolder Folder { get; } = new();

    protected static byte[] Content { get; } = Stores.Bytes(300_000);

    /// <summary>Creates a store that has <see cref="Content"/> at each of these paths.</summary>
    internal abstract Task<IFileStore> StoreWithAsync(params string[] paths);

    public ValueTask InitializeAsync() => default;

    public virtual ValueTask DisposeAsync()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
        return default;
    }

    [Theory]
    [InlineData("x.bin")]
    [InlineData("main/healpix=1234/001-of-002.hdf5")]
    [InlineData("a b/ü+%41&?.bin")]
    public async Task Bytes_are_read_at_any_offset(string path)
    {
        IFileStore store = await StoreWithAsync(path);
        using IRandomAccessFile known = store.Open(path, Content.Length);
        byte[] some = new byte[1000];
        await known.ReadAsync(123_456, some, Token);
        Assert.Equal(Content[123_456..124_456], some);
        known.Read(Content.Length - 1000, some);
        Assert.Equal(Content[^1000..], some);

        using IRandomAccessFile asked = await store.OpenAsync(path, Token);
        Assert.Equal(Content.Length, asked.LengthBytes);
        byte[] all = new byte[Content.Length];
        await asked.ReadRangesAsync(Enumerable.Range(0, 30).Select(i => new FileRange(i * 10_000, all.AsMemory(i * 10_000, 10_000)))
            .ToArray(), Token);
        Assert.Equal(Content, all);
        await asked.ReadAsync(5, Memory<byte>.Empty, Token);
        Assert.Equal(Content, await store.ReadAllAsync(path, Content.Length, Token));
    }

    [Fact]
    public async Task A_local_copy_is_the_file()
    {
        IFileStore store = await StoreWithAsync("main/index/t.parquet");
        using LocalCopy copy = await store.LocalPathAsync("main/index/t.parquet",
            new KnownFile(Content.Length, Convert.ToHexStringLower(SHA256.HashData(Content))), Token);
        Assert.Equal(Path.Combine(store.LocalRoot, "main/index/t.parquet"), copy.Path);
        Assert.Equal(Content, await File.ReadAllBytesAsync(copy.Path, Token));
        using LocalCopy unknown = await store.LocalPathAsync("main/index/t.parquet", cancellationToken: Token);
        Assert.Equal(copy.Path, unknown.Path);
        await Assert.ThrowsAsync<InvalidDataException>(() =>
            store.LocalPathAsync("main/index/t.parquet", new KnownFile(Content.Length + 1, null), Token));
    }

    [Fact]
    public async Task Missing_files_are_reported()
    {
        IFileStore store = await StoreWithAsync("x.bin");
        foreach (string path in (string[])["no.bin", "no/such/file", "x.bin/y"])
        {
            await Assert.ThrowsAsync<FileNotFoundException>(() => store.ReadAllAsync(path, 100, Token));
            await Assert.ThrowsAsync<FileNotFoundException>(async () => await store.OpenAsync(path, Token));
            await Assert.ThrowsAsync<FileNotFoundException>(() => store.LocalPathAsync(path, cancellationToken: Token));
            await Assert.ThrowsAsync<FileNotFoundException>(() => store.LocalPathAsync(path, new KnownFile(1, new string('0', 64)), Token));
            await Assert.ThrowsAsync<FileNotFoundException>(async () =>
            {
                using IRandomAccessFile file = store.Open(path, 10);
                await file.ReadAsync(0, new byte[10], Token);
            });
        }
    }

    [Fact]
    public async Task Wrong_lengths_are_reported()
    {
        IFileStore store = await StoreWithAsync("x.bin");
        await Assert.ThrowsAsync<InvalidDataException>(() => store.ReadAllAsync("x.bin", Content.Length - 1, Token));
        using IRandomAccessFile file = await store.OpenAsync("x.bin", Token);
        await Assert.ThrowsAsync<EndOfStreamException>(async () => await file.ReadAsync(Content.Length - 5, new byte[6], Token));
        Assert.Throws<EndOfStreamException>(() => file.Read(Content.Length, new byte[1]));
        foreach (int wrong in (int[])[Content.Length - 1, Content.Length + 1])
            await Assert.ThrowsAsync<InvalidDataException>(async () =>
            {
                using IRandomAccessFile other = store.Open("x.bin", wrong);
                await other.ReadAsync(wrong - 10, new byte[10], Token);
            });
        file.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await file.ReadAsync(0, new byte[1], Token));
        Assert.Throws<ObjectDisposedException>(() => file.Read(0, new byte[1]));
    }

    [Fact]
    public async Task Cancelling_ends_a_read()
    {
        IFileStore store = await StoreWithAsync("x.bin");
        using IRandomAccessFile file = store.Open("x.bin", Content.Length);
        CancellationToken cancelled = new(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await file.ReadAsync(0, new byte[10], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.ReadAllAsync("x.bin", Content.Length, cancelled));
    }
}
