using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary><c>pile crossmatch</c> with several sides, listed pairs and associations.</summary>
public sealed class CrossMatchManyTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static string Left => TestPaths.Data("catalog/hats-xmatch/small_sky.csv");

    private static string Right => TestPaths.Data("catalog/hats-xmatch/small_sky_xmatch.csv");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_third_side_is_matched_with_the_first()
    {
        File.WriteAllText(folder["c.csv"], "key,lon,lat,m\n7,308.5,-69.5,1.5\n8,10,10,2.5\n");
        JsonElement json = PileProgram.RunToJson("crossmatch", Left, Right, "--with", folder["c.csv"], "--c-ra", "lon", "--c-dec", "lat",
            "--c-id", "key", "--where-c", "m < 2", "--radius", "36", "--columns", "c.m,b.id", "--join", "left", "--out", folder["m.csv"]);
        Assert.Equal(131, json.GetProperty("rows").GetInt32());
        Assert.Equal(["b 103 111", "c 1 1"], json.GetProperty("sides").EnumerateArray().Select(s =>
            $"{s.GetProperty("side").GetString()} {s.GetProperty("pairs").GetInt32()} {s.GetProperty("rows").GetInt32()}"));
        Assert.Contains(File.ReadLines(folder["m.csv"]), line => line.StartsWith("707,707,7,24.16", StringComparison.Ordinal)
            && line.EndsWith(",1.5", StringComparison.Ordinal));
        ProgramResult groups = PileProgram.Run("crossmatch", Left, Right, "--radius", "36", "--find", "groups", "--layout", "long", "--out",
            "-",
            "--format", "jsonl");
        Assert.Equal((103, 101), (Count("a"), Count("b")));

        int Count(string catalogue) => groups.Output.Split('\n').Count(l => l.Contains($"\"catalogue\":\"{catalogue}\"",
            StringComparison.Ordinal));
    }

    [Fact]
    public void A_third_side_is_read_from_standard_input()
    {
        File.WriteAllText(folder["c.csv"], "id,ra,dec\n7,308.5,-69.5\n");
        string[] match = ["crossmatch", Left, Right, "--radius", "36"];
        Assert.Equal(0, PileProgram.Run([.. match, "--with", folder["c.csv"], "--out", folder["file.csv"]]).ExitCode);
        ProgramResult result = PileProgram.RunInShell($"\"$0\" \"$@\" < '{folder["c.csv"]}'",
            [.. match, "--with", "-", "--format", "csv", "--out", folder["piped.csv"]]);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        Assert.Equal(2, File.ReadAllLines(folder["piped.csv"]).Length);
        Assert.Equal(File.ReadAllText(folder["file.csv"]), File.ReadAllText(folder["piped.csv"]));
        Assert.Contains("can be one side only", PileProgram.RunToError(2, [.. match, "--with", "-", "--with", "-"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_options_of_several_sides_are_named()
    {
        string[] match = ["crossmatch", Left, Right, "--radius", "36"];
        foreach ((string message, string[] options) in new (string, string[])[]
        {
            ("--c-ra: there is no side C. Add it with --with.", ["--c-ra", "x"]),
            ("--columns: there is no side C. Add it with --with.", ["--columns", "c.x"]),
            ("a matched dataset has two sides", ["--with", Left, "--out", folder["m/"]]),
            ("--layout requires --find groups", ["--layout", "long"]),
            ("--nest is for a match of two sides", ["--with", Left, "--nest"]),
            ("--pairs-ids and --allow-missing require --pairs", ["--allow-missing"]),
        })
            Assert.Contains(message, PileProgram.RunToError(2, [.. match, .. options]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_match_is_written_as_an_association_that_joins_the_same_pairs()
    {
        string[] associate = ["crossmatch", built.Sky, built.Sky, "--radius", "1", "--out", folder["assn"], "--format",
            "hats-association", "--replace"];
        int pairs = PileProgram.RunToJson(associate).GetProperty("pairs").GetInt32();
        Assert.Contains("an existing folder is not replaced", PileProgram.RunToError(2, associate), StringComparison.Ordinal);
        JsonElement json = PileProgram.RunToJson("crossmatch", built.Sky, built.Sky, "--pairs", folder["assn"], "--out",
            folder["m.parquet"]);
        Assert.True(pairs >= json.GetProperty("rows_a").GetInt32());
        Assert.Equal(pairs, json.GetProperty("pairs").GetInt32());
        File.WriteAllText(folder["pairs.csv"], "x,y\n707,707\n1,707\n");
        string[] match = ["crossmatch", Left, Right, "--pairs", folder["pairs.csv"], "--pairs-ids", "x,y"];
        Assert.Contains("1 of 2 listed pairs has an id that no row of A with a position has, the first is 1",
            PileProgram.RunToError(2, match), StringComparison.Ordinal);
        Assert.Equal(1, PileProgram.RunToJson([.. match, "--allow-missing"]).GetProperty("pairs").GetInt32());
    }
}
