namespace Pile.Storage.Tests;

/// <summary>The tests that every writable store must pass in addition.</summary>
public abstract class StoreWritingContract : StoreReadingContract
{
    [Fact]
    public async Task Files_are_listed_in_order()
    {
        IFileStore store = await StoreWithAsync("b/2", "a.bin", "b/10", "b2", "b/c/d");
        Assert.Equal(["a.bin", "b/10", "b/2", "b/c/d", "b2"],
            (await store.ListAsync(cancellationToken: Token).ToListAsync()).Select(f => f.Path));
        Assert.Equal(["b/10", "b/2", "b/c/d"], (await store.ListAsync("b/", Token).ToListAsync()).Select(f => f.Path));
        Assert.Equal(["b/10", "b/2", "b/c/d", "b2"], (await store.ListAsync("b", Token).ToListAsync()).Select(f => f.Path));
        Assert.All(await store.ListAsync(cancellationToken: Token).ToListAsync(), f => Assert.Equal(Content.Length, f.Bytes));
        Assert.Empty(await store.ListAsync("nothing/", Token).ToListAsync());
    }

    [Fact]
    public async Task A_cancelled_enumeration_ends()
    {
        IFileStore store = await StoreWithAsync("a", "b", "c");
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.ListAsync(cancellationToken: cancelled.Token).ToListAsync());
        await foreach (StoredFile file in store.ListAsync(cancellationToken: Token))
        {
            Assert.Equal("a", file.Path);
            break; // stopping early leaves nothing behind
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000_000)]
    [InlineData((16 << 20) - 1)]
    [InlineData(16 << 20)]
    [InlineData((32 << 20) + 7)]
    public async Task Written_bytes_are_read_back(int length)
    {
        IFileStore store = await StoreWithAsync("other");
        byte[] bytes = Stores.Bytes(length, seed: length);
        using MemoryStream content = new(bytes);
        Assert.True(await store.PutAsync("new/folder/x.bin", content, cancellationToken: Token));
        Assert.Equal(bytes, await store.ReadAllAsync("new/folder/x.bin", length, Token));
        Assert.Equal(["new/folder/x.bin", "other"], (await store.ListAsync(cancellationToken: Token).ToListAsync()).Select(f => f.Path));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData((16 << 20) + 5)]
    public async Task Find_returns_the_length_and_the_stored_checksum(int length)
    {
        IFileStore store = await StoreWithAsync("plain");
        byte[] bytes = Stores.Bytes(length);
        string sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        await store.PutAsync("d/x", new MemoryStream(bytes), new KnownFile(length, sha256), Token);
        Assert.Equal(new KnownFile(length, store.Traits.IsLocal ? null : sha256), await store.FindAsync("d/x", Token));
        Assert.Equal(new KnownFile(Content.Length, null), await store.FindAsync("plain", Token));
        Assert.Null(await store.FindAsync("d/nothing", Token));
        await store.DiscardUnfinishedAsync(Token);
        Assert.Equal(bytes, await store.ReadAllAsync("d/x", length, Token));
    }

    [Fact]
    public async Task Put_replaces_or_keeps_an_existing_file()
    {
        IFileStore store = await StoreWithAsync("x");
        Assert.False(await store.PutAsync("x", new MemoryStream([1]), ifAbsent: true, Token));
        Assert.Equal(Content, await store.ReadAllAsync("x", Content.Length, Token));
        Assert.True(await store.PutAsync("x", new MemoryStream([1]), cancellationToken: Token));
        Assert.Equal([1], await store.ReadAllAsync("x", 1, Token));
        Assert.True(await store.PutAsync("y", new MemoryStream([2]), ifAbsent: true, Token));
        Assert.Equal([2], await store.ReadAllAsync("y", 1, Token));
        await store.DeleteAsync("x", Token);
        await store.DeleteAsync("x", Token);
        await Assert.ThrowsAsync<FileNotFoundException>(() => store.ReadAllAsync("x", 1, Token));
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(40 << 20)]
    public async Task A_failed_put_keeps_the_old_file(int length)
    {
        IFileStore store = await StoreWithAsync("x");
        await Assert.ThrowsAsync<IOException>(() => store.PutAsync("x", new BreakingStream(length), cancellationToken: Token));
        Assert.Equal(Content, await store.ReadAllAsync("x", Content.Length, Token));
        Assert.Equal(["x"], (await store.ListAsync(cancellationToken: Token).ToListAsync()).Select(f => f.Path));
        await RequireNoLeftoversAsync();
    }

    /// <summary>Checks outside the store that an unfinished put has left nothing.</summary>
    protected abstract Task RequireNoLeftoversAsync();

    private sealed class BreakingStream(int length) : MemoryStream(Stores.Bytes(length))
    {
        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = await base.ReadAsync(buffer, cancellationToken);
            return count == 0 ? throw new IOException("The source is damaged.") : count;
        }
    }
}
