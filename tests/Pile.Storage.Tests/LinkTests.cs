using Pile.Format;
using Pile.TestKit;

namespace Pile.Storage.Tests;

public sealed class LinkTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly IFileStore store;

    public LinkTests()
    {
        Directory.CreateDirectory(folder["d/main"]);
        File.WriteAllText(folder["outside"], "secret");
        File.WriteAllText(folder["d/main/a"], "inside");
        store = FileStore.For(folder["d"]);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("../outside")]
    [InlineData("main/../../outside")]
    [InlineData("/etc/hostname")]
    public async Task A_link_to_a_file_outside_is_rejected(string target)
    {
        File.CreateSymbolicLink(folder["d/link"], target);
        File.CreateSymbolicLink(folder["d/indirect"], "link");
        foreach (string path in (string[])["link", "indirect"])
            foreach (Func<Task> use in (Func<Task>[])
            [
                () => store.ReadAllAsync(path, 100, Token),
                () => store.LocalPathAsync(path, cancellationToken: Token),
                () => store.OpenAsync(path, Token).AsTask(),
                () => Task.Run(() => store.Open(path, 6)),
                () => store.FindAsync(path, Token).AsTask(),
                () => store.PutAsync(path, new MemoryStream([1]), cancellationToken: Token),
            ])
                Assert.Contains($"'{path}' is a symbolic link to ", (await Assert.ThrowsAsync<DatasetInvalidException>(use)).Message,
                    StringComparison.Ordinal);
        Assert.Equal("secret", await File.ReadAllTextAsync(folder["outside"], Token));
    }

    [Fact]
    public async Task A_link_to_a_folder_is_rejected()
    {
        Directory.CreateSymbolicLink(folder["d/other"], "main");
        Assert.Contains("'other' is a symbolic link to 'main', which is a folder",
            (await Assert.ThrowsAsync<DatasetInvalidException>(() => store.ReadAllAsync("other/a", 100, Token))).Message,
            StringComparison.Ordinal);
        await Assert.ThrowsAsync<DatasetInvalidException>(() => store.PutAsync("other/b", new MemoryStream([1]), cancellationToken: Token));
        Assert.False(File.Exists(folder["d/main/b"]));
    }

    [Fact]
    public async Task A_link_to_a_file_inside_and_a_link_to_the_folder_itself_are_followed()
    {
        File.CreateSymbolicLink(folder["d/link"], "main/a");
        File.CreateSymbolicLink(folder["d/absolute"], folder["d/main/a"]);
        Directory.CreateSymbolicLink(folder["current"], folder["d"]);
        foreach (IFileStore each in (IFileStore[])[store, FileStore.For(folder["current"])])
            foreach (string path in (string[])["link", "absolute", "main/a"])
                Assert.Equal("inside"u8.ToArray(), await each.ReadAllAsync(path, 100, Token));
    }

    [Fact]
    public async Task Circular_links_are_an_error()
    {
        File.CreateSymbolicLink(folder["d/one"], "two");
        File.CreateSymbolicLink(folder["d/two"], "one");
        await Assert.ThrowsAnyAsync<IOException>(() => store.ReadAllAsync("one", 100, Token));
    }

    [Fact]
    public void Real_paths_equal_those_of_Python()
    {
        Directory.CreateSymbolicLink(folder["d/deep"], "main/../../d/main");
        File.CreateSymbolicLink(folder["d/deep/b"], "../deep/a");
        foreach (string path in (string[])["d/deep/b", "d/deep", "d/main/a", "d/deep/missing"])
            Assert.Equal(Python.Run("import os, sys; print(os.path.realpath(sys.argv[1]))", folder[path]).Trim(),
                RealPath.Of(folder[path]));
    }
}
