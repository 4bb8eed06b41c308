using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>Conditions on lists of texts select the rows that Python selects: of pairs of a match, and of the rows of a source.</summary>
public sealed class TextListConditionTests : IDisposable
{
    // More rows than a chunk of DuckDB; short and long texts, empty lists, an empty text and missing lists.
    private const string Make = """
        import json, random, sys
        random.seed(3)
        words = ['red', 'green', '', 'é😀', 'a text of more than twelve bytes', 'x' * 300]
        with open(sys.argv[1], 'w') as rows, open(sys.argv[2], 'w') as positions:
            positions.write('id,ra,dec\n')
            for i in range(5000):
                tags = None if i % 17 == 0 else [random.choice(words) for _ in range(random.randrange(6))]
                row = {'object_id': i, 'ra': i * 0.05, 'dec': (i % 100) * 0.3}
                if tags is not None: row['tags'] = tags
                rows.write(json.dumps(row) + '\n')
                positions.write(f"{i},{row['ra']!r},{row['dec']!r}\n")
        """;

    private const string Select = """
        import json, sys
        conditions = {
            'contains': lambda t: t is not None and 'red' in t,
            'element': lambda t: t is not None and len(t) > 1 and t[1] == 'a text of more than twelve bytes',
            'length': lambda t: t is not None and len(t) == 3 and 'x' * 300 in t,
        }
        rows = [json.loads(line) for line in open(sys.argv[1])]
        print(','.join(str(r['object_id']) for r in rows if conditions[sys.argv[2]](r.get('tags'))))
        """;

    private readonly TemporaryFolder folder = new();

    public TextListConditionTests() => Python.Run(Make, folder["rows.jsonl"], folder["positions.csv"]);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("contains", "list_contains(TAGS, 'red')")]
    [InlineData("element", "TAGS[2] = 'a text of more than twelve bytes'")]
    [InlineData("length", "len(TAGS) = 3 AND list_contains(TAGS, repeat('x', 300))")]
    public void Rows_are_those_of_Python(string name, string condition)
    {
        long[] expected = Ids(Python.Run(Select, folder["rows.jsonl"], name).Trim().Split(','));
        Assert.NotEmpty(expected);

        File.WriteAllText(folder["filtered.yaml"], $$"""
            pile: 1
            name: filtered
            provenance: { project: p, survey: s, instrument: i, release: "1" }
            licence: CC0-1.0
            citation: none
            source: { kind: table, files: rows.jsonl, filter: "{{condition.Replace("TAGS", "tags", StringComparison.Ordinal)}}" }
            """);
        PileProgram.Run("build", folder["filtered.yaml"], "--out", folder["filtered"], "--quiet");
        Assert.Equal(expected, Column("query", folder["filtered"], "--columns", "object_id", "--format", "csv", "--out", "-"));

        PileProgram.Run("build", "--from", folder["rows.jsonl"], "--out", folder["rows"], "--quiet");
        foreach (string side in (string[])["rows", "rows.jsonl"])
            Assert.Equal(expected, Column("crossmatch", folder[side], folder["positions.csv"], "--radius", "1", "--b-ra-unit", "deg",
                "--where", condition.Replace("TAGS", "a.tags", StringComparison.Ordinal), "--format", "csv", "--out", "-"));
    }

    private static long[] Column(params string[] arguments) =>
        Ids(PileProgram.Run(arguments).Output.Trim().Split('\n').Skip(1).Select(line => line.Split(',')[0]));

    private static long[] Ids(IEnumerable<string> texts) =>
        [.. texts.Select(text => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture)).Order()];
}
