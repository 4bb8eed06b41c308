using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary><c>pile build --shards none</c>: catalogues that their index alone stores.</summary>
public sealed class IndexOnlyTests : IDisposable
{
    private static readonly string Catalogue = TestPaths.Data("catalog/3hsp.csv");

    private readonly TemporaryFolder folder = new();

    public IndexOnlyTests(RepeatedBuilds builds)
    {
        builds.OfTable(Catalogue, folder["whole"], "--name", "c");
        builds.OfTable(Catalogue, folder["d"], "--name", "c", "--shards", "none", "--positions", "none");
    }

    [Fact]
    public void The_values_are_those_of_the_dataset_with_shards()
    {
        Assert.Equal(0, PileProgram.Run("validate", folder["d"], "--deep").ExitCode);
        JsonElement diff = Run("diff", folder["whole"], folder["d"], "--json").Json;
        Assert.Equal(2013, diff.GetProperty("rows").GetProperty("unchanged").GetInt32());
        Assert.Empty(Directory.GetFiles(folder["d"], "*.hdf5", SearchOption.AllDirectories));
        Assert.False(File.Exists(folder["d/main/positions.parquet"]));
        Assert.Equal(Run("query", folder["whole"], "--json").Output, Run("query", folder["d"], "--json").Output);
        Run("crossmatch", folder["whole"], folder["whole"], "--radius", "60", "--find", "all", "--out", folder["1.csv"]);
        Run("crossmatch", folder["d"], folder["d"], "--radius", "60", "--find", "all", "--out", folder["2.csv"]);
        Assert.Equal(File.ReadAllText(folder["1.csv"]), File.ReadAllText(folder["2.csv"]));
        Assert.Equal(2013, Run("stream", folder["d"], "--columns", "ra,FOM", "--shuffle", "2", "--json").Json.GetProperty("rows")
            .GetInt32());
    }

    [Fact]
    public void Parts_and_concatenations_have_no_shards_and_all_rows()
    {
        Run("copy", folder["d"], folder["north"], "--where", "dec >= 0");
        Run("copy", folder["d"], folder["south"], "--where", "dec < 0");
        Run("concat", folder["north"], folder["south"], "--out", folder["again"]);
        foreach (string name in (string[])["north", "south", "again"])
        {
            Assert.Equal(0, PileProgram.Run("validate", folder[name], "--deep").ExitCode);
            Assert.Contains("\nshards: none\n", File.ReadAllText(folder[$"{name}/pile.yaml"]), StringComparison.Ordinal);
        }
        Assert.Equal(Ids("d"), Ids("again"));
    }

    [Fact]
    public void Without_its_index_the_dataset_is_lost()
    {
        ProgramResult rebuild = PileProgram.Run("index", "rebuild", folder["d"]);
        Assert.Equal(1, rebuild.ExitCode);
        Assert.Contains("stored in the index alone, so that it cannot be made again", rebuild.Error, StringComparison.Ordinal);
        Directory.Delete(folder["d/main/index"], recursive: true);
        ProgramResult query = PileProgram.Run("query", folder["d"]);
        Assert.Equal(1, query.ExitCode);
        Assert.Contains("stored in the index alone, which is missing", query.Error, StringComparison.Ordinal);
        Assert.Equal(1, PileProgram.Run("validate", folder["d"]).ExitCode);
    }

    [Fact]
    public void Damage_of_the_index_is_found()
    {
        string tile = Directory.GetFiles(folder["d/main/index/dataset"], "Npix=0.parquet", SearchOption.AllDirectories).Single();
        byte[] bytes = File.ReadAllBytes(tile);
        bytes[bytes.Length / 3] ^= 0x10;
        File.WriteAllBytes(tile, bytes);
        Assert.Equal(1, PileProgram.Run("query", folder["d"], "--json").ExitCode);
        Assert.Equal(1, PileProgram.Run("validate", folder["d"], "--deep").ExitCode);
    }

    [Theory]
    [InlineData("--shards", "some")]
    [InlineData("--positions", "no")]
    public void Other_words_are_rejected(string option, string word)
    {
        ProgramResult result = PileProgram.Run("build", "--from", Catalogue, option, word, "--out", folder["x"]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("none or auto", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Heavy_columns_and_an_index_of_ids_without_positions_are_rejected()
    {
        ProgramResult heavy = PileProgram.Run("build", Path.Combine(TestPaths.Root, "builders", "recipes", "sdss-spectra.yaml"),
            "--set", $"source.files={TestPaths.Data("spectra/spec-0266-51602-0013.fits")}", "--shards", "none", "--out", folder["x"]);
        Assert.Equal(1, heavy.ExitCode);
        Assert.Contains("it is heavy, and heavy columns are stored in shards", heavy.Error, StringComparison.Ordinal);
        ProgramResult ids = PileProgram.Run("build", "--from", Catalogue, "--positions", "none", "--id-index", "--out", folder["y"]);
        Assert.Equal(2, ids.ExitCode);
        Assert.False(Path.Exists(folder["x"]) || Path.Exists(folder["y"]));
    }

    public void Dispose() => folder.Dispose();

    private string Ids(string dataset) => Run("query", folder[dataset], "--columns", "object_id,ra,dec,FOM", "--json").Output;

    private static ProgramResult Run(params string[] arguments)
    {
        ProgramResult result = PileProgram.Run(arguments);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        return result;
    }
}
