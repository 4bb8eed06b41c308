using System.Globalization;
using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Saved;

/// <summary>Saved queries: what they record, and that every verb takes them as a dataset.</summary>
public sealed class SavedQueryTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Near => folder["near.query.yaml"];

    private JsonElement SaveNear(params string[] more) => PileProgram.RunToJson(["query", built.Gaia, "--where", "parallax > 1",
        "--columns", "object_id,parallax", "--sort", "parallax desc", "--save", Near, .. more]);

    [Fact]
    public void Info_shows_what_selects_the_rows()
    {
        string[] query = ["query", built.Sky, "--cone", "300,-45,60deg", "--columns", "object_id,ra", "--sort", "ra desc", "--limit", "3"];
        PileProgram.RunToJson([.. query, "--save", Near]);
        string text = PileProgram.Run("info", Near).Output;
        Assert.Contains("query        3 of 131 rows, hash ", text, StringComparison.Ordinal);
        Assert.Contains("  region     cone 300,-45,60\n  columns    object_id, ra\n  sort       ra desc\n  limit      3\n", text,
            StringComparison.Ordinal);
        JsonElement selection = PileProgram.RunToJson("info", Near).GetProperty("query").GetProperty("selection");
        Assert.Equal(["region", "columns", "sort", "limit"], selection.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void Rows_ids_and_hash_equal_those_that_an_independent_program_computes()
    {
        JsonElement said = SaveNear();
        string[] expected = Python.Run("""
            import sys, json, struct, hashlib, yaml
            from astropy.table import Table
            path, source, manifest = sys.argv[1:]
            rows = Table.read(source).to_pandas()
            rows = rows[rows.parallax > 1].sort_values('parallax', ascending=False, kind='stable')
            name = [c for c in rows if c.lower() == 'source_id'][0]
            ids = b''.join(struct.pack('<I', len(i)) + i for i in (str(n).encode() for n in rows[name]))
            file = yaml.safe_load(open(path))
            root = hashlib.sha256(open(manifest, 'rb').read()).hexdigest()
            assert file['dataset']['root'] == root and file['layers'] == []
            document = {k: v for k, v in file.items() if k not in ('dataset', 'layers')} | {'root': root}
            canonical = json.dumps(document, sort_keys=True, separators=(',', ':'), ensure_ascii=False)
            print(root, len(rows), hashlib.sha256(ids).hexdigest(), hashlib.sha256(canonical.encode()).hexdigest())
            """, Near, TestPaths.Data("catalog/gaia_results.fits"), Path.Combine(built.Gaia, "pile.yaml")).Trim().Split(' ');
        Assert.Equal(expected, new[] { said.GetProperty("root").GetString(),
            said.GetProperty("rows").GetInt64().ToString(CultureInfo.InvariantCulture), said.GetProperty("ids_sha256").GetString(),
            said.GetProperty("hash").GetString() });
    }

    [Fact]
    public void Every_verb_takes_a_saved_query_as_a_dataset()
    {
        long rows = SaveNear().GetProperty("rows").GetInt64();
        string[] ids = Ids(Near);
        Assert.Equal(rows, ids.Length);
        Assert.Equal(Ids(built.Gaia, "--where", "parallax > 1", "--sort", "parallax desc"), ids);
        Assert.Equal("object_id parallax", string.Join(' ', PileProgram.RunToJson("query", Near, "--limit", "1")[0]
            .EnumerateObject().Select(p => p.Name)));
        Assert.Equal(rows, PileProgram.RunToJson("sql", Near, "SELECT count(*) AS n FROM d WHERE parallax > 1")[0]
            .GetProperty("n").GetInt64());
        Assert.Equal(rows, PileProgram.RunToJson("info", Near).GetProperty("query").GetProperty("rows").GetInt64());
        Assert.Equal(rows, PileProgram.RunToJson("stream", Near, "--shuffle", "1").GetProperty("rows").GetInt64());
        Assert.Equal(3, PileProgram.RunToJson(["read", Near, "--id", .. ids.Take(3), "--columns", "parallax", "--format", "json",
            "--out", folder["files"]]).GetProperty("rows").GetInt32());
        PileProgram.RunToJson("copy", Near, folder["copy"]);
        Assert.Equal(ids.Order(StringComparer.Ordinal), Ids(folder["copy"]).Order(StringComparer.Ordinal));
        Assert.True(PileProgram.RunToJson("validate", folder["copy"], "--deep").GetProperty("valid").GetBoolean());
        Assert.Equal(rows, PileProgram.RunToJson("export", Near, "--format", "hats", "--out", folder["hats"])
            .GetProperty("rows").GetInt64());
        Assert.True(PileProgram.RunToJson("validate", Near).GetProperty("valid").GetBoolean());
        Assert.True(PileProgram.RunToJson("verify", Near, "--deep").GetProperty("valid").GetBoolean());
        Assert.Equal((0, ""), (PileProgram.Run("query", Near, "--verify", "--limit", "1").ExitCode,
            PileProgram.Run("query", Near, "--verify", "--limit", "1").Error));
    }

    [Fact]
    public void Exported_rows_are_those_of_the_query()
    {
        string[] ids = Ids(built.Gaia, "--where", "parallax > 1", "--sort", "parallax desc", "--limit", "20");
        SaveNear("--limit", "20");
        PileProgram.RunToJson("export", Near, "--format", "hats", "--out", folder["hats"]);
        string tile = Directory.EnumerateFiles(folder["hats"], "Npix=*.parquet", SearchOption.AllDirectories)
            .First(path => !path.Contains("margin", StringComparison.Ordinal));
        PileProgram.RunToJson("build", "--from", tile, "--out", folder["back"]);
        Assert.Equal(ids.Order(StringComparer.Ordinal), Ids(folder["back"]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Conditions_are_added_to_a_saved_query_whose_limit_comes_first()
    {
        SaveNear("--limit", "20");
        string[] saved = Ids(Near);
        string[] far = Ids(Near, "--where", "dec > 85.2");
        string[] expected = [.. Ids(built.Gaia, "--where", "dec > 85.2").Intersect(saved)];
        Assert.Equal(saved.Where(expected.Contains), far);
        Assert.InRange(far.Length, 1, 19);
        Assert.Equal(saved.Reverse(), Ids(Near, "--sort", "parallax"));
        PileProgram.RunToJson("query", Near, "--where", "dec > 85.2", "--save", folder["far.query.yaml"]);
        Assert.Equal(far, Ids(folder["far.query.yaml"]));
        Assert.Equal(far.Length, PileProgram.RunToJson("sql", folder["far.query.yaml"], "SELECT count(*) AS n FROM d")[0]
            .GetProperty("n").GetInt32());
        PileProgram.RunToJson("query", built.Gaia, "--native", "--where", "parallax > 5", "--save", folder["native.query.yaml"]);
        Assert.Equal(Ids(built.Gaia, "--where", "parallax > 5"), Ids(folder["native.query.yaml"]));
        Assert.Contains("has no row with object_id", PileProgram.RunToError(2, "read", Near, "--id",
            Ids(built.Gaia).Except(saved).First(), "--columns", "parallax", "--out", folder["none"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Regions_and_ids_select_the_same_rows_when_they_are_opened()
    {
        File.WriteAllText(folder["moc.txt"], "3/704-735 5/11900-12000");
        File.WriteAllLines(folder["ids.txt"], Ids(built.Sky).Take(7).Reverse());
        foreach (string[] region in (string[][])[["--cone", "310,-60,20deg"], ["--box", "300,-70,20,-30"],
            ["--polygon", "280,-70,340,-70,340,-30,280,-30"], ["--moc", folder["moc.txt"]], ["--ids", folder["ids.txt"]]])
        {
            string path = folder[$"{region[0]}.query.yaml"];
            PileProgram.RunToJson(["query", built.Sky, .. region, "--save", path]);
            string[] ids = Ids([built.Sky, .. region]);
            Assert.InRange(ids.Length, 1, 130);
            Assert.Equal(ids, Ids(path));
            Assert.Equal(ids.Length, PileProgram.RunToJson("sql", path, "SELECT count(*) AS n FROM d")[0].GetProperty("n")
                .GetInt32());
        }
    }

    [Fact]
    public void A_changed_dataset_is_an_error_with_both_roots_unless_the_query_follows_it()
    {
        string data = folder["data"], rigid = folder["rigid.query.yaml"], following = folder["following.query.yaml"];
        Build("one");
        string before = PileProgram.RunToJson("query", data, "--limit", "2", "--save", rigid).GetProperty("root").GetString()!;
        PileProgram.RunToJson("query", data, "--limit", "2", "--save", following, "--follow");
        Directory.Delete(data, recursive: true);
        Build("two");
        string after = PileProgram.RunToJson("info", data).GetProperty("root").GetString()!;
        string error = PileProgram.RunToError(1, "query", rigid);
        Assert.Contains(before, error, StringComparison.Ordinal);
        Assert.Contains(after, error, StringComparison.Ordinal);
        Assert.Contains("save the query again", error, StringComparison.Ordinal);
        ProgramResult followed = PileProgram.Run("query", following, "--json");
        Assert.Equal(2, followed.Json.GetArrayLength());
        Assert.Contains($"follows the dataset '{data}', which now has root {after}", followed.Error, StringComparison.Ordinal);

        void Build(string survey) => Assert.Equal(0, PileProgram.Run("build", "--from", TestPaths.Data("catalog/small_sky.fits"), "--out",
            data, "--survey", survey, "--quiet").ExitCode);
    }

    [Fact]
    public void A_relative_address_is_relative_to_the_file_and_no_part_of_the_hash()
    {
        Directory.CreateDirectory(folder["a"]);
        Directory.CreateSymbolicLink(folder["a/data"], built.Sky);
        ProgramResult saved = PileProgram.RunInShell("cd \"$1\" && \"$0\" query data --where 'ra > 300' --save sub.query.yaml --json",
            folder["a"]);
        Assert.Contains("address: data\n", File.ReadAllText(folder["a/sub.query.yaml"]), StringComparison.Ordinal);
        Assert.Equal(Ids(built.Sky, "--where", "ra > 300"), Ids(folder["a/sub.query.yaml"]));
        Assert.Equal(saved.Json.GetProperty("hash").GetString(), PileProgram.RunToJson("query", built.Sky, "--where", "ra > 300", "--save",
            folder["other.query.yaml"]).GetProperty("hash").GetString());
    }

    [Fact]
    public void Diff_lists_the_ids_that_only_one_query_selects()
    {
        PileProgram.RunToJson("query", built.Sky, "--where", "ra < 330", "--save", folder["a.query.yaml"]);
        PileProgram.RunToJson("query", built.Sky, "--where", "ra > 300", "--save", folder["b.query.yaml"]);
        ProgramResult diff = PileProgram.Run("diff", folder["a.query.yaml"], folder["b.query.yaml"], "--rows", folder["rows.csv"],
            "--json");
        string[] a = Ids(folder["a.query.yaml"]), b = Ids(folder["b.query.yaml"]);
        Assert.Equal(1, diff.ExitCode);
        Assert.Equal(b.Except(a), diff.Json.GetProperty("added").EnumerateArray().Select(i => i.ToString()));
        Assert.Equal(a.Except(b), diff.Json.GetProperty("removed").EnumerateArray().Select(i => i.ToString()));
        Assert.Equal(a.Intersect(b).Count(), diff.Json.GetProperty("common").GetInt32());
        Assert.Equal(1 + a.Union(b).Count() - a.Intersect(b).Count(), File.ReadAllLines(folder["rows.csv"]).Length);
        Assert.Equal(0, PileProgram.Run("diff", folder["a.query.yaml"], folder["a.query.yaml"]).ExitCode);
    }

    [Fact]
    public void A_match_records_the_query_and_root_of_each_side()
    {
        JsonElement saved = SaveNear();
        Assert.Equal(0, PileProgram.Run("crossmatch", Near, built.Gaia, "--radius", "1", "--out", folder["m.ecsv"]).ExitCode);
        string table = File.ReadAllText(folder["m.ecsv"]);
        Assert.Contains($"pile.match.a.query: {saved.GetProperty("hash").GetString()}", table.Replace("\"", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.Contains($"pile.match.a.root: {saved.GetProperty("root").GetString()}", table.Replace("\"", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.DoesNotContain("pile.match.b.query", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_reports_a_query_that_was_edited()
    {
        SaveNear();
        File.WriteAllText(Near, File.ReadAllText(Near).Replace("parallax > 1", "parallax > 2", StringComparison.Ordinal));
        foreach (string[] command in (string[][])[["verify", Near], ["query", Near, "--verify"]])
            Assert.Contains("but it recorded", PileProgram.RunToError(1, command), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_valid_is_one_error()
    {
        PileProgram.RunToJson("query", built.Sky, "--save", Near);
        string text = File.ReadAllText(Near);
        // Within quotation marks if its digits look like a number.
        string root = text.Split("root: ")[1].Split('\n')[0];
        foreach ((string old, string changed, int exitCode, string expected) in ((string, string, int, string)[])
        [
            ("pile_query: 1", "pile_query: 2", 1, "install a newer version"),
            ("pile_query: 1", "pile_query: 1\nwhen: x", 1, "unknown key 'when'"),
            ("layers: []", "layers: [{ address: notes, commit: 1, hash: ROOT }]", 1, "its layer is missing"),
            ("address: ADDRESS", "address: nowhere", 1, "its dataset is missing"),
            ("address: ADDRESS", "address: x.query.yaml", 1, "expected the folder or address of a dataset"),
            ("root: ROOT", "root: abc", 1, "64 lower-case hexadecimal digits"),
            ("layers: []", "follow: true", 1, "a query with 'follow: true' has no key 'root'"),
            ("layers: []", "region: [{ cone: \"1,2\" }]", 1, "another number of values than a cone needs"),
            ("layers: []", "region: [{ cone: \"1,2,x\" }]", 1, "is not a number in degrees"),
            ("layers: []", "region: [{ circle: \"1,2,3\" }]", 1, "unknown key 'circle'"),
            ("layers: []", "columns: [ra, nothing]", 1, "nothing"),
            ("layers: []", "ids: [abc]", 1, "is not a valid id"),
            ("layers: []", "limit: -1", 1, "at least 0"),
            ("layers: []", "where: [\"ra > \"]", 2, "ra >"),
            ("rows: 131", "rowz: 131", 1, "unknown key 'rowz'"),
            ("rows: 131", "", 1, "the key 'rows' is missing"),
            ("layers: []", "where: &a x\nsort: *a", 1, "anchors and aliases are not allowed"),
        ])
        {
            Assert.Contains(Filled(old), text, StringComparison.Ordinal);
            File.WriteAllText(Near, text.Replace(Filled(old), Filled(changed), StringComparison.Ordinal));
            Assert.Contains(expected, PileProgram.RunToError(exitCode, "query", Near), StringComparison.Ordinal);
        }

        string Filled(string pattern) => pattern.Replace("ADDRESS", built.Sky, StringComparison.Ordinal)
            .Replace("ROOT", root, StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_that_cannot_use_a_saved_query_say_so()
    {
        PileProgram.RunToJson("query", built.Sky, "--save", Near);
        Assert.Contains("expected its folder", PileProgram.RunToError(2, "index", "rebuild", Near), StringComparison.Ordinal);
        Assert.Contains("Copy the query to a dataset", PileProgram.RunToError(2, "concat", Near, built.Sky, "--out", folder["c"]),
            StringComparison.Ordinal);
        Assert.Contains("there is no such saved query", PileProgram.RunToError(2, "query", folder["no.query.yaml"]),
            StringComparison.Ordinal);
        Assert.Contains("exists already", PileProgram.RunToError(2, "query", built.Sky, "--save", Near), StringComparison.Ordinal);
        Assert.Contains("ends in '.query.yaml'", PileProgram.RunToError(2, "query", built.Sky, "--save", folder["x.yaml"]),
            StringComparison.Ordinal);
        Assert.Contains("requires --save", PileProgram.RunToError(2, "query", built.Sky, "--follow"), StringComparison.Ordinal);
        Assert.Contains("use 'pile validate'", PileProgram.RunToError(2, "verify", built.Sky), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("random()", "--where", "random() < 0.5")]
    [InlineData("now()", "--where", "ra > 0 AND now() > DATE '2020-01-01'")]
    [InlineData("current_date", "--where", "current_date > DATE '2020-01-01'")]
    [InlineData("random()", "--sort", "random()")]
    [InlineData("uuid()", "--sort", "uuid() desc", "--limit", "3")]
    public void Expressions_that_differ_each_time_are_neither_saved_nor_pinned(string changing, params string[] selection)
    {
        string error = PileProgram.RunToError(2, ["query", built.Sky, .. selection, "--save", Near]);
        Assert.Contains($"{changing} returns a different value each time, but a file with a query records its rows", error,
            StringComparison.Ordinal);
        Assert.EndsWith(", or add --follow, so that it is executed anew each time", error.TrimEnd(), StringComparison.Ordinal);
        if (selection[0] == "--where")
        {
            string ofPin = PileProgram.RunToError(2, ["stream", built.Sky, "--columns", "ra", .. selection, "--pin", folder["r.pin.yaml"]]);
            Assert.Contains($"{changing} returns a different value each time", ofPin, StringComparison.Ordinal);
            Assert.DoesNotContain("follow", ofPin, StringComparison.Ordinal); // a pin cannot
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        // Nothing is recorded of a query that follows its dataset.
        Assert.Equal(0, PileProgram.Run(["query", built.Sky, .. selection, "--save", Near, "--follow"]).ExitCode);
    }

    [Fact]
    public void Of_a_query_that_follows_its_dataset_nothing_is_verified()
    {
        SaveNear("--follow");
        int rows = Ids(Near).Length;
        ProgramResult verified = PileProgram.Run("verify", Near);
        Assert.Equal(0, verified.ExitCode);
        Assert.Contains($": follows its dataset, so that nothing is recorded to compare; it has {rows:N0} rows now, hash ",
            verified.Output, StringComparison.Ordinal);
        JsonElement json = PileProgram.RunToJson("verify", Near);
        Assert.Equal((true, true, rows), (json.GetProperty("valid").GetBoolean(), json.GetProperty("follows").GetBoolean(),
            json.GetProperty("rows").GetInt32()));
        SaveNear("--replace");
        Assert.False(PileProgram.RunToJson("verify", Near).GetProperty("follows").GetBoolean());
    }

    private static string[] Ids(params string[] query) =>
        [.. PileProgram.RunToJson(["query", .. query, "--columns", "object_id"]).EnumerateArray()
            .Select(row => row.GetProperty("object_id").ToString())];
}
