using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary><c>pile build --positions compact</c>: positions without the numbers of their rows.</summary>
public sealed class CompactPositionsTests : IDisposable
{
    private const string Positions = "main/positions.parquet";

    private static readonly string Catalogue = TestPaths.Data("catalog/3hsp.csv");

    private readonly TemporaryFolder folder = new();

    public CompactPositionsTests(RepeatedBuilds builds)
    {
        foreach (string kind in (string[])["full", "compact"])
            builds.OfTable(Catalogue, folder[kind], "--name", "c", "--id-index", "--positions", kind);
    }

    [Fact]
    public void Eight_bytes_of_each_row_are_saved()
    {
        // The pages of both files are plain: eight bytes for each value, one page for each column of these 2,013 rows.
        long saved = new FileInfo(folder[$"full/{Positions}"]).Length - new FileInfo(folder[$"compact/{Positions}"]).Length;
        Assert.InRange(saved, 2013 * 8, (2013 * 8) + 1024);
    }

    [Fact]
    public void Matches_ids_parts_and_validation_give_the_same_results()
    {
        foreach (string kind in (string[])["full", "compact"])
        {
            Run("validate", folder[kind], "--deep");
            Run("crossmatch", folder[kind], folder[kind], "--radius", "600", "--find", "all", "--out", folder[$"{kind}.csv"]);
            Run("copy", folder[kind], folder[$"{kind}-north"], "--where", "dec >= 0");
            Run("validate", folder[$"{kind}-north"], "--deep");
        }
        Assert.Equal(File.ReadAllText(folder["full.csv"]), File.ReadAllText(folder["compact.csv"]));
        Assert.Equal(File.ReadAllBytes(folder["full/main/ids.parquet"]), File.ReadAllBytes(folder["compact/main/ids.parquet"]));
        Assert.Contains("\npositions: compact\n", File.ReadAllText(folder["compact-north/pile.yaml"]), StringComparison.Ordinal);
        Assert.DoesNotContain("\npositions:", File.ReadAllText(folder["full/pile.yaml"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_option_numbers_of_rows_are_omitted_if_no_column_is_heavy()
    {
        Run("build", "--from", Catalogue, "--name", "c", "--id-index", "--out", folder["auto"]);
        Assert.Equal(File.ReadAllBytes(folder["compact/pile.yaml"]), File.ReadAllBytes(folder["auto/pile.yaml"]));

        File.WriteAllText(folder["spectra.yaml"],
            Recipes.Text("spectrum", $"kind: sdss-spectrum\nfiles: \"{TestPaths.Data("spectra/spec-0266-*.fits")}\""));
        Run("build", folder["spectra.yaml"], "--out", folder["spectra"]);
        string manifest = File.ReadAllText(folder["spectra/pile.yaml"]);
        Assert.StartsWith("pile: \"1.0\"", manifest, StringComparison.Ordinal);
        Assert.DoesNotContain("\npositions:", manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rebuilt_index_has_the_same_bytes()
    {
        byte[] before = File.ReadAllBytes(folder[$"compact/{Positions}"]);
        File.Delete(folder[$"compact/{Positions}"]);
        Run("index", "rebuild", folder["compact"]);
        Assert.Equal(before, File.ReadAllBytes(folder[$"compact/{Positions}"]));
    }

    public void Dispose() => folder.Dispose();

    private static void Run(params string[] arguments)
    {
        ProgramResult result = PileProgram.Run(arguments);
        Assert.True(result.ExitCode == 0, result.Error);
    }
}
