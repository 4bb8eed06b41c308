using Pile.TestKit;

namespace Pile.Cli.Tests.Safety;

/// <summary>Results may have any name that the file system allows; a longer one is an error that states the limit.</summary>
public sealed class LongNameTests(BuiltDatasets built) : IDisposable
{
    private const int MaxBytes = 255; // NAME_MAX of <linux/limits.h>

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(".csv", "query", "{sky}", "--out", Traits = ["Run", "Long"])]
    [InlineData(".fits", "query", "{sky}", "--out")]
    [InlineData(".fits", "moc", "{sky}", "--out")]
    [InlineData("", "export", "{sky}", "--format", "hats", "--out")]
    [InlineData("", "build", "--from", "{table}", "--out")]
    [InlineData("", "copy", "{sky}")]
    public void The_longest_legal_name_is_accepted(string ending, params string[] command)
    {
        string[] arguments = [.. command.Select(part => part switch
        {
            "{sky}" => built.Sky,
            "{table}" => TestPaths.Data("catalog/small_sky.fits"),
            _ => part,
        })];
        string longest = folder[new string('x', MaxBytes - ending.Length) + ending];
        ProgramResult result = PileProgram.Run([.. arguments, longest]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal([longest], Directory.GetFileSystemEntries(folder.Path));
        string longer = folder["x" + Path.GetFileName(longest)];
        ProgramResult refused = PileProgram.Run([.. arguments, longer]);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("its name has 256 bytes; at most 255 are possible. Choose a shorter name.", refused.Error,
            StringComparison.Ordinal);
        Assert.Equal([longest], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void An_index_is_rebuilt_in_a_folder_with_the_longest_name()
    {
        string dataset = folder[new string('x', MaxBytes)];
        Assert.Equal(0, PileProgram.Run("copy", built.Sky, dataset).ExitCode);
        Assert.Equal(0, PileProgram.Run("index", "rebuild", dataset).ExitCode);
        Assert.Equal([dataset], Directory.GetFileSystemEntries(folder.Path));
    }
}
