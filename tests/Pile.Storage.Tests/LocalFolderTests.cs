using Pile.TestKit;

namespace Pile.Storage.Tests;

public class LocalFolderTests
{
    [Fact]
    public async Task Bytes_are_read_at_any_place()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["a b/c"]);
        byte[] bytes = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];
        await File.WriteAllBytesAsync(folder["a b/c/x.bin"], bytes, TestContext.Current.CancellationToken);
        IFileStore store = FileStore.For(folder.Path);

        using IRandomAccessFile file = store.Open("a b/c/x.bin");
        byte[] some = new byte[100];
        file.Read(317, some);
        Assert.Equal(bytes[317..417], some);
        await file.ReadAsync(900, some, TestContext.Current.CancellationToken);
        Assert.Equal(bytes[900..], some);
        Assert.Equal(1000, file.LengthBytes);
        Assert.Equal(bytes, await store.ReadAllAsync("a b/c/x.bin", 1000, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_is_not_there_is_said_so()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllBytesAsync(folder["x.bin"], new byte[10], TestContext.Current.CancellationToken);
        IFileStore store = FileStore.For(new Uri(folder.Path).AbsoluteUri);

        Assert.Throws<FileNotFoundException>(() => store.Open("no/such"));
        Assert.Throws<FileNotFoundException>(() => store.Open("."));
        await Assert.ThrowsAsync<FileNotFoundException>(() => store.LocalPathAsync("no", TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<InvalidDataException>(() => store.ReadAllAsync("x.bin", 9, TestContext.Current.CancellationToken));
        using IRandomAccessFile file = store.Open("x.bin");
        Assert.Throws<EndOfStreamException>(() => file.Read(5, new byte[6]));
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Read(0, new byte[1]));
    }

    [Fact]
    public void An_address_without_a_store_is_the_callers_mistake() =>
        Assert.Contains("s3://", Assert.Throws<ArgumentException>(() => FileStore.For("s3://bucket/x")).Message, StringComparison.Ordinal);
}
