using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Diff;

/// <summary><c>pile diff</c>: the rows that differ, compared with pandas on the tables that the datasets were built from.</summary>
public sealed class DiffRowsTests : IDisposable
{
    // Text ids in several scripts, blanks, NaN, -0.0, floats that differ in the last bit, and rows that move on the sky.
    private const string WriteTables = """
        import sys
        import numpy as np
        import pandas as pd
        folder, seed, ids = sys.argv[1], int(sys.argv[2]), sys.argv[3]
        rng = np.random.default_rng(seed)
        n = 1500
        a = pd.DataFrame({
            'id': [f'{"äß漢🙂z"[i % 5]}-{i}' for i in range(n)] if ids == 'text' else [str(i * 1001 - 2**40) for i in range(n)],
            'ra': [repr(float(x)) for x in rng.uniform(0, 360, n)],
            'dec': [repr(float(x)) for x in np.degrees(np.arcsin(rng.uniform(-1, 1, n)))],
            'flux': [repr(float(x)) for x in rng.normal(size=n)],
            'count': [str(x) for x in rng.integers(-9, 9, n)],
            'note, "q"': [f'é{x}' for x in rng.integers(0, 9, n)],
        })
        for value, column in (('', 'flux'), ('nan', 'flux'), ('-0.0', 'flux'), ('0.0', 'flux'), ('', 'count'), ('', 'note, "q"')):
            a.loc[rng.choice(n, 40, replace=False), column] = value
        b = a.copy()
        for column in a.columns[3:]: # swap values of rows
            rows = rng.choice(n, 100, replace=False)
            b.loc[rows, column] = a.loc[np.roll(rows, 1), column].values
        nan = b.index[b.flux == 'nan']
        b.loc[nan[:20], 'flux'] = ''
        zero = b.index[b.flux == '0.0']
        b.loc[zero[:20], 'flux'] = '-0.0'
        close = rng.choice(n, 20, replace=False)
        b.loc[close, 'dec'] = [repr(float(np.nextafter(float(x), 0))) for x in b.loc[close, 'dec']]
        b.loc[rng.choice(n, 20, replace=False), 'ra'] = '123.25'
        b = b.drop(rng.choice(n, 30, replace=False))
        new = a.iloc[:25].assign(id=[f'new{i}' if ids == 'text' else str(2**60 + i) for i in range(25)])
        b = pd.concat([b, new]).sample(frac=1, random_state=seed)
        a.to_csv(folder + '/a.csv', index=False)
        b.to_csv(folder + '/b.csv', index=False)
        both = a.merge(b, on='id', how='outer', indicator=True, suffixes=('', '_b'))
        lines = []
        for _, row in both.iterrows():
            names = [c for c in a.columns[1:] if row[c] != row[c + '_b']] if row['_merge'] == 'both' else []
            change = {'left_only': 'removed', 'right_only': 'added', 'both': 'changed'}[row['_merge']]
            if change != 'changed' or names:
                quoted = ['"' + c.replace('"', '""') + '"' if ',' in c else c for c in names]
                lines.append((row['id'], change, ','.join(quoted)))
        pd.DataFrame(sorted(lines), columns=['object_id', 'change', 'columns']).to_csv(folder + '/expected.csv', index=False)
        print(len(both) - len(lines))
        """;

