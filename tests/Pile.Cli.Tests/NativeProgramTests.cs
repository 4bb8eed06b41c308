using System.Diagnostics;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>The program as native code writes what it writes in the runtime, byte for byte.</summary>
[Trait("Run", "Long")]
public sealed class NativeProgramTests : IDisposable
{
    private const string Spectra = "spectra", Stars = "stars";

    private static readonly string Program = Path.Combine(TestPaths.Root, "out", "bin", "Release", "pile");

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void It_says_that_it_is_native_and_can_be_loaded_anywhere()
    {
        Assert.Contains("(native, ", Run("--version").Output, StringComparison.Ordinal);
        byte[] header = new byte[18];
        using FileStream file = File.OpenRead(Program);
        file.ReadExactly(header);
        Assert.Equal(3, header[16]); // ET_DYN of elf.h
    }

    [Fact]
    public void Datasets_matches_rows_and_pictures_are_those_of_the_managed_program()
    {
        foreach (string[] command in Commands("native"))
            Assert.True(Run(command).ExitCode == 0, string.Join(' ', command));
        foreach (string[] command in Commands("managed"))
            Assert.Equal(0, PileProgram.Run(command).ExitCode);
        string[] expected = FilesOf("managed");
        // The manifest has the time of the build.
        Assert.Equal(expected, FilesOf("native"));
        Assert.All(expected.Where(name => !name.EndsWith("pile.yaml", StringComparison.Ordinal)), name =>
            Assert.True(File.ReadAllBytes(folder[$"managed/{name}"]).SequenceEqual(File.ReadAllBytes(folder[$"native/{name}"])), name));
    }

    [Fact]
    public void An_error_is_one_line_with_the_same_exit_code() =>
        Assert.Equal(PileProgram.Run("info", folder["absent"]), Run("info", folder["absent"]));

    public void Dispose() => folder.Dispose();

    private IEnumerable<string[]> Commands(string kind)
    {
        string place = Directory.CreateDirectory(folder[kind]).FullName, demo = Path.Combine(TestPaths.Root, "examples", "demo");
        string In(string name) => Path.Combine(place, name);
        yield return ["build", Path.Combine(demo, "sdss.yaml"), "--out", In(Spectra), "--quiet"];
        yield return ["build", Path.Combine(demo, "gaia.yaml"), "--out", In(Stars), "--quiet"];
        yield return ["build", Path.Combine(demo, "landsat.yaml"), "--out", In("chips"), "--quiet"];
        yield return ["validate", In(Spectra), "--deep", "--quiet"];
        yield return ["crossmatch", In(Stars), TestPaths.Data("catalog/2MASS_results.fits"), "--b-id", "_2MASS", "--radius", "1",
            "--columns", "a.bp_rp,b.Jmag", "--out", In("pairs.parquet"), "--quiet"];
        foreach (string ending in new[] { "csv", "fits", "vot", "parquet", "arrow" })
            yield return ["query", In(Stars), "--where", "bp_rp > 2", "--out", In($"red.{ending}"), "--quiet"];
        yield return ["read", In(Spectra), "--where", "z > 0.4", "--columns", "spectrum_flux", "--format", "fits", "--out", In("rows")];
        foreach (string ending in new[] { "svg", "png", "pdf" })
            yield return ["plot", In(Stars), "--x", "bp_rp", "--y", "phot_g_mean_mag", "--out", In($"cmd.{ending}"), "--quiet"];
    }

    private string[] FilesOf(string kind) => [.. Directory.EnumerateFiles(folder[kind], "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(folder[kind], file)).Order(StringComparer.Ordinal)];

    private static ProgramResult Run(params string[] arguments)
    {
        Assert.True(File.Exists(Program), $"There is no native program at '{Program}': run 'make build'.");
        ProcessStartInfo start = new(Program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return new ProgramResult(process.ExitCode, output.Result, error.Result);
    }
}
