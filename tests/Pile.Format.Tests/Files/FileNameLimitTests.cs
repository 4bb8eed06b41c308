using System.Text;
using Pile.TestKit;

namespace Pile.Format.Tests.Files;

/// <summary>Each name that the file system allows for a result is also allowed while the result is written.</summary>
public sealed class FileNameLimitTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData('x', 255)]
    [InlineData('é', 127)]
    [InlineData('星', 85)]
    public void Temporary_names_of_the_longest_legal_names_are_legal(char character, int count)
    {
        string path = folder[new string(character, count)];
        File.WriteAllText(path, ""); // the file system accepts the name
        string temporary = TemporaryPath.Beside(path, ".unfinished");
        File.WriteAllText(temporary + ".fits.gz", "");
        Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(temporary)), temporary);
        Assert.Throws<OutputUnwritableException>(() => TemporaryPath.Beside(path + "xxx", ".unfinished"));
    }

    [Fact]
    public void Leftovers_of_ended_processes_are_deleted_for_long_names()
    {
        string path = folder[new string('é', 120)], own = TemporaryPath.Beside(path, ".partial");
        string[] mark = Path.GetFileName(own).Split('-');
        string left = folder[string.Join('-', mark[0], mark[1], "1", mark[3])];
        File.WriteAllText(own, "");
        File.WriteAllText(left, "");
        TemporaryPath.Beside(path, ".partial");
        Assert.Equal((true, false), (File.Exists(own), File.Exists(left)));
    }

    [Fact]
    public void Long_names_with_the_same_start_stay_different()
    {
        string a = new('x', 255), b = new string('x', 254) + "y";
        Assert.NotEqual(FileNameLimit.Fit(a, 12), FileNameLimit.Fit(b, 12));
        Assert.Equal(FileNameLimit.Fit(a, 12), FileNameLimit.Fit(new string('x', 255), 12));
        Assert.Equal(FileNameLimit.MaxBytes, FileNameLimit.Fit(a, 12).Length + 12);
        Assert.Equal("short", FileNameLimit.Fit("short", 12));
    }
}
