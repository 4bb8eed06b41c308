using System.Diagnostics;
using Pile.TestKit;

namespace Pile.Cli.Tests.Safety;

/// <summary>How the program ends with closed or full streams, low limits, and files of killed processes.</summary>
public sealed class ProcessEndTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("exec \"$0\" \"$@\" >&-")]
    [InlineData("exec \"$0\" \"$@\" 2>&-")]
    [InlineData("exec \"$0\" \"$@\" 2>/dev/full")]
    [InlineData("exec \"$0\" \"$@\" 0<&- >&- 2>&-")]
    [InlineData("set -o pipefail; \"$0\" \"$@\" | true")]
    public void A_finished_build_succeeds_even_if_its_messages_are_not_read(string command)
    {
        ProgramResult result = PileProgram.RunInShell(command, "build", "--from", TestPaths.Data("catalog/small_sky.fits"), "--out",
            folder["sky"], "--order", "1");
        Assert.True(result.ExitCode == 0, $"exit code {result.ExitCode}\n{result.Error}");
        Assert.Equal(Fingerprint.Of(built.Sky).Length, Fingerprint.Of(folder["sky"]).Length);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("crossmatch", "SKY", "-", "--radius", "1", "--format", "csv")]
    [InlineData("query", "SKY", "--ids", "-")]
    [InlineData("build", "--from", "-", "--format", "csv", "--out", "none")]
    public void A_closed_standard_input_is_an_error(params string[] command)
    {
        ProgramResult result = PileProgram.RunInShell("exec timeout 60 \"$0\" \"$@\" <&-",
            [.. command.Select(part => part == "SKY" ? built.Sky : part)]);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("standard input is closed", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_ends_quietly_if_its_reader_closes_the_pipe()
    {
        ProgramResult result = PileProgram.RunInShell("set -o pipefail; \"$0\" \"$@\" | head -n 1", "sql", built.Sky,
            "SELECT range FROM range(100000000)");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Single(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Rows_that_cannot_be_written_to_standard_output_are_an_error()
    {
        ProgramResult result = PileProgram.RunInShell("exec \"$0\" \"$@\" >/dev/full", "query", built.Sky);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("pile: Writing to standard output failed: No space left on device.", result.Error.TrimEnd());
    }

    [Theory]
    [InlineData(128, Traits = ["Run", "Long"])]
    [InlineData(64)]
    [InlineData(80, Traits = ["Run", "Long"])]
    [InlineData(255)]
    public void A_limit_of_open_files_that_is_too_low_is_named(int limit)
    {
        ProgramResult result = PileProgram.RunInShell($"ulimit -n {limit}; exec \"$0\" \"$@\"", "query", built.Sky);
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Equal($"pile: The limit of open files is {limit}; at least 256 are needed. Raise it: ulimit -n 1024",
            result.Error.TrimEnd());
    }

    [Fact]
    public void The_least_limit_of_open_files_is_enough()
    {
        ProgramResult result = PileProgram.RunInShell("ulimit -n 256; exec \"$0\" \"$@\"", "crossmatch", built.Sky, built.Sky, "--radius",
            "1", "--out", folder["pairs.parquet"]);
        Assert.True(result.ExitCode == 0, $"exit code {result.ExitCode}\n{result.Error}");
    }

    [Fact]
    public void Files_of_a_killed_match_are_removed_by_the_next_one()
    {
        string output = folder["pairs.parquet"];
        string left = LeftBy(() => Directory.EnumerateFiles(folder[""], "*.unfinished").FirstOrDefault(), "crossmatch", built.Sky,
            built.Sky, "--radius", "1", "--out", output);
        Assert.Equal(0, PileProgram.Run("crossmatch", built.Sky, built.Sky, "--radius", "1", "--out", output).ExitCode);
        Assert.False(File.Exists(left));
        Assert.Equal([output], Directory.EnumerateFileSystemEntries(folder[""]));
    }

    /// <summary>Makes the program leave its temporary file, like a killed process: with strace, renaming and deleting the file
    /// fail.</summary>
    private static string LeftBy(Func<string?> find, params string[] arguments)
    {
        const string Calls = "rename,renameat,renameat2,link,linkat,unlink,unlinkat";
        ProgramResult result = PileProgram.RunInShell(
            $"exec strace -f --seccomp-bpf -o /dev/null -e trace={Calls} -e inject={Calls}:error=EIO \"$0\" \"$@\"", arguments);
        Assert.True(result.ExitCode == 1, $"exit code {result.ExitCode}\n{result.Error}");
        return find() ?? throw new UnreachableException("Nothing was left.");
    }
}
