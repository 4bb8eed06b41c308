using System.Text.Json;
using Pile.DuckDb;
using Pile.TestKit;
using Pile.TestServices;
using static Pile.Cli.Tests.RequiredResults;

namespace Pile.Cli.Tests;

/// <summary>HATS catalogues where a dataset is expected: their results are those of the same catalogues built as datasets.</summary>
public sealed class HatsDatasetTests(BuiltDatasets built) : IDisposable
{
    private static readonly string Tree = TestPaths.Data("catalog/hats-tree"), A = Path.Combine(Tree, "small_sky_left_xmatch"),
        B = Path.Combine(Tree, "small_sky_xmatch"), Collection = Path.Combine(Tree, "small_sky_order1_collection");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Matches_of_catalogues_are_those_of_the_datasets_built_from_them()
    {
        foreach ((string name, string catalogue) in new[] { ("a", A), ("b", B) })
        {
            Done(PileProgram.Run("copy", catalogue, folder[name]));
            Assert.True(PileProgram.RunToJson("validate", folder[name], "--deep").GetProperty("valid").GetBoolean());
        }
        foreach (string[] options in (string[][])[["--radius", "1"], ["--radius", "2deg"], ["--radius", "3deg", "--find", "one-to-one"],
            ["--radius", "2deg", "--find", "nearest", "--join", "full", "--columns", "a.id,b.calculated_dist"],
            ["--radius", "1deg", "--where", "a.id + b.id > 1400", "--where-b", "ra > 300", "--join", "left"]])
        {
            string expected = Match(folder["a"], folder["b"], options);
            foreach ((string a, string b) in new[] { (A, B), (A, folder["b"]), (folder["a"], B) })
                Assert.Equal(expected, Match(a, b, options));
        }
        Assert.Equal(Match(folder["a"], null, ["--radius", "2deg"]), Match(A, null, ["--radius", "2deg"]));
    }

    private string Match(string a, string? b, string[] options)
    {
        Done(PileProgram.Run(["crossmatch", a, .. b is null ? [] : (string[])[b], .. options, "--out", folder["m.csv"], "--replace"]));
        return File.ReadAllText(folder["m.csv"]);
    }

