using System.Text.RegularExpressions;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>Errors of <c>pile crossmatch</c>.</summary>
public sealed class CrossMatchErrorTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static string Left => TestPaths.Data("catalog/hats-xmatch/small_sky.csv");

    private static string Right => TestPaths.Data("catalog/hats-xmatch/small_sky_xmatch.csv");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("--where-a", "mag < 20 AND name LIKE 'x%'")]
    [InlineData("--where", "a.mag - b.mag < 1")]
    public void Columns_of_a_table_without_rows_have_any_type_in_conditions(string option, string condition)
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec,mag,name\n");
        File.WriteAllText(folder["b.csv"], "id,ra,dec,mag\n1,10,20,5\n");
        ProgramResult matched = PileProgram.Run("crossmatch", folder["a.csv"], folder["b.csv"], "--radius", "1", option, condition,
            "--out", folder["m.csv"]);
        Assert.Equal((0, ""), (matched.ExitCode, matched.ExitCode == 0 ? "" : matched.Error));
        Assert.Single(File.ReadAllLines(folder["m.csv"]));
        Assert.Contains("nope", PileProgram.RunToError(2, "crossmatch", folder["a.csv"], folder["b.csv"], "--radius", "1", "--where-a",
            "nope < 20"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_of_text_and_numbers_is_an_error_with_a_cast()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec,key\n1,10,20,x\n2,20,30,7\n");
        File.WriteAllText(folder["b.csv"], "id,ra,dec,kk\n1,10,20,7\n2,20,30,7\n");
        string error = PileProgram.RunToError(2, "crossmatch", folder["a.csv"], folder["b.csv"], "--radius", "1", "--group", "a.key=b.kk",
            "--out", folder["m.csv"]);
        Assert.Contains("The columns of --group have different types: 'key' of ", error, StringComparison.Ordinal);
        string cast = Regex.Match(error, "--where instead: (?<cast>.*?)\\.$", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1)).Groups["cast"].Value;
        PileProgram.Run("crossmatch", folder["a.csv"], folder["b.csv"], "--radius", "1", "--where", cast, "--out", folder["m.csv"]);
        Assert.StartsWith("2,2,", Assert.Single(File.ReadAllLines(folder["m.csv"])[1..]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.\"we,ird\"=b.kk", "1,1,")]
    [InlineData("a.\"we,ird\"=b.\"quo\"\"te\"", "2,2,")]
    public void A_group_has_names_in_quotes_as_columns_do(string group, string pair)
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec,\"we,ird\"\n1,10,20,5\n2,20,30,6\n");
        File.WriteAllText(folder["b.csv"], "id,ra,dec,kk,\"quo\"\"te\"\n1,10,20,5,0\n2,20,30,7,6\n");
        PileProgram.Run("crossmatch", folder["a.csv"], folder["b.csv"], "--radius", "1", "--group", group, "--out", folder["m.csv"]);
        Assert.StartsWith(pair, Assert.Single(File.ReadAllLines(folder["m.csv"])[1..]), StringComparison.Ordinal);
    }

    [Fact]
    public void Several_columns_that_could_be_the_id_are_named()
    {
        File.WriteAllText(folder["a.csv"], "id,ID,ra,dec\n1,5,10,20\n2,6,20,30\n");
        const string several = "several columns could be the id (id, ID); the row number";
        Assert.Contains(several, PileProgram.Run("crossmatch", folder["a.csv"], folder["a.csv"], "--radius", "1", "--out",
            folder["m.csv"]).Error, StringComparison.Ordinal);
        Assert.Contains(several, PileProgram.Run("build", "--from", folder["a.csv"], "--out", folder["d"]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_writable_is_reported_before_the_match()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "proc is a folder of Linux in which no files can be created");
        foreach (string ending in (string[])["csv", "fits", "parquet"])
            Assert.Contains($"/proc/pairs.{ending}: ", PileProgram.RunToError(1, "crossmatch", built.Sky, built.Sky, "--radius", "1",
                "--out", $"/proc/pairs.{ending}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a radius must be at least 0", "--radius", "-1")]
    [InlineData("expected an angle", "--radius", "nan")]
    [InlineData("at most 180 degrees", "--radius", "200deg")]
    [InlineData("expected an angle", "--radius", "one")]
    [InlineData("expected a column of A or B: a.ra or b.ra", "--radius", "1", "--columns", "ra")]
    [InlineData("has no column 'nope'", "--radius", "1", "--columns", "a.nope")]
    [InlineData("There is no column 'nope' for right ascension (--b-ra)", "--radius", "1", "--b-ra", "nope")]
    [InlineData("requires a table, but", "--radius", "1", "--a-id", "id")]
    [InlineData("small_sky_xmatch.csv has id", "--radius", "1", "--where-b", "nope > 1")]
    [InlineData("it contains more than one expression", "--radius", "1", "--where-b", "id > 1 FROM x")]
    [InlineData("no column 'nope'", "--radius", "1", "--where-a", "nope > 1")]
    [InlineData("--find furthest: expected all", "--radius", "1", "--find", "furthest")]
    [InlineData("random() returns a different value each time", "--radius", "1", "--where-a", "random() < 0.5")]
    [InlineData("uuid() returns a different value each time", "--radius", "1", "--where-b", "uuid() > 'a'")]
    [InlineData("now() returns a different value each time", "--radius", "1", "--where", "b.id > 0 AND now() > DATE '2020-01-01'")]
    [InlineData("current_date returns a different value each time", "--radius", "1", "--where-b", "current_date > DATE '2020-01-01'")]
    [InlineData("expected a column of both sides, or one of each", "--radius", "1", "--group", "a.id=id")]
    [InlineData("has no column 'none'", "--radius", "1", "--group", "a.id=b.none")]
    public void Invalid_commands_are_reported_and_write_nothing(string finding, params string[] arguments)
    {
        Assert.Contains(finding, PileProgram.RunToError(2, ["crossmatch", built.Sky, Right, "--out", folder["m.csv"], .. arguments]),
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Messages_name_the_column_the_value_and_the_option_of_the_user()
    {
        string Error(int exitCode, params string[] arguments) =>
            PileProgram.RunToError(exitCode, ["crossmatch", .. arguments, "--radius", "1", "--quiet"]);
        File.WriteAllText(folder["a.csv"], "id,ra,dec\n1,10,0\n2,11,0\n");
        string a = folder["a.csv"];
        string formats = Error(2, a, a, "--out", folder["x.unknown"]);
        Assert.Contains("that can be written: expected .csv, .tsv, .ecsv, ", formats, StringComparison.Ordinal);
        Assert.Contains(".parquet or .arrow", formats, StringComparison.Ordinal);
        Assert.DoesNotContain(".mrt", formats, StringComparison.Ordinal);
        string times = Error(2, a, a, "--find", "nearest-in-time");
        Assert.Contains("has no column of times ('mjd'), which a match by time requires. Set --a-time to one of", times,
            StringComparison.Ordinal);
        Assert.DoesNotContain("--time-window", times, StringComparison.Ordinal);
        Assert.Contains("--join must be inner with --find groups of several sides; it is left",
            Error(2, a, a, "--with", a, "--find", "groups", "--join", "left"), StringComparison.Ordinal);
        Assert.Contains("--epoch 2000AD: expected a Julian year, such as 2016.0 or J2000", Error(2, a, a, "--epoch", "2000AD"),
            StringComparison.Ordinal);
        File.WriteAllText(folder["r.csv"], "id,x,y\n1,0.1,0.2\n2,0.1,5\n");
        string rad = Error(1, folder["r.csv"], a, "--a-frame", "galactic", "--a-ra", "x", "--a-dec", "y", "--a-ra-unit", "rad");
        Assert.Contains("row 1, column 'y': 5 (286.4788975654116 degrees) is not a latitude from -90 to 90 degrees", rad,
            StringComparison.Ordinal);
        File.WriteAllText(folder["u.ecsv"], "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: ra, unit: degr, datatype: float64}\n"
            + "# - {name: dec, unit: deg, datatype: float64}\n# schema: astropy-2.0\nra dec\n15 10\n");
        Assert.Matches(@"u\.ecsv: Column 'ra' has the unit 'degr', which is not a unit of angles\. .* --b-ra-unit",
            Error(2, a, folder["u.ecsv"]));
        File.WriteAllText(folder["q.csv"], "id,ra,dec\n\"x\",1,1\n\"x \",2,2\n");
        Assert.Contains("row 1, column 'id': x is not unique: an earlier row has this id, without the blanks at the end, which are not "
            + "part of an id", Error(1, folder["q.csv"], a, "--a-id", "id"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_epoch_may_be_written_with_a_J()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec,pmra,pmdec,ref_epoch\n1,10,0,100,0,2016\n");
        ProgramResult match = PileProgram.Run("crossmatch", folder["a.csv"], folder["a.csv"], "--radius", "1", "--epoch", "J2000");
        Assert.Equal(0, match.ExitCode);
        Assert.Contains("positions of A are moved from the epochs in 'ref_epoch' to epoch 2000", match.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Existing_outputs_and_missing_inputs_are_reported()
    {
        File.WriteAllText(folder["m.csv"], "mine");
        Assert.Contains("exists already", PileProgram.RunToError(2, "crossmatch", Left, Right, "--radius", "1", "--out", folder["m.csv"]),
            StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(folder["m.csv"]));
        Assert.Contains("The dataset or table 'nowhere.csv' does not exist",
            PileProgram.RunToError(2, "crossmatch", Left, "nowhere.csv", "--radius", "1", "--out", folder["n.csv"]),
            StringComparison.Ordinal);
        Assert.Contains("there is no folder",
            PileProgram.RunToError(2, "crossmatch", Left, Right, "--radius", "1", "--out", folder["no/n.csv"]), StringComparison.Ordinal);
        Assert.Contains("truncated", PileProgram.RunToError(1, "crossmatch", Left, TestPaths.Data("malformed/votable_truncated.vot"),
            "--radius", "1", "--out", folder["n.csv"]), StringComparison.Ordinal);
        File.WriteAllText(folder["off.csv"], "id,ra,dec\n1,400,0\n");
        Assert.Contains("off.csv", PileProgram.RunToError(1, "crossmatch", Left, folder["off.csv"], "--radius", "1", "--out",
            folder["n.csv"]), StringComparison.Ordinal);
        ProgramResult match = PileProgram.Run("crossmatch", Left, Right, "--radius", "36", "--out", folder["n.parquet"]);
        Assert.Equal((0, ""), (match.ExitCode, match.Output));
        Assert.Contains("pile: 103 pairs of 131 × 111 rows; without a match: 28 of A, 10 of B; ", match.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unusable_temporary_folder_is_reported()
    {
        ProgramResult missing = PileProgram.RunWith(new Dictionary<string, string?> { ["TMPDIR"] = folder["none"] }, "crossmatch", Left,
            Right, "--radius", "1", "--out", folder["m.csv"]);
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("Set TMPDIR", Assert.Single(missing.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Too_little_memory_is_not_reported_as_corrupt_data()
    {
        string error = PileProgram.RunToError(2, "crossmatch", built.Gaia, built.Gaia, "--radius", "1", "--memory", "200kB", "--out",
            folder["m.csv"]);
        Assert.Contains("--memory must be at least", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_result_columns_are_reported_before_the_match()
    {
        Assert.Contains("--find groups returns rows of A without partners, so the result cannot have the column 'ra' of B",
            PileProgram.RunToError(2, "crossmatch", Left, "--radius", "1", "--find", "groups", "--columns", "b.ra", "--out",
                folder["g.csv"]), StringComparison.Ordinal);
        Assert.Contains("cannot have a position angle",
            PileProgram.RunToError(2, "crossmatch", Left, "--radius", "1", "--find", "groups", "--columns", "position_angle", "--out",
                folder["g.csv"]), StringComparison.Ordinal);
        foreach (string join in (string[])["left", "right", "full", "anti", "right-anti", "xor"])
            Assert.Contains($"--join {join} gives rows without a partner. Write a table with --out FILE.parquet",
                PileProgram.RunToError(2, "crossmatch", built.Sky, built.Gaia, "--radius", "1", "--join", join, "--out", folder["d/"]),
                StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_missing_part_of_a_file_is_a_usage_error()
    {
        foreach ((string file, string contents)
            in (ReadOnlySpan<(string, string)>)[("catalog/2MASS_results.fits#9", "there is no HDU 9. The file contains"),
                ("catalog/2MASS_results.fits#NOPE", "there is no HDU 'NOPE'")])
            Assert.Contains(contents, PileProgram.RunToError(2, "crossmatch", TestPaths.Data(file), Left, "--radius", "1", "--out",
                folder["m.csv"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("m.parquet")]
    [InlineData("m.csv")]
    public void A_missing_or_corrupt_tile_is_named_with_its_dataset(string output)
    {
        string dataset = folder["sky"];
        foreach (string file in Directory.EnumerateFiles(built.Sky, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(dataset, Path.GetRelativePath(built.Sky, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        string tile = Directory.EnumerateFiles(dataset, "Npix=*.parquet", SearchOption.AllDirectories).First();
        string column = PileProgram.RunToJson("info", dataset).GetProperty("columns").EnumerateArray()
            .First(c => c.GetProperty("native").GetBoolean()).GetProperty("name").GetString()!;
        string[] command = ["crossmatch", dataset, dataset, "--radius", "1", "--columns", $"a.{column}", "--out", folder[output]];
        byte[] bytes = File.ReadAllBytes(tile);
        bytes[bytes.Length / 3] ^= 1;
        File.WriteAllBytes(tile, bytes);
        string damaged = PileProgram.RunToError(1, command);
        Assert.Matches($"{Regex.Escape(dataset)}.*{Regex.Escape(Path.GetFileName(tile))}.*CRC-32C [0-9a-f]{{8}}.*Get the tile again, or "
            + "run 'pile index rebuild'", damaged);
        File.Delete(tile);
        string missing = PileProgram.RunToError(1, command);
        Assert.Matches($"{Regex.Escape(dataset)}.*{Regex.Escape(Path.GetFileName(tile))}.*[Gg]et (it|the tile) again, or run 'pile index "
            + "rebuild'", missing);
        Assert.False(File.Exists(folder[output]));
    }

    [Theory]
    [InlineData("expected all, nearest", "--find", "furthest")]
    [InlineData("expected inner, left", "--join", "outer")]
    [InlineData("a radius must be at least 0", "--min-radius", "-1")]
    [InlineData("there is no column 'nope'", "--where", "a.nope > 1")]
    [InlineData("nope", "--where-a", "nope > 1")]
    [InlineData("nope", "--where-b", "nope > 1")]
    [InlineData("no column 'nope'", "--columns", "b.nope")]
    public void Mistakes_are_reported_before_an_existing_output(string finding, params string[] arguments)
    {
        foreach (string file in (string[])["m.csv", "m.parquet"])
        {
            File.WriteAllText(folder[file], "mine");
            Assert.Contains(finding, PileProgram.RunToError(2,
                ["crossmatch", built.Sky, Right, "--radius", "1", "--out", folder[file], .. arguments]), StringComparison.Ordinal);
            Assert.Contains("exists already. Remove it, replace it with --replace",
                PileProgram.RunToError(2, "crossmatch", built.Sky, Right, "--radius", "1", "--out", folder[file]),
                StringComparison.Ordinal);
            Assert.Equal("mine", File.ReadAllText(folder[file]));
        }
    }
}
