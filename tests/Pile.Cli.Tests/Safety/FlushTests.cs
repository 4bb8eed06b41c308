using Pile.TestKit;

namespace Pile.Cli.Tests.Safety;

/// <summary>A disk that reports an error when a file is flushed: strace makes every <c>fsync</c> fail with EIO.</summary>
public sealed class FlushTests(BuiltDatasets built) : IDisposable
{
    private const string FailingFlush = "exec strace -f --seccomp-bpf -o /dev/null -e trace=fsync -e inject=fsync:error=EIO \"$0\" \"$@\"";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_build_whose_files_cannot_be_flushed_fails()
    {
        Fails("build", "--from", TestPaths.Data("catalog/small_sky.fits"), "--out", folder["sky"], "--order", "1");
        Assert.False(Directory.Exists(folder["sky"]));
    }

    [Fact]
    public void A_copy_whose_files_cannot_be_flushed_fails()
    {
        Fails("copy", built.Sky, folder["copy"]);
        Assert.False(File.Exists(folder["copy/pile.yaml"]));
    }

    [Fact]
    public void A_rebuilt_index_that_cannot_be_flushed_is_not_published()
    {
        Assert.Equal(0, PileProgram.Run("copy", built.Sky, folder["copy"]).ExitCode);
        string before = Fingerprint.Of(folder["copy"]);
        Fails("index", "rebuild", folder["copy"]);
        Assert.Equal(before, Fingerprint.Of(folder["copy"]));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("fits")]
    [InlineData("vot.gz", Traits = ["Run", "Long"])]
    [InlineData("parquet")]
    public void A_table_that_cannot_be_flushed_is_not_written(string ending)
    {
        Fails("query", built.Sky, "--limit", "5", "--out", folder[$"rows.{ending}"]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder[""]));
    }

    private static void Fails(params string[] arguments)
    {
        ProgramResult result = PileProgram.RunInShell(FailingFlush, arguments);
        Assert.True(result.ExitCode == 1, $"exit code {result.ExitCode}\n{result.Error}");
        Assert.Matches("The file '.*' cannot be flushed to disk: Input/output error", result.Error);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }
}
