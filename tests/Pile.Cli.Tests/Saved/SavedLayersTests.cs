using Pile.TestKit;

namespace Pile.Cli.Tests.Saved;

/// <summary>Saved queries and pins that use the fields of layers.</summary>
public sealed class SavedLayersTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_match_carries_fields_of_the_layers_of_a_saved_query()
    {
        string[] ids = [.. PileProgram.RunToJson("query", built.Gaia, "--columns", "object_id", "--limit", "3").EnumerateArray()
            .Select(row => row.GetProperty("object_id").ToString())];
        PileProgram.RunToJson("layer", "create", folder["notes"], "--of", built.Gaia);
        Set("one.csv", $"object_id,quality,note\n{ids[0]},5,first\n{ids[1]},4,second\n{ids[2]},1,third\n");
        string saved = folder["good.query.yaml"];
        PileProgram.RunToJson("query", built.Gaia, "--layer", folder["notes"], "--where", "quality > 3", "--save", saved);
        foreach (string side in (string[])["a", "b"])
        {
            string[] sides = side == "a" ? [saved, built.Gaia] : [built.Gaia, saved];
            Assert.Equal(0, PileProgram.Run("crossmatch", sides[0], sides[1], "--radius", "0.001", "--columns",
                $"{side}.quality,{side}.note", "--out", folder[$"{side}.csv"]).ExitCode);
            string[] rows = File.ReadAllLines(folder[$"{side}.csv"]);
            Assert.Equal(3, rows.Length);
            foreach ((string id, string values) in new[] { (ids[0], "5,first"), (ids[1], "4,second") })
                Assert.Contains(rows, row => row.StartsWith($"{id},{id},", StringComparison.Ordinal)
                    && row.EndsWith($",{values}", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_saved_query_keeps_the_commits_of_its_layers()
    {
        string[] ids = [.. PileProgram.RunToJson("query", built.Gaia, "--columns", "object_id", "--limit", "3").EnumerateArray()
            .Select(row => row.GetProperty("object_id").ToString())];
        PileProgram.RunToJson("layer", "create", folder["notes"], "--of", built.Gaia);
        Set("one.csv", $"object_id,quality\n{ids[0]},5\n{ids[1]},4\n{ids[2]},1\n");
        string saved = folder["good.query.yaml"], following = folder["follow.query.yaml"];
        PileProgram.RunToJson("query", built.Gaia, "--layer", $"q={folder["notes"]}@1", "--where", "q_quality > 3", "--columns",
            "object_id,q_quality", "--save", saved);
        PileProgram.RunToJson("query", built.Gaia, "--layer", folder["notes"], "--where", "quality > 3", "--columns", "object_id,quality",
            "--save", following, "--follow");
        string before = PileProgram.RunToJson("query", saved).GetRawText();
        Assert.Equal(2, PileProgram.RunToJson("query", saved).GetArrayLength());
        PileProgram.RunToJson("stream", saved, "--pin", folder["run.pin.yaml"]);

        Set("two.csv", $"object_id,quality\n{ids[0]},0\n");
        Assert.Equal(before, PileProgram.RunToJson("query", saved).GetRawText());
        Assert.Equal(1, PileProgram.RunToJson("query", following).GetArrayLength());
        PileProgram.RunToJson("verify", saved);
        PileProgram.RunToJson("verify", folder["run.pin.yaml"], "--deep");

        string queryHash = PileProgram.RunToJson("verify", saved).GetProperty("hash").GetString()!;
        Assert.Equal(0, PileProgram.Run("crossmatch", saved, built.Gaia, "--radius", "1", "--out", folder["matched/"]).ExitCode);
        string manifest = File.ReadAllText(folder["matched/pile.yaml"]);
        Assert.Contains($"a.query {queryHash}", manifest, StringComparison.Ordinal);
        Assert.Contains("a.selection layer q_", manifest, StringComparison.Ordinal);

        string commit = folder["notes/commits/00000001.json"], text = File.ReadAllText(saved);
        string hash = Python.Run("import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], 'rb').read()).hexdigest())", commit).Trim();
        Assert.Contains(hash, text, StringComparison.Ordinal);
        File.WriteAllText(saved, text.Replace(hash, new string('0', 64), StringComparison.Ordinal));
        Assert.Contains("reads commit 1 of layer", PileProgram.RunToError(1, "query", saved), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private void Set(string file, string csv)
    {
        File.WriteAllText(folder[file], csv);
        PileProgram.RunToJson("layer", "set", folder["notes"], folder[file], "--message", file);
    }
}
