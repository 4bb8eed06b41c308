using System.Globalization;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>The keys <c>rename</c>, <c>join</c> and <c>filter</c> of tables, compared with pandas.</summary>
public class TableChoiceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Keys that are missing, repeated on the left, absent on the right, negative, beyond 2^53, and text with blanks and of all planes.
    private const string MakeTables = """
        import sys, numpy as np, pandas as pd
        folder, kind, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
        rng = np.random.default_rng(seed)
        keys = ([f'ключ {i}' if i % 3 else f'\U0001F52D,{i}' for i in range(60)] if kind == 'text'
                else [int(k) for k in rng.integers(-9e18, 9e18, 50)] + list(range(-5, 5)))
        n = 200
        texts = [str(k) for k in keys]
        left = pd.DataFrame({'ra': rng.uniform(0, 360, n), 'dec': rng.uniform(-90, 90, n),
            'key': [texts[i] if i < len(keys) else None for i in rng.integers(0, len(keys) + 5, n)],
            'mag': [None if i % 7 == 0 else i / 8 for i in rng.integers(0, 200, n)]})
        right = pd.DataFrame({'k': texts[15:55][::-1], 'z': rng.normal(size=40).astype('f8'), 'name': [f'n {i}é' for i in range(40)],
            'n': [None if i == 3 else i for i in range(40)]})
        right['n'] = right['n'].astype('Int64')
        left.to_csv(folder + '/left.csv', index=False); right.to_csv(folder + '/right.csv', index=False)
        """;

    private const string CompareTables = """
        import pandas as pd
        left = pd.read_csv(sys.argv[2] + '/left.csv', float_precision='round_trip', dtype={'key': str})
        right = pd.read_csv(sys.argv[2] + '/right.csv', float_precision='round_trip', dtype={'k': str, 'n': 'Int64'})
        right = right.rename(columns={'z': 'redshift'}).drop(columns=['name'])
        both = left.merge(right, how='left', left_on='key', right_on='k').drop(columns='k')
        if sys.argv[3] == 'int': both['key'] = pd.Series([v if pd.isna(v) else int(v) for v in both.key], dtype=object)
        if sys.argv[4]: both = both[eval(sys.argv[4])]
        assert list(columns) == ['object_id', 'ra', 'dec', 'key', 'mag', 'redshift', 'n'], list(columns)
        assert columns['object_id'].tolist() == both.index.tolist(), columns['object_id'][:20]
        for name in both:
            missing = both[name].isna().to_numpy()
            assert (np.array(nulls[name]) == missing).all(), name
            assert all(a == b for a, b in zip(columns[name][~missing].tolist(), both[name][~missing].tolist())), name
        print(len(both), int(both['redshift'].isna().sum()))
        """;

    [Theory]
    [InlineData("int", "", "", 1)]
    [InlineData("text", "", "", 2)]
    [InlineData("int", "mag < 10 AND redshift > 0", "(both.mag < 10) & (both.redshift > 0)", 3)]
    [InlineData("text", "redshift IS NULL OR NOT (n < 20)", "both.redshift.isna() | (both.n >= 20).fillna(False)", 4)]
    [InlineData("int", "key IS NOT NULL", "both.key.notna()", 5)]
    public async Task Joined_and_filtered_rows_are_those_of_pandas(string kind, string filter, string mask, int seed)
    {
        using TemporaryFolder folder = new();
        Python.Run(MakeTables, folder.Path, kind, $"{seed}");
        List<string> messages = [];
        List<RowBatch> rows = await BuilderRuns.Builder($$"""
            kind: table
            files: left.csv
            id: row
            join: { file: right.csv, on: { key: k }, exclude: name, rename: { z: redshift } }
            {{(filter.Length > 0 ? $"filter: \"{filter}\"" : "")}}
            """, folder.Path, messages.Add).ReadAllAsync(Token);
        string[] counts = PythonColumns.Run(Assert.Single(rows), CompareTables, folder.Path, kind, mask).Trim().Split(' ');
        Assert.All(counts.Take(filter.Contains("> 0", StringComparison.Ordinal) ? 1 : 2), // rows with a key that both or only one has
            count => Assert.True(int.Parse(count, CultureInfo.InvariantCulture) > 5, count));
        if (filter.Length == 0)
            Assert.Contains(messages, m => m.EndsWith($"{counts[1]} rows have no row in {folder["right.csv"]}; its columns are null there.",
                StringComparison.Ordinal));
        else
            Assert.Contains(messages, m => m.EndsWith($"{counts[0]} of 200 rows meet the filter.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1\n18446744073709551615", "18446744073709551615,5\n2,6", "None 5")]
    [InlineData("1\n18446744073709551615", "1,5\n-1,6", "5 None")]
    [InlineData("1\n-1", "1,5\n18446744073709551615,6", "5 None")]
    [InlineData("1\n2", "", "None None")]
    public async Task Integers_of_different_types_are_joined_by_their_values(string keys, string others, string expected)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.csv"],
            $"key,ra,dec\n{keys.Replace("\n", ",10,20\n", StringComparison.Ordinal)},11,21\n", Token);
        await File.WriteAllTextAsync(folder["o.csv"], $"k,v\n{others}\n", Token);
        RowBatch rows = Assert.Single(await BuilderRuns.Builder("""
            kind: table
            files: t.csv
            id: row
            join: { file: o.csv, on: { key: k } }
            """, folder.Path).ReadAllAsync(Token));
        Assert.Equal(expected, string.Join(' ', Enumerable.Range(0, 2).Select(row => rows["v"].IsNullAt(row) ? "None"
            : $"{rows.Values<long>("v")[row]}")));
    }

    [Fact]
    public async Task Several_tables_are_joined_one_after_another()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.csv"], "id,ra,dec\n1,10.5,20.5\n2,11.5,21.5\n", Token);
        await File.WriteAllTextAsync(folder["z.csv"], "id,z,plate\n2,0.5,7\n", Token);
        await File.WriteAllTextAsync(folder["p.csv"], "plate,mjd\n7,55000\n", Token);
        RowBatch rows = Assert.Single(await BuilderRuns.Builder("""
            kind: table
            files: t.csv
            join:
            - { file: z.csv, on: id }
            - { file: p.csv, on: plate, cast: { mjd: float64 } }
            """, folder.Path).ReadAllAsync(Token));
        Assert.Equal(["object_id", "ra", "dec", "id", "z", "plate", "mjd"], rows.Columns.Select(c => c.Schema.Name));
        Assert.Equal([true, false], rows["mjd"].IsNull.ToArray());
        Assert.Equal(55000, rows.Values<double>("mjd")[1]);
    }

    [Theory]
    [InlineData("join: { file: u.csv, on: id }", "u.csv, row 2, column 'id': 1 is not a key that no other row has; row 0 has the same")]
    [InlineData("join: { file: v.csv, on: id }", "t.csv, column 'mag': ", "v.csv has a column of this name, too. Exclude or rename")]
    [InlineData("join: { file: v.csv, on: idd }", "v.csv, column 'idd': there is no such column to join on. ", "Correct 'on'")]
    [InlineData("join: { file: v.csv, on: { idd: id }, only: id }", "t.csv, column 'idd': there is no such column to join on")]
    [InlineData("join: { file: v.csv, on: ra }", "v.csv, column 'ra': expected integers or text to join on, found float64")]
    [InlineData("join: { file: v.csv, on: { id: name }, only: name }", "it is int64, but 'name' of ", "cast: { id: string }")]
    [InlineData("join: { file: v.csv, on: { a: b, c: d } }", "expected one column, or '{ column of the source: column of this table }'")]
    [InlineData("join: { file: v.csv }", "'on'")]
    [InlineData("join: { file: missing.csv, on: id }", "missing.csv")]
    [InlineData("join: { file: v.csv, on: id, only: maag }", "column 'maag': there is no such column")]
    [InlineData("join: { file: v.csv, on: id, only: name, rename: { name: n } }", "v.csv, column 'name': 'rename' gives the column the "
        + "name 'n', which all other keys use. Write 'n' in 'exclude', 'only' or 'cast'")]
    [InlineData("join: { file: v.csv, on: id, only: nm, rename: { name: nn } }",
        "column 'nm': there is no such column. Similar names: 'nn'")]
    [InlineData("join: { file: v.csv, on: id, only: nn, rename: { nam: nn } }",
        "column 'nam': there is no such column. Similar names: 'name'")]
    [InlineData("rename: { maag: m }", "column 'maag': there is no such column")]
    [InlineData("rename: { mag: flag }", "the columns 'mag' and 'flag' would both have this name")]
    [InlineData("rename: { mag: m, flag: m }", "two columns would be named 'm'")]
    [InlineData("rename: { mag: '' }", "expected a name")]
    [InlineData("filter: maag < 20", "'maag < 20': there is no column 'maag'. ", "Correct 'filter' in the recipe's source")]
    [InlineData("filter: flag = star", "there is no column 'star'", "(a text is written in single quotes: 'star')")]
    [InlineData("filter: mag <", "'mag <' is not an SQL expression over the columns of a row")]
    [InlineData("filter: (SELECT true)", "it contains a SELECT")]
    [InlineData("filter: mag < 20; DROP TABLE x", "is not an SQL expression")]
    [InlineData("filter: random() < 0.5", "random() has another value in each run")]
    [InlineData("filter: flag::INT > 0", "'flag::INT > 0', row 0: Could not convert string 'a' to INT32")]
    [InlineData("filter: (CASE WHEN id > 1 THEN flag ELSE '0' END)::INT = 0", ", row 1: Could not convert string 'b' to INT32")]
    public async Task A_mistake_is_an_error_that_says_what_to_correct(string key, params string[] parts)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.csv"], "id,ra,dec,mag,flag\n1,10,20,3,a\n2,11,21,4,b\n", Token);
        await File.WriteAllTextAsync(folder["u.csv"], "id,z\n1,0.5\n2,0.6\n1,0.7\n", Token);
        await File.WriteAllTextAsync(folder["v.csv"], "id,mag,name,ra\n1,0.5,x,1.5\n", Token);
        PileException e = await Assert.ThrowsAnyAsync<PileException>(
            () => BuilderRuns.Builder($"kind: table\nfiles: t.csv\n{key}", folder.Path).ReadAllAsync(Token));
        Assert.All(parts, part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Columns_that_differ_only_in_case_are_ambiguous_in_a_filter()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.csv"], "id,ra,dec,mag,MAG\n1,10,20,3,4\n", Token);
        Assert.Contains("the columns 'mag' and 'MAG' differ only in case", (await Assert.ThrowsAsync<SchemaMismatchException>(
            () => BuilderRuns.Builder("kind: table\nfiles: t.csv\nfilter: mag < 4", folder.Path).ReadAllAsync(Token))).Message,
            StringComparison.Ordinal);
        Assert.Equal(1, Assert.Single(await BuilderRuns.Builder("kind: table\nfiles: t.csv\nrename: { MAG: other }\nfilter: mag < 4",
            folder.Path).ReadAllAsync(Token)).RowCount);
    }

    [Theory] // numbers of a text file are not cast through float64
    [InlineData("t.csv", "id,ra,dec,code,n\n1,10.5,2,1.50,9007199254740993.0\n2,11.5,2,1e3,3\n3,12.5,2,2,null\n")]
    [InlineData("t.csv", "id,ra,dec,code,n\n1,10.5,2,1.50,9007199254740993.0\n2,11.5,2,1e3,0.3e1\n3,12.5,2,2,\n")]
    [InlineData("t.jsonl", "{\"id\":1,\"ra\":10.5,\"dec\":2,\"code\":1.50,\"n\":9007199254740993.0}\n"
        + "{\"id\":2,\"ra\":11.5,\"dec\":2,\"code\":1e3,\"n\":3}\n{\"id\":3,\"ra\":12.5,\"dec\":2,\"code\":2}\n")]
    public async Task Columns_of_text_files_are_cast_as_they_are_written(string name, string content)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder[name], content, Token);
        RowBatch rows = Assert.Single(await BuilderRuns.Builder(
            $"kind: table\nfiles: {name}\nrename: {{ code: label, n: count }}\ncast: {{ label: string, count: int64 }}", folder.Path)
            .ReadAllAsync(Token));
        Assert.Equal(["1.50", "1e3", "2"], Enumerable.Range(0, 3).Select(row => ((TextColumnData)rows["label"]).Text(row)));
        Assert.Equal([9007199254740993, 3, 0], ((ColumnData<long>)rows["count"]).Values.ToArray());
        Assert.Equal([false, false, true], rows["count"].IsNull.ToArray());
    }

    [Fact]
    public async Task All_keys_use_the_new_names()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.csv"], "name,RAJ2000,y,flag,unit\n7,10,20,1,a\n8,11,21,0,b\n", Token);
        RowBatch rows = Assert.Single(await BuilderRuns.Builder("""
            kind: table
            files: t.csv
            rename: { name: number, y: Dec_deg, flag: is_star, unit: rowid }
            id: number
            dec: Dec_deg
            cast: { is_star: bool }
            exclude: [RAJ2000, Dec_deg]
            filter: is_star AND rowid = 'a'
            """, folder.Path).ReadAllAsync(Token));
        Assert.Equal(["object_id", "ra", "dec", "number", "is_star", "rowid"], rows.Columns.Select(c => c.Schema.Name));
        Assert.Equal([7L], rows.Values<long>("object_id").ToArray());
        Assert.Equal([true], rows.Values<bool>("is_star").ToArray());
    }

    [Theory] // NaN in comparisons as in IEEE 754, as in --where
    [InlineData("x > 2", new long[] { 0 })]
    [InlineData("NOT (x > 2)", new long[] { 1, 2 })]
    [InlineData("x IS NULL", new long[] { 3 })]
    public async Task A_filter_compares_NaN_as_conditions_of_queries_do(string filter, long[] kept)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.csv"], "ra,dec,x\n1,1,3\n2,2,NaN\n3,3,1\n4,4,\n", Token);
        RowBatch rows = Assert.Single(await BuilderRuns.Builder($"kind: table\nfiles: t.csv\nid: row\nfilter: {filter}", folder.Path)
            .ReadAllAsync(Token));
        Assert.Equal(kept, rows.Values<long>("object_id").ToArray());
        Assert.Equal(kept, rows.SourceRows.ToArray());
    }

    [Fact]
    public async Task Bad_values_in_rows_that_a_filter_drops_are_not_errors()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.csv"], "name,ra,dec,mag,n\na,10,20,3,1\nb,x,21,99,2\nc,12,91,99,3\n,13,23,99,x\n"
            + "e,14,24,4,5\n", Token);
        const string Source = "kind: table\nfiles: t.csv\nid: name\ncast: { n: int32 }\nfilter: ";
        RowBatch rows = Assert.Single(await BuilderRuns.Builder(Source + "mag < 90", folder.Path).ReadAllAsync(Token));
        Assert.Equal([0L, 4L], rows.SourceRows.ToArray());
        ValueInvalidException bad = await Assert.ThrowsAsync<ValueInvalidException>(
            () => BuilderRuns.Builder(Source + "mag < 90 OR dec > 90", folder.Path).ReadAllAsync(Token));
        Assert.Equal(2, bad.Row);
        List<SkippedRow> skipped = [];
        rows = Assert.Single(await BuilderRuns.Builder(Source + "dec < 90 OR name IS NULL", folder.Path, skipBadRows: true,
            onSkip: skipped.Add).ReadAllAsync(Token));
        Assert.Equal([0L, 4L], rows.SourceRows.ToArray());
        Assert.Equal([1L, 3L], skipped.Select(s => s.Row!.Value));
    }

    [Fact]
    public async Task A_filter_that_no_row_meets_leaves_an_empty_table_with_its_columns()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.csv"], "id,ra,dec,mag\n1,10.5,20.5,3\n", Token);
        RowBatch rows = Assert.Single(await BuilderRuns.Builder("kind: table\nfiles: t.csv\nfilter: mag > 90", folder.Path)
            .ReadAllAsync(Token));
        Assert.Equal((0, 5), (rows.RowCount, rows.Columns.Length));
    }
}
