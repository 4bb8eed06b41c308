using System.Text.Json;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Cli.Tests;

/// <summary><c>pile index rebuild</c>, and datasets without an index.</summary>
public sealed class IndexTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_deleted_index_is_rebuilt_byte_for_byte()
    {
        foreach (string original in (string[])[built.Sky, built.Spectra, built.Cutouts])
        {
            string dataset = Copy(original, Path.GetFileName(original));
            Directory.Delete(Path.Combine(dataset, "main", "index"), recursive: true);
            JsonElement json = PileProgram.RunToJson("index", "rebuild", dataset);
            Assert.Equal(json.GetProperty("files").GetInt64(),
                json.GetProperty("changed").GetInt64() + new[] { "main/positions.parquet", "main/coverage.fits" }
                    .Count(kept => File.Exists(Path.Combine(dataset, kept))));
            Assert.Equal(Fingerprint.Of(original), Fingerprint.Of(dataset));
            Assert.Equal(0, PileProgram.Run("validate", dataset, "--deep").ExitCode);
            Assert.Contains("0 were missing or different", PileProgram.Run("index", "rebuild", dataset).Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_dataset_without_an_index_can_still_be_queried()
    {
        string dataset = Copy(built.Spectra, "lost");
        string[][] questions = [["query", "DATASET", "--json"],
            ["query", "DATASET", "--where", "z100 > 0", "--columns", "object_id,z100", "--json"], ["info", "DATASET", "--json"]];
        string[] before = [.. questions.Select(q => Ask(q, built.Spectra).Output)];
        Assert.Equal(before[0], PileProgram.Run("query", dataset, "--json", "--no-index").Output);
        Directory.Delete(Path.Combine(dataset, "main", "index"), recursive: true);
        ProgramResult[] after = [.. questions.Select(q => Ask(q, dataset))];
        Assert.Equal(before, after.Select(result => result.Output));
        Assert.Contains("has lost its index", after[0].Error, StringComparison.Ordinal);
        foreach ((string from, string to) in (ReadOnlySpan<(string, string)>)[(built.Spectra, folder["a"]), (dataset, folder["b"])])
            Assert.Equal(0, PileProgram.Run("read", from, "--where", "ra > -1", "--columns", "spectrum_flux", "--out", to).ExitCode);
        Assert.Equal(Fingerprint.Of(folder["a"]), Fingerprint.Of(folder["b"]));

        ProgramResult Ask(string[] question, string address) =>
            PileProgram.Run([.. question.Select(word => word == "DATASET" ? address : word)]);
    }

    [Fact]
    public void New_datasets_exports_and_matches_need_the_index()
    {
        File.WriteAllText(folder["a.csv"], "object_id,ra,dec,v\n1,10,20,0.5\n2,11,21,1.5\n");
        File.WriteAllText(folder["b.csv"], "object_id,ra,dec,v\n3,12,22,2.5\n");
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["a.csv"], "--out", folder["v1"]).ExitCode);
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["b.csv"], "--out", folder["other"]).ExitCode);
        Assert.Equal(0, PileProgram.Run("query", folder["v1"], "--where", "v < 1", "--save", folder["s.query.yaml"]).ExitCode);
        Directory.Delete(folder["v1/main/index"], recursive: true);
        string[][] commands =
        [
            ["copy", folder["v1"], folder["new"], "--where", "v < 1"],
            ["copy", folder["v1"], folder["new"], "--cells", "0"],
            ["copy", folder["s.query.yaml"], folder["new"]],
            ["build", "--from", folder["b.csv"], "--append", folder["v1"], "--out", folder["new"]],
            ["concat", folder["other"], folder["v1"], "--out", folder["new"]],
            ["crossmatch", folder["v1"], folder["other"], "--radius", "1", "--out", folder["new.parquet"]],
            ["crossmatch", folder["other"], folder["v1"], "--radius", "1", "--out", folder["new/"]],
            ["crossmatch", folder["other"], folder["other"], "--with", folder["v1"], "--radius", "1", "--out", folder["new.parquet"]],
            ["query", folder["v1"], "--where", "v < 1", "--save", folder["new.query.yaml"]],
            ["query", folder["v1"], "--where", "v < 1", "--save", folder["new.query.yaml"], "--no-index"],
            ["export", folder["v1"], "--format", "parquet", "--out", folder["new"]],
        ];
        foreach (string[] command in commands)
            Assert.Contains($"Dataset '{folder["v1"]}': its index, which has the checksums of its values, is "
                + (command.Contains("--no-index") ? "to be ignored" : "missing"),
                PileProgram.RunToError(1, command), StringComparison.Ordinal);
        Assert.Contains($"Run 'pile index rebuild {folder["v1"]}'", PileProgram.RunToError(1, commands[0]), StringComparison.Ordinal);
        Assert.Contains("or use --no-index to write values that are not verified", PileProgram.RunToError(1, commands[^1]),
            StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path, "new*"));
        foreach (string[] command in (string[][])[[.. commands[^1], "--no-index", "--quiet"], ["query", folder["v1"], "--quiet"]])
        {
            ProgramResult result = PileProgram.Run(command);
            Assert.Equal(0, result.ExitCode);
            Assert.Contains("rows are not verified", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_index_of_a_remote_dataset_is_not_ignored_and_is_made_again_where_it_was_built()
    {
        string dataset = Copy(built.Spectra, "served");
        await using FileServer server = new(folder.Path);
        Dictionary<string, string?> variables = new(StringComparer.Ordinal) { ["PILE_CACHE"] = folder["cache"] };
        string[] query = ["query", $"{server.Address}served", "--columns", "object_id,z100", "--json"];
        ProgramResult ignored = PileProgram.RunWith(variables, [.. query, "--no-index"]);
        Assert.Equal(PileProgram.Run("query", dataset, "--columns", "object_id,z100", "--json").Output, ignored.Output);
        Assert.Contains($"--no-index has no effect on '{server.Address}served': only a dataset with shards in a local folder",
            ignored.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("--no-index", PileProgram.RunWith(variables, query).Error, StringComparison.Ordinal);
        Directory.Delete(folder["cache"], recursive: true);
        foreach (string tile in Directory.EnumerateFiles(Path.Combine(dataset, "main", "index", "dataset"), "Npix*",
            SearchOption.AllDirectories))
            File.Delete(tile);
        ProgramResult missing = PileProgram.RunWith(variables, query);
        Assert.Equal((1, ""), (missing.ExitCode, missing.Output));
        Assert.Contains("(HTTP 404). Copy the tile there again from where the dataset was built; if it is lost there too, run 'pile index "
            + "rebuild' there first.", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Usage_errors_and_corrupt_data_are_reported()
    {
        Assert.Contains("The dataset 'nowhere' does not exist", PileProgram.RunToError(2, "index", "rebuild", "nowhere"),
            StringComparison.Ordinal);
        Assert.Contains("'pile copy s3://surveys/sdss FOLDER'", PileProgram.RunToError(2, "index", "rebuild", "s3://surveys/sdss"),
            StringComparison.Ordinal);
        Assert.Contains("is a HATS catalogue, whose tiles are all that it has", PileProgram.RunToError(2, "index", "rebuild",
            TestPaths.Data("catalog/hats-tree/small_sky_order1_collection")), StringComparison.Ordinal);
        string dataset = Copy(built.Sky, "damaged");
        string shard = Directory.EnumerateFiles(dataset, "*.hdf5", SearchOption.AllDirectories).First();
        File.Delete(shard);
        Assert.Contains("is missing. Get it again", PileProgram.RunToError(1, "index", "rebuild", dataset), StringComparison.Ordinal);
    }

    private string Copy(string original, string name)
    {
        string copy = folder[name];
        foreach (string file in Directory.EnumerateFiles(original, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(original, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return copy;
    }
}
