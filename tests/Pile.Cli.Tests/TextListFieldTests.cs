using Pile.DuckDb;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>Fields of layers that are lists of texts, such as tags.</summary>
public sealed class TextListFieldTests : IDisposable
{
    // Row 7 has no line in the tables.
    private const string Tags = """
        {"1": ["blue", "a, b", ""], "2": [], "3": null, "4": ["é😀", "[\"x\"]", "quote \" and \\ back", "tab\t", "null"],
         "5": ["red", "red"], "6": [" lead", "trail ", "it's"]}
        """;

    private readonly TemporaryFolder folder = new();

    public TextListFieldTests(RepeatedBuilds builds)
    {
        File.WriteAllLines(folder["stars.csv"], ["object_id,ra,dec", .. Enumerable.Range(1, 7).Select(i => $"{i},{i},{i}")]);
        builds.OfTable(folder["stars.csv"], folder["d"]);
        Create("l");
        Python.Run("""
            import csv, json, sys
            tags = json.loads(sys.argv[1])
            with open(sys.argv[2] + '/t.jsonl', 'w') as file:
                for id, value in tags.items(): file.write(json.dumps({'object_id': int(id), 'tags': value}) + '\n')
            with open(sys.argv[2] + '/t.csv', 'w', newline='') as file:
                writer = csv.writer(file)
                writer.writerow(['object_id', 'tags'])
                for id, value in tags.items(): writer.writerow([id, '' if value is None else json.dumps(value, ensure_ascii=False)])
            """, Tags, folder.Path);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("jsonl", false)]
    [InlineData("jsonl", true)]
    [InlineData("csv", true)]
    [InlineData("parquet", false)]
    [InlineData("fits", true)]
    [InlineData("vot", true, Traits = ["Run", "Long"])]
    public void Lists_are_read_from_a_table_as_they_are(string format, bool isAsked)
    {
        if (format == "parquet")
            Execute($"COPY (SELECT * FROM read_json('{folder["t.jsonl"]}', columns = {{object_id: 'BIGINT', tags: 'VARCHAR[]'}})) TO "
                + $"'{folder["t.parquet"]}' (FORMAT parquet)");
        else if (format is "fits" or "vot")
            Python.Run("""
                import json, sys
                import numpy as np
                from astropy.table import Table
                tags = json.loads(sys.argv[1])
                texts = ['' if v is None else json.dumps(v, ensure_ascii=sys.argv[2].endswith('.fits')) for v in tags.values()]
                Table({'object_id': np.array([int(i) for i in tags]), 'tags': texts}).write(sys.argv[2],
                    format='fits' if sys.argv[2].endswith('.fits') else 'votable')
                """, Tags, folder[$"t.{format}"]);
        Set("l", format, isAsked);
        RequireTags();
        Assert.Equal("0 errors", PileProgram.Run("validate", folder["l"]).Output.Split(", ")[1]);
    }

    [Fact]
    public void Results_in_every_format_have_the_lists_and_can_be_set_again()
    {
        Set("l", "jsonl", isAsked: false);
        string[] formats = ["csv", "jsonl", "parquet", "fits", "vot", "ecsv"];
        foreach (string format in formats)
        {
            Assert.Equal(0, PileProgram.Run("query", folder["d"], "--layer", folder["l"], "--columns", "object_id,tags", "--sort",
                "object_id", "--out", folder[$"r.{format}"]).ExitCode);
            Create($"again-{format}");
            File.Copy(folder[$"r.{format}"], folder[$"t.{format}"], overwrite: true);
            Set($"again-{format}", format, isAsked: format is not ("jsonl" or "parquet" or "ecsv"));
            ProgramResult diff = PileProgram.Run("diff", folder["l"], folder[$"again-{format}"]);
            Assert.True(diff.ExitCode == 0, $"{format}: {diff.Output}{diff.Error}");
        }
        Assert.Equal(0, PileProgram.Run("read", folder["d"], "--layer", folder["l"], "--columns", "object_id,tags", "--where",
            "object_id > 0", "--one-file", folder["read.jsonl"]).ExitCode);
        Assert.Equal(0, PileProgram.Run("export", folder["d"], "--layer", folder["l"], "--format", "parquet", "--columns",
            "object_id,tags", "--out", folder["exported"]).ExitCode);
        Execute($"COPY (FROM read_parquet('{folder["r.parquet"]}')) TO '{folder["parquet.json"]}' (FORMAT json)");
        Execute($"COPY (FROM '{folder["exported"]}/*.parquet') TO '{folder["exported.json"]}' (FORMAT json)");
        Assert.Equal("equal", Python.Run("""
            import csv, json, sys
            from astropy.table import Table
            folder = sys.argv[2] + '/'
            lines = lambda name: {str(r['object_id']): r.get('tags') for r in map(json.loads, open(folder + name))}
            table = lambda name, kind: {str(r['object_id']): json.loads(str(r['tags'])) if str(r['tags']) not in ('', '--') else None
                for r in Table.read(folder + name, format=kind)}
            found = {'jsonl': lines('r.jsonl'), 'parquet': lines('parquet.json'), 'read': lines('read.jsonl'),
                'export': lines('exported.json'), 'fits': table('r.fits', 'fits'), 'vot': table('r.vot', 'votable'),
                'csv': {r['object_id']: json.loads(r['tags']) if r['tags'] else None for r in csv.DictReader(open(folder + 'r.csv'))},
                'ecsv': {str(r['object_id']): list(map(str, r['tags'])) for r in Table.read(folder + 'r.ecsv', format='ascii.ecsv')}}
            expected = json.loads(sys.argv[1]) | {'7': None}
            wrong = {k: v for k, v in found.items() if v != (expected if k != 'ecsv' else {i: l or [] for i, l in expected.items()})}
            print(wrong or 'equal')
            """, Tags, folder.Path).Trim());
    }

