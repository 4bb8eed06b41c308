using System.Text.RegularExpressions;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>The example of docs/layers.md, and what the program prints about layers.</summary>
public partial class LayerCommandTests
{
    [Fact]
    public void The_example_of_the_documentation_runs()
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["stars.csv"], Enumerable.Range(1, 6).Select(i => $"{i},{i}.5,-{i},1{i}").Prepend("object_id,ra,dec,mag"));
        string[] lines = File.ReadAllLines(Path.Combine(TestPaths.Root, "docs", "layers.md"));
        string[] example = [.. lines.SkipWhile(l => l != "## An example").TakeWhile(l => l != "## Writing").Where(l => l.StartsWith("    ",
            StringComparison.Ordinal)).Select(l => l.Trim())];
        Assert.Equal(12, example.Length);
        ProgramResult result = PileProgram.RunInShell($$"""
            set -e; pile() { "$0" "$@"; }; cd "$1"; export PILE_CACHE="$1/cache" PILE_AUTHOR=Ann
            {{string.Join('\n', example)}}
            """, folder.Path);
        Assert.True(result.ExitCode == 0, result.Error);
        string output = result.Output;
        string[] ids = [.. ObjectIds().Matches(output).Select(m => m.Groups["id"].Value)];
        Assert.Equal(["1", "2", "3", "6"], ids[..4].Order());
        Assert.Equal(["1", "3"], ids[4..].Order());
        Assert.Matches("quality = 4 .*Ann .*second.csv", output);
        Assert.Contains("binary", output);
        Assert.Contains("1 [v1]", output);
    }

    [GeneratedRegex("\"object_id\": ?(?<id>[0-9]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ObjectIds();
}