    [Fact]
    public void Every_verb_opens_an_exported_collection()
    {
        Done(PileProgram.Run("export", built.Gaia, "--format", "hats", "--out", folder["hats"]));
        JsonElement info = PileProgram.RunToJson("info", folder["hats"]);
        Assert.Equal(PileProgram.RunToJson("info", built.Gaia).GetProperty("rows").GetInt64(), info.GetProperty("rows").GetInt64());
        string[] query = ["--where", "phot_g_mean_mag < 14", "--columns", "object_id,ra,dec,phot_g_mean_mag", "--sort", "object_id",
            "--json"];
        Assert.Equal(PileProgram.Run(["query", built.Gaia, .. query]).Output, Done(PileProgram.Run(["query", folder["hats"],
            .. query])).Output);
        const string sql = "SELECT count(*), max(phot_g_mean_mag) FROM d";
        Assert.Equal(PileProgram.Run("sql", built.Gaia, sql, "--json").Output, Done(PileProgram.Run("sql", folder["hats"], sql,
            "--json")).Output);
        Assert.Equal(info.GetProperty("rows").GetInt64(),
            PileProgram.RunToJson("stream", folder["hats"], "--columns", "object_id,ra", "--shuffle", "3").GetProperty("rows").GetInt64());
        Assert.Equal(Match(built.Gaia, built.Gaia, ["--radius", "20"]), Match(folder["hats"], built.Gaia, ["--radius", "20"]));
        Assert.Contains("--id nothing", PileProgram.RunToError(2, "query", Collection, "--id", "nothing").Replace("--id is 'nothing'",
            "--id nothing", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("which has tiles instead of cells", PileProgram.RunToError(2, "copy", A, folder["x"], "--cells", "1"),
            StringComparison.Ordinal);
        Done(PileProgram.Run("copy", A, folder["part"], "--where", "id < 720", "--id", "row"));
        Assert.Equal(21, PileProgram.RunToJson("info", folder["part"]).GetProperty("rows").GetInt64());
    }

    [Theory]
    [InlineData("hats")]
    [InlineData("mmu")]
    public void Exports_of_unsorted_tiles_advise_to_make_a_dataset(string format)
    {
        CopyFolder(A, folder["cat"]);
        using (DuckDbDatabase database = DuckDbDatabase.OpenInMemory())
        using (DuckDbConnection connection = database.Connect())
            foreach (string tile in Directory.EnumerateFiles(folder["cat"], "Npix=*.parquet", SearchOption.AllDirectories))
            {
                connection.Execute($"COPY (FROM '{tile}' ORDER BY ra) TO '{tile}.new' (FORMAT PARQUET)",
                    cancellationToken: TestContext.Current.CancellationToken);
                File.Move(tile + ".new", tile, overwrite: true);
            }
        string error = PileProgram.RunToError(1, "export", folder["cat"], "--format", format, "--out", folder["out"]);
        Assert.Contains($"the catalogue is not sorted by position. Make a dataset of the catalogue, whose rows are sorted, and use that: "
            + $"'pile copy {folder["cat"]} FOLDER'", error, StringComparison.Ordinal);
        Done(PileProgram.Run("copy", folder["cat"], folder["dataset"]));
        Done(PileProgram.Run("export", folder["dataset"], "--format", format, "--out", folder["out"]));
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Catalogues_without_metadata_are_read_from_servers_without_ranges_or_lengths(bool supportsRanges, bool statesLengths)
    {
        CopyFolder(Tree, folder["tree"]);
        foreach (string metadata in Directory.EnumerateFiles(folder["tree"], "_metadata", SearchOption.AllDirectories))
            File.Delete(metadata);
        await using FileServer server = new(folder["tree"], supportsRanges) { StatesLengths = statesLengths };
        Dictionary<string, string?> variables = new(StringComparer.Ordinal) { ["PILE_CACHE"] = folder["cache"] };
        string[] query = ["--cone", "300,-50,20deg", "--json"];
        Assert.Equal(PileProgram.Run(["query", Collection, .. query]).Output,
            Done(PileProgram.RunWith(variables, ["query", $"{server.Address}{Path.GetFileName(Collection)}", .. query])).Output);
        if (supportsRanges)
            return;
        server.StatesLengths = false;
        variables["PILE_CACHE"] = folder["other-cache"];
        ProgramResult neither = PileProgram.RunWith(variables, ["query", $"{server.Address}{Path.GetFileName(Collection)}", .. query]);
        Assert.Equal(1, neither.ExitCode);
        Assert.Contains(".parquet: the server states no length of the file", neither.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3")]
    [InlineData("http")]
    public async Task Catalogues_of_a_server_give_the_results_of_a_folder(string kind)
    {
        S3Gateway gateway = await S3Gateway.SharedAsync();
        await using FileServer server = new(Tree);
        string bucket = await gateway.NewBucketAsync();
        if (kind == "s3")
            await gateway.PutFolderAsync(bucket, "data", Tree);
        Dictionary<string, string?> variables = new(gateway.Variables(null).ToDictionary(v => v.Key, v => (string?)v.Value))
        {
            ["PILE_CACHE"] = folder["cache"],
            ["AWS_EC2_METADATA_DISABLED"] = "true",
        };
        string Address(string path) => (kind == "s3" ? $"s3://{bucket}/data/" : server.Address.ToString()) + Path.GetRelativePath(Tree,
            path);
        string[] query = ["--cone", "300,-50,20deg", "--json"];
        Assert.Equal(PileProgram.Run(["query", Collection, .. query]).Output,
            Done(PileProgram.RunWith(variables, ["query", Address(Collection), .. query])).Output);
        Done(PileProgram.RunWith(variables, ["crossmatch", Address(A), Address(B), "--radius", "2deg", "--out", folder["r.csv"]]));
        Assert.Equal(Match(A, B, ["--radius", "2deg"]), File.ReadAllText(folder["r.csv"]));
    }
}
