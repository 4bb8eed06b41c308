using Pile.TestKit;

namespace Pile.Format.Tests.Files;

public class FolderReplacementTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_folder_takes_the_place_of_another_one(bool exists)
    {
        using TemporaryFolder folder = new();
        Write(folder["new"], "new");
        if (exists)
            Write(folder["target"], "old");
        FolderReplacement.Move(folder["new"], folder["target"]);
        Assert.Equal("new", File.ReadAllText(Path.Combine(folder["target"], "file")));
        Assert.Equal([folder["target"]], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void The_earlier_folder_remains_if_it_cannot_be_replaced()
    {
        using TemporaryFolder folder = new();
        Write(folder["target"], "old");
        Assert.Throws<DirectoryNotFoundException>(() => FolderReplacement.Move(folder["missing"], folder["target"]));
        Assert.Equal("old", File.ReadAllText(Path.Combine(folder["target"], "file")));
        Assert.Equal([folder["target"]], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_reader_finds_the_earlier_folder_or_the_new_one()
    {
        using TemporaryFolder folder = new();
        Write(folder["new"], "0");
        Write(folder["target"], "0");
        Assert.SkipUnless(FolderReplacement.TryExchange(folder["new"], folder["target"]), "This file system renames twice.");
        Directory.Delete(folder["new"], recursive: true);
        string file = Path.Combine(folder["target"], "file");
        using CancellationTokenSource stop = new();
        Thread reader = new(() =>
        {
            while (!stop.IsCancellationRequested)
                if (!Directory.Exists(folder["target"]))
                    stop.Cancel();
        });
        reader.Start();
        for (int i = 1; i <= 300; i++)
        {
            Write(folder["new"], $"{i}");
            FolderReplacement.Move(folder["new"], folder["target"]);
            Assert.Equal($"{i}", File.ReadAllText(file));
        }
        Assert.False(stop.IsCancellationRequested, "For a moment there was no folder.");
        stop.Cancel();
        reader.Join();
    }

    [Theory]
    [InlineData(false)] // killed between the renames
    [InlineData(true)] // killed before the earlier folder was deleted
    public void A_replacement_is_finished_after_a_kill(bool isReplaced)
    {
        using TemporaryFolder folder = new();
        Write(folder[".target.pile-old"], "old");
        if (isReplaced)
            Write(folder["target"], "new");
        FolderReplacement.Recover(folder["target"]);
        Assert.Equal(isReplaced ? "new" : "old", File.ReadAllText(Path.Combine(folder["target"], "file")));
        Assert.Equal([folder["target"]], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_link_is_followed_unless_its_target_is_missing()
    {
        using TemporaryFolder folder = new();
        Write(folder["disk/target"], "old");
        Directory.CreateSymbolicLink(folder["second"], folder["disk/target"]);
        Directory.CreateSymbolicLink(folder["first"], "second");
        Directory.CreateSymbolicLink(folder["dangling"], folder["missing"]);
        Assert.Equal(folder["disk/target"], FolderReplacement.TargetOf(folder["first"] + "/"));
        Assert.Equal(folder["dangling"], FolderReplacement.TargetOf(folder["dangling"]));
        Assert.Equal(folder["disk/target"], FolderReplacement.TargetOf(folder["disk/target/"]));
        Assert.Equal(folder["new"], FolderReplacement.TargetOf(folder["new"]));
    }

    private static void Write(string folder, string text)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "file"), text);
    }
}
