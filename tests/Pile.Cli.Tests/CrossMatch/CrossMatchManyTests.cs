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

    [Theory]
    [InlineData("x,y\n10,0\n", "c3.csv: No column looks like right ascension. Specify it with --c-ra.")]
    [InlineData("ra,dec\n10,0\n", "c3.csv: no id column was found; the row number is the id. Set --c-id to choose one.")]
    [InlineData("ra,dec,id\n10,0,1\n10,0,1\n", "is not unique: an earlier row has this id. Set --c-id to a column", "--c-id", "id")]
    [InlineData("ra,dec\n10,0\n", "c3.csv: There is no column 'lat' for declination (--c-dec).", "--c-dec", "lat")]
    [InlineData("ra,dec\n1000,0\n", "Check the unit of the column, or set --c-ra-unit")]
    public void Messages_about_a_further_side_name_its_options(string table, string expected, params string[] options)
    {
        File.WriteAllText(folder["3.csv"], "ra,dec,id\n10,0,0\n"); // a part of the other names
        File.WriteAllText(folder["c2.csv"], "ra,dec,id\n10,0,0\n");
        File.WriteAllText(folder["c3.csv"], table);
        foreach (string[] find in (string[][])[[], ["--find", "groups"]])
        {
            string[] sides = ["crossmatch", folder["3.csv"], folder["c2.csv"], "--radius", "1", .. find];
            Assert.Contains(expected, PileProgram.Run([.. sides, "--with", folder["c3.csv"], .. options]).Error, StringComparison.Ordinal);
            Assert.Contains(expected.Replace("--c-", "--d-", StringComparison.Ordinal), PileProgram.Run([.. sides, "--with",
                folder["c2.csv"], "--with", folder["c3.csv"], .. options.Select(o => o.Replace("--c-", "--d-", StringComparison.Ordinal))])
                .Error, StringComparison.Ordinal);
        }
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
            ("--pairs is for the listed pairs of two sides. Remove it, or --with", ["--with", Left, "--pairs", Left]),
            ("--pairs is for the listed pairs of two sides", ["--find", "groups", "--pairs", Left]),
            ("--allow-missing is for the listed pairs of two sides", ["--with", Left, "--allow-missing"]),
        })
            Assert.Contains(message, PileProgram.RunToError(2, [.. match, .. options]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_epoch_of_a_further_side_is_stated_by_its_table_or_dataset()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec\n1,10,20\n");
        File.WriteAllText(folder["c.csv"], "id,ra,dec,pmra,pmdec\n1,10,20,1000,0\n");
        File.WriteAllText(folder["stated.csv"], "id,ra,dec,pmra,pmdec,ref_epoch\n1,10,20,1000,0,2016\n");
        string[] match = ["crossmatch", folder["a.csv"], folder["a.csv"], "--radius", "60", "--epoch", "2000", "--with"];
        string unknown = PileProgram.RunToError(2, [.. match, folder["c.csv"], "--b-epoch", "2016"]);
        Assert.Contains("c.csv has proper motions, but no epoch of its positions is known. Add it to the table as a column 'ref_epoch', or "
            + "build a dataset with it ('options.epoch_year' of the recipe).", unknown, StringComparison.Ordinal);
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["c.csv"], "--out", folder["c"], "--set", "options.epoch_year=2016")
            .ExitCode);
        foreach (string side in (string[])["stated.csv", "c"])
            Assert.Equal(16, Separation([.. match, folder[side], "--out", "-", "--format", "jsonl"]), 1e-3); // 16 years of 1 arcsec
        string[] groups = ["crossmatch", folder["a.csv"], folder["c.csv"], "--with", folder["a.csv"], "--radius", "60", "--find", "groups"];
        Assert.Equal(3, PileProgram.RunToJson([.. groups, "--epoch", "2000", "--b-epoch", "2016", "--layout", "long", "--out",
            folder["groups.csv"]]).GetProperty("rows").GetInt32());
        Assert.Contains("Set --b-epoch", PileProgram.RunToError(2, [.. groups, "--epoch", "2000"]), StringComparison.Ordinal);

        static double Separation(string[] arguments)
        {
            using JsonDocument row = JsonDocument.Parse(PileProgram.Run(arguments).Output);
            return row.RootElement.GetProperty("ac_separation_arcsec").GetDouble();
        }
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
