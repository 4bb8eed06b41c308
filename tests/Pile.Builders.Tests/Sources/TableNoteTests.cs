using Pile.Builders.Sources;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>What a build reports about the tables that it reads.</summary>
public class TableNoteTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("two.fits", "two.fits: the table 'A' is read; the file has another, 'B', which 'two.fits#B' names.")]
    [InlineData("two.fits#A", null)]
    public async Task Other_tables_of_a_FITS_file_are_reported(string file, string? expected)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys
            from astropy.io import fits
            C = fits.Column
            def table(name):
                return fits.BinTableHDU.from_columns([C('id', 'J', array=[1]), C('ra', 'D', unit='deg', array=[1.]),
                                                      C('dec', 'D', unit='deg', array=[2.])], name=name)
            fits.HDUList([fits.PrimaryHDU(), table('A'), table('B')]).writeto(sys.argv[1])
            """, folder["two.fits"]);
        List<string> messages = [];
        await BuilderRuns.Builder($"kind: table\nfiles: {file}", folder.Path, messages.Add).ReadAllAsync(Token);
        Assert.Equal(expected is null ? [] : [expected[10..]], messages.Where(m => m.Contains("is read;", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("t.vot", "the table 'A' is read; the file has others, 'B', '3', which 't.vot#B' names.")]
    [InlineData("t.vot#B", null)]
    public async Task Other_tables_of_a_VOTable_are_reported(string file, string? expected)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys
            from astropy.table import Table
            from astropy.io.votable import from_table, writeto
            both = from_table(Table({'id': [1], 'ra': [1.], 'dec': [2.]}))
            tables = both.resources[0].tables
            tables += [from_table(Table({'id': [n], 'ra': [3.], 'dec': [4.]})).get_first_table() for n in (2, 3)]
            for table, name in zip(tables, 'ABA'): table.name, table.ID = name, None
            writeto(both, sys.argv[1])
            """, folder["t.vot"]);
        List<string> messages = [];
        List<RowBatch> rows = await BuilderRuns.Builder($"kind: table\nfiles: {file}", folder.Path, messages.Add).ReadAllAsync(Token);
        Assert.Equal(expected is null ? "2" : "1", ElementText.Of(Assert.Single(rows)["id"], 0)[0]);
        Assert.Equal(expected is null ? [] : [expected], messages.Where(m => m.Contains("is read;", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_message_names_its_file_once()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n1,10,20\n");
        List<string> messages = [];
        Recipe recipe = RecipeReader.Read("""
            pile: 1
            name: test
            provenance: { project: p, survey: s, instrument: i, release: r }
            licence: CC0-1.0
            citation: none
            source: { kind: table, files: t.csv, ra_unit: deg, frame: fk5 }
            """, "test.yaml", folder.Path);
        await BuildRun.RunAsync(recipe, SourceBuilders.All, folder["out"], new BuildSettings { OnMessage = messages.Add }, Token);
        Assert.Contains("t.csv: the positions 'ra', 'dec' are FK5 and are converted to ICRS.", messages);
    }

    [Theory]
    [InlineData("id,RA,DEC,Flux\n1,10,20,5\n", "id,ra,dec,flux\n2,11,21,6\n", "", "the names of columns differ by case alone between "
        + "files: 'DEC' (a.csv), 'dec' (b.csv); 'Flux' (a.csv), 'flux' (b.csv); 'RA' (a.csv), 'ra' (b.csv). They are separate columns, "
        + "which rows of the other files do not have. To have one, set in the source of the recipe  "
        + "rename: { DEC: dec, Flux: flux, RA: ra }")]
    [InlineData("id,RA,DEC,Flux\n1,10,20,5\n", "id,ra,dec,flux\n2,11,21,6\n", ", rename: { DEC: dec, Flux: flux, RA: ra }", null)]
    [InlineData("id,ra,dec,Z,z\n1,10,20,5,6\n", "id,ra,dec,z\n2,11,21,6\n", "", null)]
    public async Task Columns_whose_names_differ_by_case_between_files_are_reported(string a, string b, string keys, string? expected)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.csv"], a);
        File.WriteAllText(folder["b.csv"], b);
        List<string> messages = [];
        Recipe recipe = RecipeReader.Read($$"""
            pile: 1
            name: test
            provenance: { project: p, survey: s, instrument: i, release: r }
            licence: CC0-1.0
            citation: none
            source: { kind: table, files: [a.csv, b.csv], id: id{{keys}} }
            """, "test.yaml", folder.Path);
        await BuildRun.RunAsync(recipe, SourceBuilders.All, folder["out"], new BuildSettings { OnMessage = messages.Add }, Token);
        Assert.Equal(expected is null ? [] : [expected], messages.Where(m => m.Contains("differ by case", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    public async Task A_truncated_result_of_a_service_is_reported(string place)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys
            from astropy.table import Table
            from astropy.io.votable import from_table, writeto, tree
            result = from_table(Table({'id': [1], 'ra': [1.], 'dec': [2.]}))
            result.resources[0].type = 'results'
            infos = result.resources[0].infos if sys.argv[2] == 'before' else result.get_first_table().infos
            infos.append(tree.Info(name='QUERY_STATUS', value='OVERFLOW'))
            writeto(result, sys.argv[1])
            """, folder["t.vot"], place);
        List<string> messages = [];
        await BuilderRuns.Builder("kind: table\nfiles: t.vot", folder.Path, messages.Add).ReadAllAsync(Token);
        Assert.Single(messages,
            m => m.Contains("has not returned all rows of the query (QUERY_STATUS is OVERFLOW)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("t.csv", "x")]
    [InlineData("t.tsv", "x")]
    [InlineData("t.tbl", "x")]
    [InlineData("t.fits", "x")]
    [InlineData("t.vot", "x")]
    [InlineData("t.jsonl", "x.y")]
    public async Task Columns_of_the_same_name_are_read_and_reported(string file, string name)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, json, pandas as pd
            from astropy.io import fits
            from astropy.table import Table
            from astropy.io.votable import from_table, writeto
            path, values = sys.argv[1], [7, 1, 2, 11, 12]
            if path.endswith('.csv') or path.endswith('.tsv'):
                sep = ',' if path[-3] == 'c' else '\t'
                pd.DataFrame([values], columns=['id', 'ra', 'dec', 'x', 'x']).to_csv(path, index=False, sep=sep)
                assert pd.read_csv(path, sep=sep).iloc[0].tolist() == values
            elif path.endswith('.fits'):
                hdu = fits.BinTableHDU.from_columns([fits.Column(n, 'J', array=[v]) for n, v in zip(['id', 'ra', 'dec', 'x', 'z'], values)])
                hdu.writeto(path)
                data = open(path, 'rb').read()
                open(path, 'wb').write(data.replace(b"TTYPE5  = 'z", b"TTYPE5  = 'x"))
            elif path.endswith('.jsonl'):
                open(path, 'w').write(json.dumps(dict(id=7, ra=1, dec=2, x={'y': 11}) | {'x.y': 12}))
            else:
                t = Table(rows=[values], names=['id', 'ra', 'dec', 'x', 'z'])
                if path.endswith('.tbl'): t.write(path, format='ascii.ipac')
                else: writeto(from_table(t), path)
                text = open(path).read()
                open(path, 'w').write(text.replace('  z|', '  x|').replace('ID="z" ', '').replace('name="z"', 'name="x"'))
            """, folder[file]);
        List<string> messages = [];
        List<RowBatch> rows = await BuilderRuns.Builder($"kind: table\nfiles: {file}", folder.Path, messages.Add).ReadAllAsync(Token);
        Assert.Equal(["11", "12"], ((string[])[name, $"{name}_2"]).Select(n => ElementText.Of(Assert.Single(rows)[n], 0)[0]));
        Assert.Equal([$"another column '{name}' is read as '{name}_2', because names of columns must be unique."],
            messages.Where(m => m.Contains("another column", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("1\n2.5\nx7\n", "x7", 2)]
    [InlineData("N/A\n1e5\n-3\n", "N/A", 0)]
    [InlineData("3\n\n\"3,5\"\n4\n", "3,5", 2)]
    [InlineData("A1\nA2\n3\n", null, 0)]
    [InlineData("007\n08\n12\n13\n", null, 0)]
    [InlineData("1\n2\n\nnull\n", null, 0)]
    [InlineData("true\nfalse\n", null, 0)]
    public async Task A_text_among_numbers_is_reported_where_pandas_has_objects(string cells, string? text, int row)
    {
        using TemporaryFolder folder = new();
        string[] lines = cells.TrimEnd('\n').Split('\n');
        File.WriteAllText(folder["t.csv"], $"id,ra,dec,m\n{string.Concat(lines.Select((cell, i) => $"{i},{i},2,{cell}\n"))}");
        List<string> messages = [];
        await BuilderRuns.Builder("kind: table\nfiles: t.csv", folder.Path, messages.Add).ReadAllAsync(Token);
        string expected = $"the column 'm' is read as text, because '{text}' in row {row} is not a number, unlike most of its values. "
            + "An empty field is a missing number. Rows are counted from 0.";
        Assert.Equal(text is null ? [] : [expected], messages.Where(m => m.Contains("as text", StringComparison.Ordinal)));
        string found = Python.Run("""
            import sys, pandas as pd
            m = pd.read_csv(sys.argv[1], keep_default_na=False, na_values=['', 'null'])['m']
            bad = pd.to_numeric(m, errors='coerce').isna() & m.notna()
            print(m.dtype, int(bad.idxmax()), m[bad.idxmax()])
            """, folder["t.csv"]).Trim();
        if (text is not null)
            Assert.Equal($"object {row} {text}", found);
    }

    [Theory]
    [InlineData("1\n100000000000000000000\n7\n", "the integer '100000000000000000000' in row 1 is beyond the integers of 64 bits")]
    [InlineData("-1\n7\n18446744073709551615\n", "the integer '18446744073709551615' in row 2 is beyond int64, which the negative ones")]
    [InlineData("9007199254740993\nnan\n", "does not represent the integer '9007199254740993' in row 0 exactly")]
    [InlineData("0.5\n100000000000000000000\n", null)]
    [InlineData("1\n18446744073709551615\n", null)]
    public async Task Integers_that_are_kept_as_text_are_reported(string cells, string? reason)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"],
            "id,ra,dec,m\n" + string.Concat(cells.TrimEnd('\n').Split('\n').Select((c, i) => $"{i},{i},2,{c}\n")));
        List<string> messages = [];
        await BuilderRuns.Builder("kind: table\nfiles: t.csv", folder.Path, messages.Add).ReadAllAsync(Token);
        string[] found = [.. messages.Where(m => m.Contains("'m' is read as text", StringComparison.Ordinal))];
        if (reason is null)
            Assert.Empty(found);
        else
            Assert.Contains(reason, Assert.Single(found), StringComparison.Ordinal);
    }
}
