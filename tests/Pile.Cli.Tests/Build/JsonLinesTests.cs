using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary>JSON Lines as the tables of <c>pile build</c> and <c>pile crossmatch</c>.</summary>
public class JsonLinesTests
{
    // Alerts: the previous detections are a list of objects, in which upper limits have no id.
    private static readonly string[] Alerts =
    [
        """{"objectId":"ZTF17a","candid":472263571115115000,"candidate":{"ra":10.5,"dec":20.25,"magpsf":18.5},"""
            + "\"prv\":[{\"mjd\":1.5,\"mag\":19},{\"mjd\":2}]}",
        "{\"objectId\":\"ZTF17b\",\"candid\":",
        """{"objectId":"ZTF17c","candid":472263571115115001,"candidate":{"ra":11.5,"dec":-20,"magpsf":NaN},"prv":null}""",
        """{"objectId":"ZTF17d","candid":472263571115115002,"candidate":{"ra":12.5,"dec":-89},"prv":[],"bands":["g","r"]}""",
    ];

    [Fact]
    public void Alerts_become_a_catalogue_with_a_nested_group_and_bad_lines_are_listed()
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["alerts.jsonl"], Alerts);
        string[] build = ["build", "--from", folder["alerts.jsonl"], "--id", "objectId", "--ra", "candidate.ra", "--dec", "candidate.dec",
            "--ra-unit", "deg", "--out", folder["d"]];
        Assert.Contains("alerts.jsonl, row 1, column 'candid': line 2: an object that does not end is not valid JSON.",
            PileProgram.RunToError(1, build), StringComparison.Ordinal);
        ProgramResult built = PileProgram.Run([.. build, "--on-error", "skip"]);
        Assert.Equal((3, true), (built.ExitCode, built.Error.Contains("1 row was skipped", StringComparison.Ordinal)));
        Assert.Equal(["file,row,reason", "alerts.jsonl,1,column 'candid': line 2: an object that does not end is not valid JSON"],
            File.ReadAllLines(folder["d/skipped.csv"]));
        Assert.Equal(0, PileProgram.Run("validate", folder["d"], "--deep").ExitCode);
        Assert.Equal("""
            ZTF17a 472263571115115000 18.5 [1.5, 2.0] [19.0, None] None
            ZTF17c 472263571115115001 None None None None
            ZTF17d 472263571115115002 None [] [] ['g', 'r']

            """, Python.Run("""
            import sys, json
            for row in sorted(json.load(open(sys.argv[1])), key=lambda row: row['object_id']):
                print(*(row[n] for n in ('object_id', 'candid', 'candidate.magpsf', 'prv.mjd', 'prv.mag', 'bands')))
            """, Rows(folder)));
    }

    [Fact]
    public void Missing_elements_that_become_empty_texts_are_reported()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["l.jsonl"],
            """{"id":1,"ra":10,"dec":1,"s":["x",null,""],"b":[true,null],"big":[9007199254740993,null],"i":[1,null]}""" + "\n");
        ProgramResult built = PileProgram.Run("build", "--from", folder["l.jsonl"], "--out", folder["d"]);
        Assert.Equal(0, built.ExitCode);
        Assert.Contains("the column 's' has lists with missing elements, which are empty texts.", built.Error, StringComparison.Ordinal);
        foreach (string column in (string[])["b", "big"])
            Assert.Contains($"the column '{column}' has lists with missing elements, which are empty texts, and its other elements are "
                + "texts, as they are written.", built.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("'i'", built.Error, StringComparison.Ordinal);
        File.WriteAllText(folder["rows.json"], PileProgram.Run("query", folder["d"], "--json").Output);
        Assert.Equal("['x', '', ''] ['true', ''] ['9007199254740993', ''] [1.0, None]", Python.Run("""
            import sys, json
            row = json.load(open(sys.argv[1]))[0]
            print(*(row[n] for n in ('s', 'b', 'big', 'i')))
            """, folder["rows.json"]).Trim());
    }

    [Theory] // annotations of COCO: polygons of different lengths, and run lengths of crowds
    [InlineData("--exclude", "segmentation")]
    [InlineData("--exclude", "segmentation", "--on-error", "skip", Traits = ["Run", "Long"])]
    [InlineData("--exclude", "seg", "--rename", "segmentation=seg")]
    [InlineData("--only", "bbox,category_id")]
    public void A_key_with_values_that_no_column_can_have_can_be_left_out(params string[] options)
    {
        using TemporaryFolder folder = new();
        string[] polygons = ["[[1.5, 2, 3, 4, 5, 6]]", "[[1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6, 7, 8]]", "[]"];
        File.WriteAllLines(folder["a.jsonl"], polygons.Append("""{"counts": [100, 5], "size": [480, 640]}""").Select((shape, i) =>
            $$"""{"id": {{i}}, "segmentation": {{shape}}, "bbox": [{{i}}, 2, 3, 4.5], "category_id": {{i}}}"""));
        string[] build = ["build", "--from", folder["a.jsonl"], "--partition", "hash", "--id", "id", "--out", folder["d"]];
        string error = PileProgram.RunToError(1, build);
        Assert.Contains("row 1, column 'segmentation'", error, StringComparison.Ordinal);
        Assert.Contains("exclude the column when you build a dataset, or remove the key: jq -c 'del(.segmentation)' FILE", error,
            StringComparison.Ordinal);
        ProgramResult built = PileProgram.Run([.. build, .. options]);
        Assert.True(built.ExitCode == 0, built.Error);
        Assert.Equal("[0,[0.0,2.0,3.0,4.5]] [1,[1.0,2.0,3.0,4.5]] [2,[2.0,2.0,3.0,4.5]] [3,[3.0,2.0,3.0,4.5]]", string.Join(' ',
            PileProgram.RunToJson("query", folder["d"], "--columns", "category_id,bbox", "--sort", "category_id").EnumerateArray()
                .Select(row => $"[{row.GetProperty("category_id")},{row.GetProperty("bbox").GetRawText()}]")));
        Assert.DoesNotContain("seg", PileProgram.Run("info", folder["d"]).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id": 1, "o": {"cells": [[1, 2, 3, 4.5], [5, 6, 7, 8]]}}""")]
    [InlineData("""{"id": 1, "o.cells": [[1, 2, 3, 4.5], [5, 6, 7, 8]]}""", Traits = ["Run", "Long"])]
    [InlineData("""{"id": 1, "o": {"cells": [{"x": 1, "y": 2, "width": 3, "height": 4.5}, {"x": 5, "y": 6, "width": 7, "height": 8}]}}""")]
    public void Boxes_of_a_layer_can_be_lists_in_an_object(string line)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n1,1,1\n2,2,2\n");
        File.WriteAllText(folder["cells.jsonl"], line + "\n");
        PileProgram.RunToJson("build", "--from", folder["t.csv"], "--out", folder["d"]);
        PileProgram.RunToJson("layer", "create", folder["l"], "--of", folder["d"]);
        PileProgram.RunToJson("layer", "set", folder["l"], folder["cells.jsonl"], "--as", "o.cells=box", "--message", "m");
        Assert.Equal("[[1.0,5.0],[4.5,8.0]]", PileProgram.RunToJson("sql", folder["d"], "--layer", folder["l"],
            "SELECT [\"o.cells.x\", \"o.cells.height\"] AS v FROM d WHERE id = 1")[0].GetProperty("v").GetRawText());
    }

    [Fact]
    public void A_table_on_standard_input_and_the_same_table_as_CSV_have_the_same_rows()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], "id,ra,dec,mag,name\n1,10.5,20.25,18.5,a\n2,11,-20,,b c\n3,12,-30,1e-3,\"d,e\"\n");
        Python.Run("import sys, pandas; pandas.read_csv(sys.argv[1]).to_json(sys.argv[2], orient='records', lines=True)", folder["t.csv"],
            folder["t.jsonl"]);
        ProgramResult built = PileProgram.RunInShell($"cat '{folder["t.jsonl"]}' | \"$0\" \"$@\"", "build", "--from", "-", "--format",
            "jsonl", "--out", folder["d"]);
        Assert.Equal((0, ""), (built.ExitCode, built.ExitCode == 0 ? "" : built.Error));
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["t.csv"], "--out", folder["e"]).ExitCode);
        foreach (string dataset in (string[])["d", "e"])
            Assert.Equal(0, PileProgram.Run("query", folder[dataset], "--out", folder[dataset + ".csv"]).ExitCode);
        Assert.Equal(File.ReadAllText(folder["e.csv"]), File.ReadAllText(folder["d.csv"]));
    }

    [Fact]
    public void Both_sides_of_a_match_may_be_JSON_Lines()
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["a.jsonl"], Enumerable.Range(0, 50)
            .Select(i => $"{{\"id\":{i},\"ra\":{i},\"dec\":{i - 25},\"tags\":[\"x\"]}}"));
        File.WriteAllLines(folder["b.ndjson"], Enumerable.Range(0, 50)
            .Select(i => $"{{\"id\":\"s{i}\",\"ra\":{i},\"dec\":{i - 25}.{(i % 2 == 0 ? "0001" : "1")},\"v\":[{i},{i}.5]}}"));
        ProgramResult matched = PileProgram.Run("crossmatch", folder["a.jsonl"], folder["b.ndjson"], "--radius", "1", "--out",
            folder["pairs.csv"]);
        Assert.Equal((0, ""), (matched.ExitCode, matched.ExitCode == 0 ? "" : matched.Error));
        Assert.Equal(25, File.ReadLines(folder["pairs.csv"]).Count() - 1);
    }

    [Fact]
    public void Light_curves_of_JSON_Lines_are_those_of_the_same_table_as_CSV()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, json, gzip, pandas
            t = pandas.read_csv(sys.argv[1], float_precision='round_trip').assign(ra=10.5, dec=-20.25)
            t.to_csv(sys.argv[2] + '.csv', index=False)
            with gzip.open(sys.argv[2] + '.jsonl.gz', 'wt') as file:
                for row in t.to_dict('records'): print(json.dumps(row), file=file)
            """, TestPaths.Data("lightcurves/plasticc_lightcurves.csv.gz"), folder["t"]);
        foreach (string file in (string[])["t.csv", "t.jsonl.gz"])
        {
            File.WriteAllText(folder[file + ".yaml"], Recipes.Text("time-series",
                $"kind: lightcurve-table\nfiles: {file}\nid: object_id\nra_unit: deg\n"
                    + "time: { column: mjd, scale: UTC, zero_mjd: 0 }\nflux: flux\nflux_unit: mJy\nflux_err: flux_err\nband: passband"));
            Assert.Equal(0, PileProgram.Run("build", folder[file + ".yaml"], "--out", folder[file + ".pile"]).ExitCode);
            Assert.Equal(0, PileProgram.Run("read", folder[file + ".pile"], "--where", "true", "--columns",
                "lightcurve_time,lightcurve_flux", "--format", "json", "--out", folder[file + ".rows"]).ExitCode);
        }
        string[] names = [.. Directory.GetFiles(folder["t.csv.rows"]).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
        Assert.Equal(4, names.Count(name => name!.EndsWith(".json", StringComparison.Ordinal))); // two columns of two objects
        Assert.All(names, name => Assert.Equal(File.ReadAllText(Path.Combine(folder["t.csv.rows"], name)),
            File.ReadAllText(Path.Combine(folder["t.jsonl.gz.rows"], name))));
    }

    private static string Rows(TemporaryFolder folder)
    {
        File.WriteAllText(folder["rows.json"], PileProgram.RunToJson("query", folder["d"], "--columns",
            "object_id,candid,candidate.magpsf,prv.mjd,prv.mag,bands", "--json").GetRawText());
        return folder["rows.json"];
    }
}
