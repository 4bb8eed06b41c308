using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Export;

/// <summary><c>pile export --format hats</c>.</summary>
public sealed class HatsTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_collection_is_valid_and_reported()
    {
        JsonElement report = PileProgram.RunToJson("export", built.Spectra, "--format", "hats", "--out", folder["hats"]);
        Assert.Equal((2, 1), (report.GetProperty("rows").GetInt32(), report.GetProperty("files").GetInt32()));
        Assert.False(report.TryGetProperty("layout", out _));
        ProgramResult valid = PileProgram.Run("validate", folder["hats"]);
        Assert.Equal(0, valid.ExitCode);
        Assert.Contains("valid: 2 rows, 0 errors, 0 warnings", valid.Output, StringComparison.Ordinal);
        string fingerprint = Fingerprint.Of(folder["hats"]);
        Assert.Equal(0, PileProgram.Run("export", built.Spectra, "--format", "hats", "--out", folder["hats"], "--replace", "--workers", "1")
            .ExitCode);
        Assert.Equal(fingerprint, Fingerprint.Of(folder["hats"]));
        Assert.Contains("--layout applies to the format mmu only", PileProgram.RunToError(2, "export", built.Spectra, "--format", "hats",
            "--layout", "sdss", "--out", folder["x"]), StringComparison.Ordinal);
    }
}
