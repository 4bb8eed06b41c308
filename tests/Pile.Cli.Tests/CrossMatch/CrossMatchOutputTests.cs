using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>The files that <c>pile crossmatch</c> writes: their rows and bytes.</summary>
public sealed class CrossMatchOutputTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static string Left => TestPaths.Data("catalog/hats-xmatch/small_sky.csv");

    private static string Right => TestPaths.Data("catalog/hats-xmatch/small_sky_xmatch.csv");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_side_is_read_from_standard_input(bool isA)
    {
        string[] match = ["crossmatch", isA ? "-" : Left, isA ? Right : "-", "--radius", "36"];
        string input = isA ? Left : Right, files = folder["files.csv"], piped = folder["piped.csv"];
        Assert.Equal(0, PileProgram.Run("crossmatch", Left, Right, "--radius", "36", "--out", files).ExitCode);
        ProgramResult result = PileProgram.RunInShell($"\"$0\" \"$@\" < '{input}'", [.. match, "--format", "csv", "--out", piped]);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        Assert.Equal(File.ReadAllText(files), File.ReadAllText(piped));
        ProgramResult through = PileProgram.RunInShell($"\"$0\" \"$@\" < '{input}'", [.. match, "--out", "-", "--format", "csv"]);
        Assert.Equal(File.ReadAllText(files), through.Output);
    }

    [Theory]
    [InlineData("a.csv")]
    [InlineData("./../in/b.csv")]
    [InlineData("link.csv")]
    [InlineData("linked/c.csv")]
    [InlineData("pairs.csv", "--pairs", "pairs.csv")]
    [InlineData("a.csv", "--radius", "1")] // without --with
    public void An_input_is_not_replaced_by_the_result(string output, params string[] options)
    {
        string tables = Directory.CreateDirectory(folder["in"]).FullName;
        foreach (string name in (string[])["a.csv", "b.csv", "c.csv"])
            File.WriteAllText(Path.Combine(tables, name), "id,ra,dec\n1,10,20\n");
        File.WriteAllText(Path.Combine(tables, "pairs.csv"), "a_object_id,b_object_id\n1,1\n");
        File.CreateSymbolicLink(Path.Combine(tables, "link.csv"), "a.csv");
        Directory.CreateSymbolicLink(Path.Combine(tables, "linked"), tables);
        string before = Contents();
        ProgramResult result = PileProgram.RunInShell($"cd '{tables}' && \"$0\" \"$@\"", ["crossmatch", "a.csv", "b.csv",
            .. options.Length > 0 ? options : ["--with", "c.csv", "--radius", "1"], "--out", output, "--replace"]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("would replace", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, Contents());

        string Contents() => string.Concat(Directory.GetFiles(tables).Order().Select(f => $"{f} {File.ReadAllText(f)}"));
    }

    [Fact]
    public void A_file_of_a_dataset_is_not_replaced_by_the_result()
    {
        Assert.Equal(0, PileProgram.Run("build", "--from", Left, "--out", folder["d"]).ExitCode);
        string tile = Directory.GetFiles(folder["d"], "*.parquet", SearchOption.AllDirectories)[0];
        byte[] before = File.ReadAllBytes(tile);
        foreach (string[] sides in (string[][])[[folder["d"], built.Sky], [Right, folder["d"]]])
            Assert.Contains("would replace", PileProgram.RunToError(2, ["crossmatch", .. sides, "--radius", "1", "--out", tile,
                "--replace"]), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(tile));
    }

    [Fact]
    public void Both_sides_on_standard_input_are_an_error() =>
        Assert.Contains("can be one side only", PileProgram.RunToError(2, "crossmatch", "-", "-", "--radius", "1"),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("anti", 28, "28 rows without a match written; 103 pairs of 131 × 111 rows")]
    [InlineData("right-anti", 10, "10 rows without a match written; 103 pairs of 131 × 111 rows")]
    [InlineData("left", 131, "131 rows written; 103 pairs of 131 × 111 rows")]
    public void The_number_of_written_rows_is_reported_with_the_pairs(string join, int rows, string summary)
    {
        string[] match = ["crossmatch", Left, Right, "--radius", "36", "--join", join, "--out", folder["m.csv"], "--replace"];
        JsonElement json = PileProgram.RunToJson(match);
        Assert.Equal((rows, 103), (Count(json, "rows"), Count(json, "pairs")));
        Assert.Equal(rows, File.ReadAllLines(folder["m.csv"]).Length - 1);
        Assert.Contains(summary, PileProgram.Run(match).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Columns_that_a_result_does_not_support_are_named(bool isDataset)
    {
        File.WriteAllText(folder["a.jsonl"], """{"id":1,"ra":10,"dec":0,"m":1.5,"tags":["x","y"]}""");
        File.WriteAllText(folder["b.csv"], "id,ra,dec\n7,10,0\n");
        string a = folder[isDataset ? "a" : "a.jsonl"];
        if (isDataset)
            PileProgram.RunToJson("build", "--from", folder["a.jsonl"], "--out", a);
        string[] match = ["crossmatch", a, folder["b.csv"], "--radius", "1", "--out", "-", "--format", "csv", "--columns"];
        ProgramResult all = PileProgram.Run([.. match, "a.*"]);
        Assert.Equal(isDataset ? "a_healpix,a_id,a_m" : "a_id,a_m",
            string.Join(',', all.Output.Split('\n')[0].Split(',').Skip(7)).Replace("a_id,a_id", "a_id", StringComparison.Ordinal));
        Assert.Contains("the result does not have the column 'tags', because it does not support arrays of text", all.Error,
            StringComparison.Ordinal);
        Assert.Contains(isDataset ? $"'pile query {a}' have them" : "'pile build --from'", all.Error, StringComparison.Ordinal);
        Assert.Contains("--out DIR/", PileProgram.RunToError(2, [.. match, "a.tags"]), StringComparison.Ordinal);
        Assert.DoesNotContain("does not have", PileProgram.Run([.. match, "a.m"]).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.*,b.*")]
    [InlineData("b.id")]
    public void Columns_of_a_matched_dataset_cannot_be_selected(string columns)
    {
        foreach ((string name, string table) in ((string, string)[])[("a", Left), ("b", Right)])
            PileProgram.RunToJson("build", "--from", table, "--out", folder[name]);
        string[] match = ["crossmatch", folder["a"], folder["b"], "--radius", "36", "--out", folder["m/"], "--columns"];
        string error = PileProgram.RunToError(2, [.. match, columns]);
        Assert.Contains("a matched dataset always has all columns of both sides", error, StringComparison.Ordinal);
        Assert.DoesNotContain("does not have", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["m"]));
        PileProgram.RunToJson([.. match, "position_angle"]);
        Assert.Equal(0, PileProgram.Run("query", folder["m"], "--columns", "position_angle_deg", "--limit", "1").ExitCode);
    }

    [Fact]
    public void A_coordinate_without_the_other_one_is_kept_in_rows_without_a_position()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec,m\n0,10,0,1\n1,,5,2\n2,20,,3\n3,-20,,4\n");
        string table = PileProgram.Run("crossmatch", folder["a.csv"], folder["a.csv"], "--radius", "1", "--join", "full", "--columns",
            "a.m,b.m", "--out", "-", "--format", "csv").Output;
        Assert.Equal("""
            a_object_id,b_object_id,separation_arcsec,a_ra,a_dec,b_ra,b_dec,a_m,b_m
            0,0,0.0,10.0,0.0,10.0,0.0,1,1
            1,,,,5.0,,,2,
            2,,,20.0,,,,3,
            3,,,340.0,,,,4,
            ,1,,,,,5.0,,2
            ,2,,,,20.0,,,3
            ,3,,,,340.0,,,4

            """.Replace("\r", "", StringComparison.Ordinal), table.Replace("NaN", "", StringComparison.Ordinal));
    }

    [Fact]
    public void An_empty_file_of_JSON_Lines_has_no_columns_to_match()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec\n7,10,0\n");
        File.WriteAllText(folder["b.csv"], "id,ra,dec\n7,20,0\n");
        PileProgram.RunToJson("crossmatch", folder["a.csv"], folder["b.csv"], "--radius", "1", "--out", folder["e.jsonl"]);
        Assert.Equal(0, new FileInfo(folder["e.jsonl"]).Length);
        string error = PileProgram.RunToError(1, "crossmatch", folder["e.jsonl"], folder["a.csv"], "--radius", "1");
        Assert.Contains("without rows JSON Lines have no columns", error, StringComparison.Ordinal);
        Assert.DoesNotContain("etch", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_file_the_first_rows_and_the_summary_are_shown_and_nothing_is_kept()
    {
        PileProgram.RunToJson("crossmatch", Left, Right, "--radius", "36", "--out", folder["m.csv"]);
        ProgramResult shown = PileProgram.Run("crossmatch", Left, Right, "--radius", "36");
        Assert.Equal(0, shown.ExitCode);
        string[] lines = shown.Output.TrimEnd().Split('\n');
        Assert.Equal(2 + 20, lines.Length); // names, a rule, and rows
        Assert.Equal(File.ReadLines(folder["m.csv"]).Skip(1).Take(20).Select(line => line.Split(',')[0]),
            lines.Skip(2).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]));
        Assert.Contains("only the first 20 rows are shown", shown.Error, StringComparison.Ordinal);
        Assert.Contains("103 pairs of 131 × 111 rows", shown.Error, StringComparison.Ordinal);
        Assert.Equal(103, Count(PileProgram.RunToJson("crossmatch", Left, Right, "--radius", "36"), "pairs"));
        Assert.Equal(["m.csv"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_table_on_standard_output_has_the_bytes_of_the_file()
    {
        string[] match = ["crossmatch", Left, Right, "--radius", "36", "--out"];
        foreach ((string format, string ending) in new[] { ("csv", "csv"), ("tsv", "tsv"), ("votable", "vot"), ("parquet", "parquet") })
        {
            string file = folder[$"m.{ending}"], piped = folder[$"piped.{ending}"];
            PileProgram.RunToJson([.. match, file]);
            ProgramResult run = PileProgram.RunInShell($"\"$0\" \"$@\" > '{piped}'", [.. match, "-", "--format", format]);
            Assert.Equal(0, run.ExitCode);
            Assert.Contains("103 pairs of 131 × 111 rows", run.Error, StringComparison.Ordinal);
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(piped));
        }
        string[] query = ["query", built.Sky, "--columns", "object_id,ra", "--out"];
        PileProgram.RunToJson([.. query, folder["q.csv"]]);
        Assert.Equal(File.ReadAllText(folder["q.csv"]), PileProgram.Run([.. query, "-", "--format", "csv"]).Output);
    }

    [Fact]
    public void A_reader_that_closes_the_pipe_ends_the_program_quietly()
    {
        foreach (string format in (string[])["csv", "jsonl", "arrow", "parquet"])
        {
            ProgramResult run = PileProgram.RunInShell("\"$0\" \"$@\" | head -c 64 > /dev/null; echo ${PIPESTATUS[0]}", "crossmatch",
                built.Sky, built.Sky, "--radius", "10deg", "--quiet", "--out", "-", "--format", format);
            Assert.Equal(("0\n", ""), (run.Output, run.Error));
        }
    }

    [Fact]
    public void A_format_is_for_standard_output_only()
    {
        string[] match = ["crossmatch", Left, Right, "--radius", "36"];
        Assert.Contains("--out - requires --format: one of csv", PileProgram.RunToError(2, [.. match, "--out", "-"]),
            StringComparison.Ordinal);
        Assert.Contains("it is 'xlsx'", PileProgram.RunToError(2, [.. match, "--out", "-", "--format", "xlsx"]), StringComparison.Ordinal);
        Assert.Contains("--format requires --out -", PileProgram.RunToError(2, [.. match, "--out", folder["m.csv"], "--format", "csv"]),
            StringComparison.Ordinal);
        Assert.Contains("both write to standard output",
            PileProgram.RunToError(2, [.. match, "--out", "-", "--format", "csv", "--json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Replace_keeps_the_old_result_if_the_match_fails()
    {
        foreach (string file in (string[])["m.csv", "m.parquet"])
        {
            PileProgram.RunToJson("crossmatch", built.Sky, built.Sky, "--radius", "1", "--out", folder[$"new.{file}"]);
            File.WriteAllText(folder[file], "mine");
            PileProgram.RunToError(1, "crossmatch", built.Sky, TestPaths.Data("malformed/votable_truncated.vot"), "--radius", "1", "--out",
                folder[file], "--replace");
            Assert.Equal("mine", File.ReadAllText(folder[file]));
            PileProgram.RunToJson("crossmatch", built.Sky, built.Sky, "--radius", "1", "--out", folder[file], "--replace");
            Assert.Equal(File.ReadAllBytes(folder[$"new.{file}"]), File.ReadAllBytes(folder[file]));
        }
        foreach (string[] verb in (string[][])[["query", built.Sky], ["sql", built.Sky, "SELECT object_id FROM d"]])
        {
            File.WriteAllText(folder["q.csv"], "mine");
            Assert.Contains("replace it with --replace", PileProgram.RunToError(2, [.. verb, "--out", folder["q.csv"]]),
                StringComparison.Ordinal);
            PileProgram.RunToJson([.. verb, "--out", folder["q.csv"], "--replace"]);
            Assert.StartsWith("object_id", File.ReadAllText(folder["q.csv"]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Memory_does_not_change_the_bytes_of_a_match_of_datasets()
    {
        byte[][] results = [.. ((string[])["64MB", "200MB", "1GB"]).Select(memory =>
        {
            PileProgram.RunToJson("crossmatch", built.Sky, built.Sky, "--radius", "36", "--memory", memory, "--out",
                folder[$"{memory}.parquet"]);
            return File.ReadAllBytes(folder[$"{memory}.parquet"]);
        })];
        PileProgram.RunToJson("crossmatch", built.Sky, built.Sky, "--radius", "36", "--out", folder["m.parquet"]);
        Assert.All(results, bytes => Assert.Equal(File.ReadAllBytes(folder["m.parquet"]), bytes));
    }

    [Theory]
    [InlineData("", Traits = ["Run", "Long"])]
    [InlineData("g")]
    public void The_order_of_the_rows_does_not_change_the_bytes(string idPrefix)
    {
        Random random = new(3);
        foreach (string side in (string[])["a", "b"])
        {
            // Duplicate positions, and rows without a position.
            string[] lines = [.. Enumerable.Range(0, 300)
                .Select(i => FormattableString.Invariant(
                    $"{idPrefix}{i},{(i % 97 == 0 ? "" : $"{10 + (i % 150 / 1000.0)}")},{20 + (i % 7 / 10000.0)},{random.NextDouble()}"))];
            foreach (string name in (string[])["once", "again"])
            {
                Directory.CreateDirectory(folder[name]);
                File.WriteAllLines(folder[$"{name}/{side}.csv"], ["id,ra,dec,x", .. lines]);
                // In a dataset ids are unique and every row has a position.
                string[] whole = [.. lines.Where(line => !line.Contains(",,", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
                    .DistinctBy(line => line.Split(',')[0])];
                File.WriteAllLines(folder[$"{name}/{side}-whole.csv"], ["id,ra,dec,x", .. name == "once" ? whole : whole.Reverse()]);
                random.Shuffle(lines);
            }
        }
        foreach (string name in (string[])["once", "again"])
        {
            foreach (string ending in (string[])["parquet", "fits", "vot", "ecsv", "csv"])
                PileProgram.RunToJson("crossmatch", folder[$"{name}/a.csv"], folder[$"{name}/b.csv"], "--radius", "2", "--join", "full",
                    "--columns", "a.x,b.x", "--out", folder[$"{name}/tables.{ending}"]);
            foreach (string side in (string[])["a", "b"])
                PileProgram.RunToJson("build", "--from", folder[$"{name}/{side}-whole.csv"], "--out", folder[$"{name}/{side}"],
                    "--order", "1");
            PileProgram.RunToJson("crossmatch", folder[$"{name}/a"], folder[$"{name}/b"], "--radius", "2", "--join", "left", "--out",
                folder[$"{name}/datasets.fits"]);
            PileProgram.RunToJson("crossmatch", folder[$"{name}/a"], folder[$"{name}/b"], "--radius", "2", "--out",
                folder[$"{name}/short.parquet"]);
            PileProgram.RunToJson("crossmatch", folder[$"{name}/a"], folder[$"{name}/b"], "--radius", "2", "--columns", "a.x", "--out",
                folder[$"{name}/carried.parquet"]);
        }
        foreach (string result in Directory.GetFiles(folder["once"]).Select(f => Path.GetFileName(f)!)
            .Where(f => Path.GetFileNameWithoutExtension(f) is "tables" or "datasets" or "short" or "carried"))
            Assert.True(File.ReadAllBytes(folder[$"once/{result}"]).AsSpan().SequenceEqual(File.ReadAllBytes(folder[$"again/{result}"])),
                result);
        // The first row that differs is reported.
        File.WriteAllLines(folder["again/b.csv"], [.. File.ReadAllLines(folder["again/b.csv"])[..^1]]);
        PileProgram.RunToJson("crossmatch", folder["again/a.csv"], folder["again/b.csv"], "--radius", "0.0001", "--join", "anti", "--out",
            folder["again/other.parquet"]);
        Assert.NotEqual(Sha256OfB("once/tables.parquet"), Sha256OfB("again/other.parquet"));

        string Sha256OfB(string pairs) =>
            Python.Run("import re, sys; print(re.search(rb'pile.match.b.sha256.{1,4}?([0-9a-f]{64})', open(sys.argv[1], 'rb').read(), "
                + "re.S).group(1))", folder[pairs]);
    }

    private static int Count(JsonElement json, string key) => json.GetProperty(key).GetInt32();
}
