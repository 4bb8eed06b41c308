using Pile.TestKit;

namespace Pile.Cli.Tests.Safety;

/// <summary>The limit of memory: <c>--memory</c>.</summary>
public sealed class MemoryTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("query", "--columns", "object_id", "--limit", "1")]
    [InlineData("stream", "--columns", "object_id")]
    public void Many_workers_start_within_a_small_limit(params string[] arguments)
    {
        ProgramResult result = PileProgram.Run([arguments[0], built.Sky, .. arguments[1..], "--workers", "250", "--memory", "64MB"]);
        Assert.Equal("", string.Join('\n', result.ErrorLines));
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public void A_limit_that_is_too_small_for_a_build_is_named()
    {
        Assert.Contains("--memory is 1,000 bytes, but a build needs at least 67,108,864 (64 MiB).", PileProgram.RunToError(2, "build",
            "--from", TestPaths.Data("catalog/small_sky.fits"), "--out", folder["sky"], "--memory", "1KB"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["sky"]));
    }

    [Fact]
    public void A_limit_that_is_too_small_for_a_stream_is_named() =>
        Assert.Contains("--memory is 1,000: give more memory", PileProgram.RunToError(2, "stream", built.Sky, "--memory", "1KB"),
            StringComparison.Ordinal);
}