    private const string ReadRows = """
        import sys
        import pandas as pd
        from astropy.table import Table
        def rows(path):
            if path.endswith('.csv'):
                return pd.read_csv(path, dtype=str, keep_default_na=False)
            table = Table.read(path)
            def texts(column): # an empty text is masked
                return column.filled('') if hasattr(column, 'filled') and column.dtype.kind in 'SU' else column
            return pd.DataFrame({n: [v.decode() if isinstance(v, bytes) else str(v) for v in texts(table[n])] for n in table.colnames})
        expected, found = (rows(p).sort_values('object_id').reset_index(drop=True) for p in sys.argv[1:3])
        print(list(found.columns) == list(expected.columns), len(found) == len(expected),
              (found.values == expected.values).all() if len(found) == len(expected) else found.merge(expected, how='outer', indicator=True)
              .query('_merge != "both"').head().to_dict('records'))
        """;

    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(1, "text", "csv", Traits = ["Run", "Long"])]
    [InlineData(2, "integer", "csv", Traits = ["Run", "Long"])]
    [InlineData(3, "integer", "fits")]
    [InlineData(4, "text", "vot", Traits = ["Run", "Long"])]
    [InlineData(5, "text", "ecsv", Traits = ["Run", "Long"])]
    public void Rows_are_those_that_pandas_finds_in_the_tables(int seed, string ids, string format)
    {
        int same = int.Parse(Python.Run(WriteTables, folder.Path, $"{seed}", ids));
        Build("a", "--order", "0");
        Build("b", "--order", "3"); // each cell is a shard of its own
        string rows = folder[$"rows.{format}"];
        JsonElement report = Diff(1, "a", "b", "--rows", rows);
        Assert.Equal("True True True\n", Python.Run(ReadRows, folder["expected.csv"], rows).ReplaceLineEndings("\n"));
        JsonElement counts = report.GetProperty("rows");
        string[] expected = [.. File.ReadAllLines(folder["expected.csv"]).Skip(1)];
        Assert.Equal((25, 30, expected.Length - 55, same), (counts.GetProperty("added").GetInt32(),
            counts.GetProperty("removed").GetInt32(), counts.GetProperty("changed").GetInt32(),
            counts.GetProperty("unchanged").GetInt32()));
        Assert.False(report.GetProperty("equal").GetBoolean());
        Assert.Empty(report.GetProperty("schema").EnumerateArray());
        Assert.Contains("partition.order", report.GetProperty("layout").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_rows_in_another_order_other_shards_and_another_codec_are_equal()
    {
        _ = Python.Run(WriteTables, folder.Path, "6", "text");
        Build("a", "--order", "0");
        string[] lines = File.ReadAllLines(folder["a.csv"]);
        File.WriteAllLines(folder["a.csv"], [lines[0], .. lines.Skip(1).Reverse()]);
        Build("a", "--order", "4", "--out", folder["b"], "--margin", "10", "--id-index", "--set", "options.target_shard_size=4kB");
        ProgramResult text = PileProgram.Run("diff", folder["a"], folder["b"], "--rows", folder["rows.csv"]);
        Assert.Equal((0, "object_id,change,columns\n"), (text.ExitCode, File.ReadAllText(folder["rows.csv"]).ReplaceLineEndings("\n")));
        Assert.EndsWith("\nequal\n", text.Output, StringComparison.Ordinal);
        Assert.Contains("partition.order: 0 -> 4", text.Output, StringComparison.Ordinal);
        Assert.Contains("0 added, 0 removed, 0 changed, 1,500 unchanged", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_moved_is_changed_also_if_all_rows_moved()
    {
        Table("a", "1,10.5,20.5,x", "2,11.5,20.5,y", "3,350.5,-80.5,z");
        Table("b", "1,350.5,-80.5,x", "2,10.5,20.5,y", "3,11.5,20.5,zz");
        Build("a");
        Build("b");
        JsonElement rows = Diff(1, "a", "b", "--rows", folder["rows.csv"]).GetProperty("rows");
        Assert.Equal("""{"ra":3,"dec":2,"name":1}""", string.Concat(rows.GetProperty("changed_by_column").ToString()
            .Where(c => !char.IsWhiteSpace(c))));
        Assert.Equal("object_id,change,columns\n1,changed,\"ra,dec\"\n2,changed,ra\n3,changed,\"ra,dec,name\"\n",
            File.ReadAllText(folder["rows.csv"]).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void A_dataset_without_rows_is_compared_too()
    {
        string samples = Path.Combine(TestPaths.Root, "format-spec", "conformance", "v1", "valid");
        string empty = Path.Combine(samples, "empty"), ten = Path.Combine(samples, "catalogue-int64");
        Assert.Equal("""{"added":0,"removed":10,"changed":0,"unchanged":0}""", Counts(Diff(1, ten, empty, "--rows", folder["rows.csv"])));
        Assert.Equal("""{"added":10,"removed":0,"changed":0,"unchanged":0}""", Counts(Diff(1, empty, ten)));
        Assert.True(Diff(0, empty, empty).GetProperty("equal").GetBoolean());
        Assert.Equal(["object_id,change,columns", "-1,removed,\"\"", "1000000000000,removed,\"\""],
            File.ReadAllLines(folder["rows.csv"])[..3]);
    }

    [Fact]
    public void Ids_of_two_kinds_never_match()
    {
        Table("a", "1,10,20,x", "2,11,20,y");
        Table("b", "one,10,20,x");
        Build("a");
        Build("b");
        JsonElement report = Diff(1, "a", "b", "--rows", folder["rows.csv"]);
        Assert.Equal("""{"added":1,"removed":2,"changed":0,"unchanged":0}""", Counts(report));
        Assert.Contains("the ids of A are integers, those of B text", report.GetProperty("notes").ToString(), StringComparison.Ordinal);
        Assert.Contains("\none,added,", File.ReadAllText(folder["rows.csv"]), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static string Counts(JsonElement report) => JsonSerializer.Serialize(report.GetProperty("rows").EnumerateObject().Take(4)
        .ToDictionary(p => p.Name, p => p.Value.GetInt32(), StringComparer.Ordinal));

    private void Table(string name, params string[] rows) => File.WriteAllLines(folder[$"{name}.csv"], ["id,ra,dec,name", .. rows]);

    private JsonElement Diff(int exitCode, string a, string b, params string[] more)
    {
        ProgramResult result = PileProgram.Run(["diff", folder[a], folder[b], "--json", .. more]);
        Assert.True(result.ExitCode == exitCode, $"exit code {result.ExitCode}\n{result.Output}\n{result.Error}");
        return result.Json;
    }

    private void Build(string name, params string[] more)
    {
        string[] output = more.Contains("--out") ? [] : ["--out", folder[name]];
        ProgramResult built = PileProgram.Run(["build", "--from", folder[$"{name}.csv"], "--name", "t", "--id", "id", .. output, .. more]);
        Assert.Equal((0, ""), (built.ExitCode, built.ExitCode == 0 ? "" : built.Error));
    }
}
