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

    private static void Write(string folder, string text)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "file"), text);
    }
}
