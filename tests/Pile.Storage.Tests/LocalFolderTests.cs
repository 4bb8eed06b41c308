using Pile.TestKit;

namespace Pile.Storage.Tests;

public sealed class LocalFolderTests : StoreWritingContract
{
    internal override async Task<IFileStore> StoreWithAsync(params string[] paths)
    {
        foreach (string path in paths)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Folder[path])!);
            await File.WriteAllBytesAsync(Folder[path], Content, Token);
        }
        return FileStore.For(Folder.Path);
    }

    protected override Task RequireNoLeftoversAsync()
    {
        Assert.Single(Directory.EnumerateFileSystemEntries(Folder.Path));
        return Task.CompletedTask;
    }

    [Fact]
    public async Task One_of_many_conditional_writes_succeeds_and_stays()
    {
        IFileStore store = FileStore.For(Folder.Path);
        for (int round = 0; round < 100; round++)
        {
            string name = $"x{round}";
            using Barrier start = new(4);
            bool[] written = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Factory.StartNew(() =>
            {
                start.SignalAndWait(Token);
                return store.PutAsync(name, new MemoryStream([(byte)i]), ifAbsent: true, Token).GetAwaiter().GetResult();
            }, Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
            Assert.Single(written, true);
            Assert.Equal([(byte)Array.IndexOf(written, true)], await store.ReadAllAsync(name, 1, Token));
        }
    }

    [Fact]
    public async Task IsOnDisk_reports_the_page_cache()
    {
        const string Script = """
            import os, sys
            for path in sys.argv[1:]:
                fd = os.open(path, os.O_RDONLY)
                os.fsync(fd)
                os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            try:
                print(os.preadv(fd, [bytearray(1)], 5000, os.RWF_NOWAIT) < 1)
            except BlockingIOError:
                print(True)
            """;
        foreach (string name in (string[])["large", "other"])
            await File.WriteAllBytesAsync(Folder[name], new byte[100_000], Token);
        // False if the folder is in memory. Checks another file, because the check may load the page.
        bool isDropped = bool.Parse(Python.Run(Script, Folder["large"], Folder["other"]));
        using IRandomAccessFile file = FileStore.For(Folder.Path).Open("large", 100_000);
        Assert.Equal(isDropped, file.IsOnDisk(5000));
        file.Read(5000, new byte[1]);
        Assert.False(file.IsOnDisk(5000));
        Assert.False(file.IsOnDisk(200_000));
    }

    [Fact]
    public async Task A_folder_is_opened_by_a_file_address()
    {
        await StoreWithAsync("x");
        IFileStore store = FileStore.For(new Uri(Folder.Path).AbsoluteUri);
        Assert.Equal(Content, await store.ReadAllAsync("x", Content.Length, Token));
        Assert.Throws<FileNotFoundException>(() => store.Open(".", 1));
    }

    [Theory]
    [InlineData("ftp://server/x", "ftp://")]
    [InlineData("s3://", "s3://bucket/prefix")]
    [InlineData("s3://a/b", "s3://bucket/prefix")]
    [InlineData("s3://key:secret@bucket/x", "must not contain credentials")]
    [InlineData("https://", "https://")]
    [InlineData("https://user:secret@server/x", "'server'")]
    [InlineData("https://server/x?token=secret", "'server'")]
    public void An_invalid_address_is_an_argument_error(string address, string expected)
    {
        string message = Assert.Throws<ArgumentException>(() => FileStore.For(address)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }
}
