using System.Text.RegularExpressions;
using Pile.DuckDb;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>The example of docs/layers.md, and what the program prints about layers.</summary>
public partial class LayerCommandTests(RepeatedBuilds builds)
{
    [Fact]
    public void The_example_of_the_documentation_runs()
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["stars.csv"], Enumerable.Range(1, 6).Select(i => $"{i},{i}.5,-{i},1{i}").Prepend("object_id,ra,dec,mag"));
        string[] lines = File.ReadAllLines(Path.Combine(TestPaths.Root, "docs", "layers.md"));
        string[] example = [.. lines.SkipWhile(l => l != "## An example").TakeWhile(l => l != "## Writing").Where(l => l.StartsWith("    ",
            StringComparison.Ordinal)).Select(l => l.Trim())];
        Assert.Equal(15, example.Length);
        ProgramResult result = PileProgram.RunInShell($$"""
            set -e; pile() { "$0" "$@"; }; cd "$1"; export PILE_CACHE="$1/cache" PILE_AUTHOR=Ann
            {{string.Join('\n', example)}}
            """, folder.Path);
        Assert.True(result.ExitCode == 0, result.Error);
        string output = result.Output;
        string[] ids = [.. ObjectIds().Matches(output).Select(m => m.Groups["id"].Value)];
        Assert.Equal(["1", "2", "3", "6"], ids[..4].Order());
        Assert.Equal(["1", "3"], ids[4..^1].Order());
        Assert.Equal("1", ids[^1]);
        Assert.Matches("quality = 4 .*Ann .*second.csv", output);
        Assert.Contains("binary", output);
        Assert.Contains("1 [v1]", output);
    }

    [Fact]
    public void Nothing_is_committed_after_a_commit_whose_parent_was_changed()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["stars.csv"], "object_id,ra,dec\n1,1,1\n2,2,2\n");
        builds.OfTable(folder["stars.csv"], folder["d"]);
        Assert.Equal(0, PileProgram.Run("layer", "create", folder["l"], "--of", folder["d"]).ExitCode);
        foreach (string message in (string[])["one", "two"])
        {
            File.WriteAllText(folder["t.csv"], $"object_id,{message}\n1,4\n");
            Assert.Equal(0, PileProgram.Run("layer", "set", folder["l"], folder["t.csv"], "--message", $"round {message}").ExitCode);
        }
        string first = Path.Combine(folder["l"], "commits", "00000001.json");
        File.WriteAllText(first, File.ReadAllText(first).Replace("round one", "round 111", StringComparison.Ordinal));
        Assert.Contains("'commits/00000001.json'", PileProgram.RunToError(1, "layer", "set", folder["l"], folder["t.csv"], "--message",
            "m"), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder["l"], "commits", "00000003.json")));
    }

    [Theory]
    [InlineData("jsonl", """
        {"object_id": 1, "e": [0.1, 3, 1e-3, null, -2.7182818284590451]}
        {"object_id": 2, "e": []}
        """)]
    [InlineData("csv", """
        object_id,e
        1,"[0.1, 3, 1e-3, nan, -2.7182818284590451]"
        2,[]
        """)]
    public void Lists_of_text_are_rounded_to_float32_if_it_is_asked_for(string extension, string table)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["stars.csv"], "object_id,ra,dec\n1,1,1\n2,2,2\n");
        builds.OfTable(folder["stars.csv"], folder["d"]);
        PileProgram.RunToJson("layer", "create", folder["l"], "--of", folder["d"]);
        File.WriteAllText(folder[$"t.{extension}"], table);
        Assert.Equal("list<float32>", PileProgram.RunToJson("layer", "set", folder["l"], folder[$"t.{extension}"], "--as",
            "e=list<float32>", "--message", "m").GetProperty("fields")[0].GetProperty("type").GetString());
        // A float32 that was a float64 first differs from it in the last digits.
        string[] bits = Python.Run("""
            import numpy as np
            print(*(repr(float(value)) for value in np.array([0.1, 3, 1e-3, -2.7182818284590451], 'f4')))
            """).Trim().Split(' ');
        string condition = string.Join(" AND ", ((int[])[1, 2, 3, 5]).Zip(bits).Select(p => $"e[{p.First}]::DOUBLE = {p.Second}::DOUBLE"));
        Assert.Equal("[{\"object_id\":1}]", PileProgram.Run("query", folder["d"], "--layer", folder["l"], "--where",
            $"{condition} AND isnan(e[4]) AND len(e) = 5", "--columns", "object_id", "--json").Output.Trim());
        Assert.Equal("[{\"object_id\":2}]", PileProgram.Run("query", folder["d"], "--layer", folder["l"], "--where", "len(e) = 0",
            "--columns", "object_id", "--json").Output.Trim());
        foreach (string bad in (string[])["x", "1e39"])
        {
            File.WriteAllText(folder["bad.csv"], $"object_id,e\n1,\"[0.5, {bad}]\"\n");
            Assert.Contains($"[0.5, {bad}] of object_id 1", PileProgram.RunToError(1, "layer", "set", folder["l"], folder["bad.csv"],
                "--as", "e=list<float32>", "--message", "m"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Boxes_are_read_from_lists_of_lists_in_JSON_Lines()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["stars.csv"], "object_id,ra,dec\n1,1,1\n2,2,2\n3,3,3\n");
        builds.OfTable(folder["stars.csv"], folder["d"]);
        foreach ((string name, string one) in ((string, string)[])[("l", "[[1,2,3,4],[5,6.5,7,8]]"), ("t", "\"[[1,2,3,4],[5,6.5,7,8]]\""),
            ("o", """[{"x":1,"y":2,"width":3,"height":4},{"x":5,"y":6.5,"width":7,"height":8}]""")])
        {
            PileProgram.RunToJson("layer", "create", folder[name], "--of", folder["d"]);
            File.WriteAllLines(folder["b.jsonl"], ((string[])[one, "[]", "null"])
                .Select((c, i) => $"{{\"object_id\": {i + 1}, \"c\": {c}}}"));
            PileProgram.RunToJson("layer", "set", folder[name], folder["b.jsonl"], "--as", "c=box", "--message", "m");
            PileProgram.RunToJson("layer", "set", folder[name], folder["b.jsonl"], "--message", "again");
            string found = PileProgram.Run("query", folder["d"], "--layer", folder[name], "--where", "len(c.y) = 2 AND c.y[2] = 6.5",
                "--columns", "object_id", "--json").Output;
            Assert.Equal([1], ObjectIds().Matches(found).Select(m => int.Parse(m.Groups["id"].Value,
                System.Globalization.CultureInfo.InvariantCulture)));
        }
        File.WriteAllText(folder["b.jsonl"], "{\"object_id\": 1, \"c\": [[1,2,3]]}\n");
        Assert.Contains("box 0, which has 3 numbers instead of 4", PileProgram.RunToError(1, "layer", "set", folder["l"],
            folder["b.jsonl"], "--message", "m"), StringComparison.Ordinal);
    }

    [Fact]
    public void Blanks_at_the_end_of_ids_are_those_of_the_table_that_the_dataset_was_built_from()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["stars.csv"], "object_id,ra,dec\n\"k \",1,1\nm,2,2\n");
        builds.OfTable(folder["stars.csv"], folder["d"]);
        Assert.Equal(0, PileProgram.Run("layer", "create", folder["l"], "--of", folder["d"]).ExitCode);
        File.WriteAllText(folder["q.csv"], "object_id,quality\n\"k \",4\n");
        Assert.Equal(0, PileProgram.Run("layer", "set", folder["l"], folder["q.csv"], "--message", "m").ExitCode);
        Assert.Equal("k", Assert.Single(PileProgram.RunToJson("query", folder["d"], "--layer", folder["l"], "--where", "quality = 4")
            .EnumerateArray().ToArray()).GetProperty("object_id").GetString());
        File.WriteAllText(folder["q.csv"], "object_id,quality\n\"k \",4\nk,5\n");
        Assert.Contains("unique in the table", PileProgram.RunToError(1, "layer", "set", folder["l"], folder["q.csv"], "--message", "m"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_and_lists_of_ids_come_from_standard_input()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["stars.csv"], "object_id,ra,dec\n1,1,1\n2,2,2\n3,3,3\n");
        ProgramResult result = PileProgram.RunInShell("""
            set -e; pile() { "$0" "$@"; }; cd "$1"; export PILE_AUTHOR=Ann
            pile build --from stars.csv --out d --quiet
            pile layer create l --of d
            printf 'object_id,grade\n1,4\n2,5\n3,6\n' | pile layer set l - --format csv --message one
            printf '2\n\n3\n' | pile layer unset l grade --ids - --message two
            pile layer blame l --id 1 --json
            printf '3\n1\n' | pile query d --layer l --ids - --columns object_id,grade --out - --format csv
            """, folder.Path);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("standard input", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("object_id,grade\n1,4\n3,\n", result.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("--format requires standard input", PileProgram.RunToError(2, "layer", "set", folder["l"], folder["stars.csv"],
            "--format", "csv", "--message", "m"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_field_with_the_name_of_a_column_is_reported_and_an_unknown_column_of_ids_rejected()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["stars.csv"], "object_id,ra,dec,mag\n1,1,1,10\n2,2,2,11\n");
        builds.OfTable(folder["stars.csv"], folder["d"]);
        Assert.Equal(0, PileProgram.Run("layer", "create", folder["l"], "--of", folder["d"]).ExitCode);
        File.WriteAllText(folder["one.csv"], "star,Mag,grade\n1,9.5,3\n");
        Assert.Contains("--id sta: ", PileProgram.RunToError(2, "layer", "set", folder["l"], folder["one.csv"], "--id", "sta", "--message",
            "m"), StringComparison.Ordinal);
        ProgramResult first = PileProgram.Run("layer", "set", folder["l"], folder["one.csv"], "--id", "star", "--message", "m"),
            second = PileProgram.Run("layer", "set", folder["l"], folder["one.csv"], "--id", "star", "--message", "m");
        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Contains($"the dataset has a column 'Mag', too: read the layer with a prefix (--layer p={folder["l"]} makes it 'p_Mag')",
            first.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("grade", first.Error, StringComparison.Ordinal);
        Assert.Equal("", second.Error);
    }

    [Fact]
    public void Decimals_that_are_asked_for_as_float32_are_the_nearest_ones()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["stars.csv"], "object_id,ra,dec\n1,1,1\n2,2,2\n3,3,3\n");
        builds.OfTable(folder["stars.csv"], folder["d"]);
        Assert.Equal(0, PileProgram.Run("layer", "create", folder["l"], "--of", folder["d"]).ExitCode);
        File.WriteAllText(folder["one.csv"], "object_id,score\n1,0.1\n2,16777216\n3,\n");
        ProgramResult set = PileProgram.Run("layer", "set", folder["l"], folder["one.csv"], "--as", "score=float32", "--message", "one");
        Assert.True(set.ExitCode == 0, set.Error);
        Assert.Contains("score (float32)", set.Output, StringComparison.Ordinal);
        Assert.Equal("""[{"object_id":1,"score":0.1},{"object_id":2,"score":16777216.0},{"object_id":3,"score":null}]""", PileProgram.Run(
            "query", folder["d"], "--layer", folder["l"], "--columns", "object_id,score", "--sort", "object_id", "--json").Output.Trim());
        foreach (string bad in (string[])["1e39", "16777217"]) // integers are not rounded
        {
            File.WriteAllText(folder["two.csv"], $"object_id,score\n1,{bad}\n2,0.1\n");
            Assert.Contains($"column 'score': {bad} of object_id 1", PileProgram.RunToError(1, "layer", "set", folder["l"],
                folder["two.csv"], "--as", "score=float32",
                "--message", "two"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Texts_and_ids_of_a_csv_file_are_stored_as_they_are_written()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["stars.csv"], "object_id,ra,dec\n1.10,1,1\n1e3,2,2\nTRUE,3,3\nx,4,4\n");
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["stars.csv"], "--id", "object_id", "--out", folder["d"]).ExitCode);
        Assert.Equal(0, PileProgram.Run("layer", "create", folder["l"], "--of", folder["d"]).ExitCode);
        File.WriteAllText(folder["one.csv"], "object_id,version,digit,n\n1.10,1.50,1,7\n1e3,NaN,2,8\nTRUE,+5,1,9\n");
        ProgramResult set = PileProgram.Run("layer", "set", folder["l"], folder["one.csv"], "--as", "version=string", "--as", "digit=label",
            "--message", "one");
        Assert.Equal((0, ""), (set.ExitCode, set.ExitCode == 0 ? "" : set.Error));
        File.WriteAllText(folder["two.csv"], "object_id,version\n1e3,2.00\n");
        Assert.Equal(0, PileProgram.Run("layer", "set", folder["l"], folder["two.csv"], "--message", "two").ExitCode);
        Assert.Equal("""[{"object_id":"1.10","version":"1.50","n":7},{"object_id":"1e3","version":"2.00","n":8},"""
            + """{"object_id":"TRUE","version":"+5","n":9}]""", PileProgram.Run("query", folder["d"], "--layer", folder["l"], "--where",
                "digit IN ('1', '2')", "--columns", "object_id,version,n", "--sort", "n", "--json").Output.Trim());
    }

    [Theory]
    [InlineData("2020-01-01T00:00:00.123456Z", true)]
    [InlineData("2020-01-01 00:00:00.5000000+02:00", true, Traits = ["Run", "Long"])]
    [InlineData("2020-01-01", true)]
    [InlineData("2020-01-01T10:30", true, Traits = ["Run", "Long"])]
    [InlineData("2020-01-01T00:00:00.1234567", false)] // microseconds do not hold it
    [InlineData("2020-01-01T00:00:00+25:00", false, Traits = ["Run", "Long"])]
    [InlineData("epoch", false)]
    [InlineData("2020-02-30", false, Traits = ["Run", "Long"])]
    [InlineData("2016-12-31T23:59:60Z", true)]
    [InlineData("2017-01-01 08:59:60.25+09:00", true)]
    [InlineData("2015-12-31T23:59:60Z", false)] // no leap second (Bulletin C)
    [InlineData("2016-12-31T22:59:60Z", false, Traits = ["Run", "Long"])]
    public void Times_are_exact_or_rejected(string time, bool isAccepted)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["stars.csv"], "object_id,ra,dec\n1,1,1\n2,2,2\n");
        builds.OfTable(folder["stars.csv"], folder["d"]);
        Assert.Equal(0, PileProgram.Run("layer", "create", folder["l"], "--of", folder["d"]).ExitCode);
        File.WriteAllText(folder["t.csv"], $"object_id,t\n1,{time}\n");
        ProgramResult set = PileProgram.Run("layer", "set", folder["l"], folder["t.csv"], "--as", "t=time", "--message", "one");
        Assert.Equal(isAccepted ? 0 : 1, set.ExitCode);
        if (!isAccepted)
            Assert.Contains($"'t': {time}", set.Error.Replace("column 't'", "'t'", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_key_takes_a_value_away_and_fields_that_are_not_in_the_table_stay()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["stars.csv"], "object_id,ra,dec\n1,1,1\n2,2,2\n");
        builds.OfTable(folder["stars.csv"], folder["d"]);
        Assert.Equal(0, PileProgram.Run("layer", "create", folder["l"], "--of", folder["d"]).ExitCode);
        File.WriteAllText(folder["one.csv"], "object_id,a,b,c\n1,1,10,5\n2,2,20,6\n");
        File.WriteAllText(folder["two.jsonl"], "{\"object_id\":1,\"a\":3}\n{\"object_id\":2,\"b\":30}\n");
        foreach (string table in (string[])["one.csv", "two.jsonl"])
            Assert.Equal(0, PileProgram.Run("layer", "set", folder["l"], folder[table], "--message", table).ExitCode);
        Assert.Equal("""[{"object_id":1,"a":3,"b":null,"c":5},{"object_id":2,"a":null,"b":30,"c":6}]""", PileProgram.Run("query",
            folder["d"], "--layer", folder["l"], "--columns", "object_id,a,b,c", "--sort", "object_id", "--json").Output.Trim());
        File.WriteAllText(folder["three.csv"], "object_id,a\n7,1\n");
        Assert.Contains("has 1 id that the dataset of layer", PileProgram.RunToError(2, "layer", "set", folder["l"], folder["three.csv"],
            "--message", "three"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_is_not_renamed_to_its_own_name_but_its_case_may_change()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["stars.csv"], "object_id,ra,dec\n1,1,1\n2,2,2\n");
        builds.OfTable(folder["stars.csv"], folder["d"]);
        Assert.Equal(0, PileProgram.Run("layer", "create", folder["l"], "--of", folder["d"]).ExitCode);
        File.WriteAllText(folder["t.csv"], "object_id,score\n1,5\n");
        Assert.Equal(0, PileProgram.Run("layer", "set", folder["l"], folder["t.csv"], "--message", "one").ExitCode);
        ProgramResult same = PileProgram.Run("layer", "rename-field", folder["l"], "score", "score");
        Assert.Equal(2, same.ExitCode);
        Assert.Contains("'score' has this name already", same.Error, StringComparison.Ordinal);
        Assert.Equal(0, PileProgram.Run("layer", "rename-field", folder["l"], "score", "Score").ExitCode);
        Assert.Equal("""[{"Score":5}]""", PileProgram.Run("query", folder["d"], "--layer", folder["l"], "--where", "object_id = 1",
            "--columns", "Score", "--json").Output.Trim());
        Assert.Equal(0, PileProgram.Run("layer", "verify", folder["l"]).ExitCode);
    }

    [Fact]
    public void Timestamps_of_parquet_files_become_times_by_themselves()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["stars.csv"], "object_id,ra,dec\n1,1,1\n2,2,2\n");
        builds.OfTable(folder["stars.csv"], folder["d"]);
        Assert.Equal(0, PileProgram.Run("layer", "create", folder["l"], "--of", folder["d"]).ExitCode);
        string[] types = ["TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"];
        Write("t.parquet", string.Join(", ", types.Select((type, i) => $"'2024-02-29 23:59:59.{(i == 2 ? "0" : i == 3 ? "123" : "123456")}"
            + $"{(i == 1 ? "+02:00" : "")}'::{type} AS t{i}")) + ", '2024-02-29'::DATE AS day");
        Set("t.parquet", 0);
        Assert.Equal("t0 time, t1 time, t2 time, t3 time, t4 time, day string", string.Join(", ", PileProgram.RunToJson("info",
            folder["l"]).GetProperty("fields").EnumerateArray().Select(f => $"{f.GetProperty("name")} {f.GetProperty("type")}")));
        Assert.Equal("same", Python.Run("""
            import json, sys
            from astropy.time import Time
            row = json.loads(sys.argv[1])[0]
            for i, text in enumerate(['23:59:59.123456', '21:59:59.123456', '23:59:59', '23:59:59.123', '23:59:59.123456']):
                assert abs(row[f't{i}'] - Time('2024-02-29T' + text, scale='utc').mjd) < 1e-11, (i, row)
            print('same')
            """, PileProgram.Run("query", folder["d"], "--layer", folder["l"], "--where", "object_id = 1", "--json").Output).Trim());

        // Nothing is rounded, and a field of texts stays one.
        Write("ns.parquet", "'2024-02-29 23:59:59.123456789'::TIMESTAMP_NS AS n");
        Assert.Contains("2024-02-29 23:59:59.123456789", Set("ns.parquet", 1), StringComparison.Ordinal);
        Set("ns.parquet", 0, "--as", "n=string");
        Write("more.parquet", "'2024-03-01 00:00:00'::TIMESTAMP AS n");
        Set("more.parquet", 0);
        Assert.Equal("""[{"n":"2024-03-01 00:00:00"}]""", PileProgram.Run("query", folder["d"], "--layer", folder["l"], "--where",
            "object_id = 1", "--columns", "n", "--json").Output.Trim());

        void Write(string name, string columns)
        {
            using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings());
            using DuckDbConnection connection = database.Connect();
            connection.Execute($"COPY (SELECT 1 AS object_id, {columns}) TO {DuckDbSql.Literal(folder[name])} (FORMAT parquet)");
        }

        string Set(string name, int exitCode, params string[] more)
        {
            ProgramResult set = PileProgram.Run(["layer", "set", folder["l"], folder[name], "--message", "m", .. more]);
            Assert.True(set.ExitCode == exitCode, set.Error);
            return set.Error;
        }
    }

    [Fact]
    public void A_layer_belongs_to_one_of_the_datasets_of_a_statement()
    {
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["a", "b"])
        {
            File.WriteAllText(folder["stars.csv"], $"object_id,ra,dec,{name}\n1,1,1,1\n2,2,2,2\n");
            builds.OfTable(folder["stars.csv"], folder[name]);
        }
        Assert.Equal(0, PileProgram.Run("layer", "create", folder["l"], "--of", folder["b"]).ExitCode);
        File.WriteAllText(folder["v.csv"], "object_id,v\n2,7\n");
        Assert.Equal(0, PileProgram.Run("layer", "set", folder["l"], folder["v.csv"], "--message", "one").ExitCode);
        string[] statement = ["sql", "SELECT v FROM x JOIN y USING (object_id) WHERE v IS NOT NULL", "--layer", folder["l"], "--json"];
        Assert.Equal("""[{"v":7}]""",
            PileProgram.Run([.. statement, "--as", $"x={folder["a"]}", "--as", $"y={folder["b"]}"]).Output.Trim());
        Assert.Contains("which is not", PileProgram.Run([.. statement, "--as", $"x={folder["a"]}", "--as", $"y={folder["a"]}"]).Error,
            StringComparison.Ordinal);
    }

    [GeneratedRegex("\"object_id\": ?(?<id>[0-9]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ObjectIds();
}
