using Pile.TestServices;

namespace Pile.Storage.Tests;

public sealed class HttpStoreTests : StoreReadingContract
{
    private FileServer? server;

    internal override async Task<IFileStore> StoreWithAsync(params string[] paths) => await StoreWithAsync(supportsRanges: true, paths);

    private async Task<IFileStore> StoreWithAsync(bool supportsRanges, params string[] paths)
    {
        foreach (string path in paths)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Folder[$"www/d/{path}"])!);
            await File.WriteAllBytesAsync(Folder[$"www/d/{path}"], Content, Token);
        }
        server = new FileServer(Folder["www"], supportsRanges);
        return FileStore.For($"{server.Address}d/", Stores.Options(Folder["cache"]));
    }

    public override async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_server_without_ranges_supports_complete_reads_only()
    {
        IFileStore store = await StoreWithAsync(supportsRanges: false, "x");
        Assert.Equal(Content, await store.ReadAllAsync("x", Content.Length, Token));
        using LocalCopy copy = await store.LocalPathAsync("x", cancellationToken: Token);
        Assert.Equal(Content, await File.ReadAllBytesAsync(copy.Path, Token));
        using IRandomAccessFile file = await store.OpenAsync("x", Token);
        StoreException e = await Assert.ThrowsAsync<StoreException>(async () => await file.ReadAsync(10, new byte[10], Token));
        Assert.Equal(StoreFault.NoRanges, e.Fault);
        Assert.Contains("/d/x: the server does not support range requests", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_are_sent_in_chunks_have_the_length_that_their_ranges_state()
    {
        IFileStore store = await StoreWithAsync("x");
        await File.WriteAllBytesAsync(Folder["www/d/empty"], [], Token);
        server!.StatesLengths = false;
        using IRandomAccessFile file = await store.OpenAsync("x", Token);
        Assert.Equal(Content.Length, file.LengthBytes);
        byte[] part = new byte[10];
        await file.ReadAsync(20, part, Token);
        Assert.Equal(Content[20..30], part);
        using IRandomAccessFile empty = await store.OpenAsync("empty", Token);
        Assert.Equal(0, empty.LengthBytes);
        Assert.Equal(Content.Length, (await store.FindAsync("x", Token))?.Bytes);
        Assert.Equal(0, (await store.FindAsync("empty", Token))?.Bytes);
        Assert.Null(await store.FindAsync("none", Token));
    }

    [Fact]
    public async Task A_server_that_states_no_lengths_and_has_no_ranges_supports_complete_reads_only()
    {
        IFileStore store = await StoreWithAsync(supportsRanges: false, "x");
        server!.StatesLengths = false;
        StoreException e = await Assert.ThrowsAsync<StoreException>(async () => await store.OpenAsync("x", Token));
        Assert.Equal(StoreFault.NoRanges, e.Fault);
        Assert.Contains("/d/x: the server states no length of the file", e.Message, StringComparison.Ordinal);
        Assert.Equal(new KnownFile(null, null), await store.FindAsync("x", Token));
        using LocalCopy copy = await store.LocalPathAsync("x", cancellationToken: Token);
        Assert.Equal(Content, await File.ReadAllBytesAsync(copy.Path, Token));
    }

    [Fact]
    public async Task Writing_and_listing_are_not_supported()
    {
        IFileStore store = await StoreWithAsync("x");
        foreach (StoreException e in (StoreException[])
        [
            await Assert.ThrowsAsync<StoreException>(() => store.PutAsync("y", new MemoryStream([1]), cancellationToken: Token)),
            await Assert.ThrowsAsync<StoreException>(() => store.DeleteAsync("x", Token)),
            await Assert.ThrowsAsync<StoreException>(() => store.ListAsync(cancellationToken: Token).ToListAsync()),
        ])
            Assert.Equal(StoreFault.NotSupported, e.Fault);
    }
}
