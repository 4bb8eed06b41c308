using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>Commands that return pixels of rasters say once that these are not verified (SCHEMA.md, S16.14).</summary>
public sealed class UnverifiedTests(ChipDatasets chips) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Commands_that_read_pixels_report_once_that_they_are_not_verified()
    {
        string chip = chips["chips/b"];
        foreach (string[] command in (string[][])
        [
            ["read", chip, "--limit", "3", "--columns", "chip_array", "--out", folder["npy"]],
            ["read", chip, "--limit", "3", "--columns", "chip_array", "--box", "0:4,0:4", "--out", folder["box"]],
            ["read", chip, "--limit", "3", "--columns", "chip_array", "--one-file", folder["a.npz"]],
            ["stream", chip, "--columns", "chip_array", "--epochs", "2"],
            ["export", chip, "--format", "npz", "--out", folder["export"]],
            ["copy", chip, folder["stored"], "--materialize"],
        ])
        {
            ProgramResult result = PileProgram.Run([.. command, "--quiet"]);
            Assert.True(result.ExitCode == 0, result.Error);
            Assert.StartsWith($"pile: values of 'chip_array' of '{chip}' are not verified, because blocks of rasters have no checksums",
                Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Concatenating_pixels_reports_of_each_dataset_that_they_are_not_verified()
    {
        string[] both = [chips["chips/a1"], chips["chips/a2"]];
        ProgramResult result = PileProgram.Run("concat", both[0], both[1], "--out", folder["stored"], "--quiet");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(both.Length, result.ErrorLines.Length);
        foreach (string chip in both)
            Assert.Contains(result.ErrorLines, line =>
                line.StartsWith($"pile: values of 'chip_array' of '{chip}' are not verified, because blocks of rasters",
                    StringComparison.Ordinal));
    }

    [Fact]
    public void Concatenating_files_without_checksums_reports_that_their_values_are_not_verified()
    {
        foreach (string side in (string[])["a", "b"])
        {
            Directory.CreateDirectory(folder[$"files/{side}"]);
            File.WriteAllBytes(folder[$"files/{side}/{side}.bin"], [1, 2, 3]);
            Assert.Equal(0, PileProgram.Run("adopt", folder[$"files/{side}"], "--out", folder[side], "--quiet").ExitCode);
        }
        ProgramResult result = PileProgram.Run("concat", folder["a"], folder["b"], "--out", folder["stored"], "--quiet");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(2, result.ErrorLines.Length);
        Assert.All(result.ErrorLines, line =>
            Assert.Contains("are not verified, because the dataset has no checksums of them", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Commands_that_read_no_pixels_or_stored_ones_report_nothing()
    {
        string chip = chips["chips/b"];
        Assert.Equal(0, PileProgram.Run("copy", chip, folder["stored"], "--materialize").ExitCode);
        foreach (string[] command in (string[][])
        [
            ["query", chip, "--limit", "1"],
            ["info", chip],
            ["copy", chip, folder["same"]],
            ["read", folder["stored"], "--limit", "1", "--columns", "chip_array", "--out", folder["npy"]],
        ])
            Assert.Equal("", PileProgram.Run([.. command, "--quiet"]).Error);
    }
}