    [Theory]
    [InlineData("list_contains(tags, 'red')", "'red' in t")]
    [InlineData("list_contains(tags, '')", "'' in t")]
    [InlineData("len(tags) = 0", "t == []")]
    [InlineData("tags IS NULL", "False", true)]
    [InlineData("list_has_any(tags, ['a, b', 'é😀'])", "{'a, b', 'é😀'} & set(t)", Traits = ["Run", "Long"])]
    [InlineData("NOT list_contains(tags, 'red') AND len(list_distinct(tags)) = len(tags)", "'red' not in t and len(set(t)) == len(t)")]
    public void Conditions_find_the_rows_that_Python_finds(string where, string python, bool ofNull = false)
    {
        Set("l", "jsonl", isAsked: false);
        Assert.Equal(0, PileProgram.Run("stream", folder["d"], "--layer", folder["l"], "--where", where, "--write-ids", folder["ids"])
            .ExitCode);
        string ids = string.Join(' ', File.ReadAllLines(folder["ids"]).Order(StringComparer.Ordinal));
        Assert.Equal(Python.Run("""
            import json, sys
            tags = json.loads(sys.argv[1]) | {'7': None}
            of = lambda t: sys.argv[3] == 'True' if t is None else eval(sys.argv[2])
            print(*sorted(i for i, t in tags.items() if of(t)))
            """, Tags, python, $"{ofNull}").Trim(), ids);
        Assert.Equal(ids, string.Join(' ', PileProgram.RunToJson("sql", folder["d"], "--layer", folder["l"],
            $"SELECT object_id FROM d WHERE {where} ORDER BY 1").EnumerateArray().Select(r => r.GetProperty("object_id").ToString())));
    }

    [Fact]
    public void Later_commits_replace_lists_and_diff_and_blame_tell_texts_apart()
    {
        Set("l", "jsonl", isAsked: false);
        File.WriteAllLines(folder["t.csv"], ["object_id,tags", "1,\"[\"\"blue\"\", \"\"a\"\", \"\"b\"\", \"\"\"\"]\"", "2,", "3,[]",
            "7,\"[null, 1.50, true]\""]);
        Set("l", "csv", isAsked: false);
        Assert.Equal(1, PileProgram.Run("diff", $"{folder["l"]}@1", folder["l"], "--rows", folder["rows.jsonl"]).ExitCode);
        Assert.Equal("equal", Python.Run("""
            import json, sys
            found = {r['object_id']: (r['before'] and json.loads(r['before']), r['after'] and json.loads(r['after']))
                for r in map(json.loads, open(sys.argv[1]))}
            expected = {'1': (['blue', 'a, b', ''], ['blue', 'a', 'b', '']), '2': ([], None), '3': (None, []),
                '7': (None, ['', '1.50', 'true'])}
            print('equal' if {str(k): v for k, v in found.items()} == expected else found)
            """, folder["rows.jsonl"]).Trim());
        Assert.StartsWith("""tags = ["blue","a","b",""]  commit 2""", PileProgram.Run("layer", "blame", folder["l"], "--id", "1").Output,
            StringComparison.Ordinal);
        RequireTags("@1");
    }

    [Theory]
    [InlineData("blended", "blended is not a list of texts in JSON, such as [\"a\", \"b\"]")]
    [InlineData("[\"a\",]", "[\"a\",] is not a list of texts in JSON", Traits = ["Run", "Long"])]
    [InlineData("[\"a\"] x", "[\"a\"] x is not a list of texts in JSON", Traits = ["Run", "Long"])]
    [InlineData("\"a\"", "\"a\" is not a list of texts in JSON", Traits = ["Run", "Long"])]
    [InlineData("[\"a\", [\"b\"]]", "[\"a\", [\"b\"]], in which element 2 is a list, is not")]
    [InlineData("[{}]", "[{}], in which element 1 is an object, is not", Traits = ["Run", "Long"])]
    [InlineData("[\"\\ud800\"]", "[\"\\ud800\"], in which element 1 has half of a surrogate pair, is not")]
    public void Texts_that_are_not_lists_are_named(string value, string expected)
    {
        File.WriteAllLines(folder["t.csv"], ["object_id,tags", "1,[]", $"2,\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""]);
        Assert.Contains($"row 1, column 'tags': {expected}", PileProgram.RunToError(1, "layer", "set", folder["l"], folder["t.csv"], "--as",
            "tags=list<string>", "--message", "m"), StringComparison.Ordinal);
    }

    private void Create(string layer) => PileProgram.RunToJson("layer", "create", folder[layer], "--of", folder["d"]);

    private void Set(string layer, string format, bool isAsked) => Assert.Equal("list<string>", PileProgram.RunToJson(["layer", "set",
        folder[layer], folder[$"t.{format}"], "--message", "m", .. isAsked ? ["--as", "tags=list<string>"] : Array.Empty<string>()])
        .GetProperty("fields")[0].GetProperty("type").GetString());

    private void RequireTags(string at = "") => Assert.Equal("equal", Python.Run("""
        import json, sys
        found = {str(row['object_id']): row['tags'] for row in json.loads(sys.argv[2])}
        print('equal' if found == json.loads(sys.argv[1]) | {'7': None} else found)
        """, Tags, PileProgram.Run("query", folder["d"], "--layer", folder["l"] + at, "--columns", "object_id,tags",
            "--json").Output).Trim());

    private static void Execute(string sql)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        connection.Execute(sql);
    }
}
