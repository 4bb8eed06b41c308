using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>Columns of codes with names in SQL over datasets whose codes differ. pandas compares the names.</summary>
public sealed class CategoryTests : IDisposable
{
    private const string OfA = "0: star, 1: galaxy, 2: \"quasar, bright\"", OfB = "0: galaxy, 1: star, 7: nova";

    private static readonly int[] CodesA = [0, 1, 2, 0, 1, 0], CodesB = [0, 1, 7, 1, 0, 7];

    private readonly TemporaryFolder folder = new();

    public CategoryTests(RepeatedBuilds builds)
    {
        Build(builds, "a", CodesA, OfA);
        Build(builds, "b", CodesB, OfB);
    }

    [Theory]
    [InlineData("SELECT id FROM a JOIN b USING (id) WHERE a.code = b.code", "a.code == b.code")]
    [InlineData("SELECT a.id AS id FROM a JOIN b ON (a.id, a.code) = (b.id, b.code)", "a.code == b.code")]
    [InlineData("SELECT id FROM a JOIN b USING (id) WHERE b.code <> A.CODE", "a.code != b.code", Traits = ["Run", "Long"])]
    [InlineData("SELECT id FROM a JOIN b USING (id) WHERE a.code IN ('galaxy', b.code)", "a.code.isin(['galaxy']) | (a.code == b.code)")]
    [InlineData("SELECT id FROM a JOIN b USING (id) WHERE 'star' IN (a.code, b.code)", "(a.code == 'star') | (b.code == 'star')",
        Traits = ["Run", "Long"])]
    [InlineData("SELECT id FROM a JOIN b USING (id) WHERE a.code NOT IN (b.code)", "a.code != b.code", Traits = ["Run", "Long"])]
    [InlineData("SELECT id FROM a WHERE code IN (SELECT code FROM b WHERE id <> 2 AND id <> 4)", "a.code.isin(b.code.drop([1, 3]))")]
    [InlineData("SELECT id FROM a WHERE code NOT IN (SELECT code FROM b)", "~a.code.isin(b.code)")]
    [InlineData("SELECT id FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.code = a.code AND b.id = a.id)", "a.code == b.code",
        Traits = ["Run", "Long"])]
    [InlineData("SELECT id FROM a WHERE code = (SELECT min(code) FROM b WHERE code = 'galaxy')", "a.code == 'galaxy'")]
    [InlineData("SELECT id FROM a WHERE (SELECT any_value(code) FROM b WHERE b.id = a.id) = code", "a.code == b.code",
        Traits = ["Run", "Long"])]
    [InlineData("SELECT id FROM a WHERE code IN (SELECT unnest(k) FROM (SELECT list(code) AS k FROM b WHERE id < 3))",
        "a.code.isin(b.code[:2])")]
    [InlineData("SELECT id FROM a, (SELECT list(code ORDER BY id) AS k FROM b) q WHERE a.code = k[1]", "a.code == 'galaxy'")]
    [InlineData("SELECT id FROM a, (SELECT list(code ORDER BY id) AS k FROM b) q WHERE list_contains(k[2:2], a.code)", "a.code == 'star'",
        Traits = ["Run", "Long"])]
    [InlineData("SELECT id FROM a, (SELECT list(code) AS k FROM b WHERE id = 1) q, unnest(q.k) t(v) WHERE t.v = a.code",
        "a.code == 'galaxy'", Traits = ["Run", "Long"])]
    [InlineData("SELECT id FROM a JOIN b USING (id) WHERE coalesce(b.code, (SELECT max(code) FROM b)) = a.code", "a.code == b.code",
        Traits = ["Run", "Long"])]
    [InlineData("SELECT id FROM a WHERE CASE WHEN id > 2 THEN code ELSE code END = 'star'", "(a.code == 'star') & (a.id > 0)")]
    [InlineData("SELECT id FROM a WHERE code = (SELECT code FROM b WHERE code = 'star' LIMIT 1)", "a.code == 'star'",
        Traits = ["Run", "Long"])]
    [InlineData("SELECT id FROM a WHERE code = 'star'", "a.code == 'star'")]
    [InlineData("SELECT id FROM b x WHERE x.code = 'star'", "b.code == 'star'")]
    [InlineData("SELECT id FROM (SELECT id, code AS k FROM b) WHERE k IN ('nova', 'galaxy')", "b.code.isin(['nova', 'galaxy'])")]
    [InlineData("WITH q(n, k) AS (SELECT id, code FROM b) SELECT n AS id FROM q WHERE k = 'star'", "b.code == 'star'",
        Traits = ["Run", "Long"])]
    [InlineData("SELECT id FROM (SELECT * FROM b UNION ALL SELECT * FROM b) WHERE code = 'nova' GROUP BY id", "b.code == 'nova'")]
    [InlineData("SELECT s.id AS id FROM (SELECT code AS k, id FROM a) s JOIN (SELECT code AS k, id FROM b) t ON s.k = t.k AND s.id = t.id",
        "a.code == b.code", Traits = ["Run", "Long"])]
    [InlineData("SELECT id FROM a JOIN b USING (id) WHERE CASE a.code WHEN b.code THEN true ELSE false END", "a.code == b.code")]
    [InlineData("SELECT id FROM a JOIN b USING (id) WHERE a.code::INT = b.code::INT", "a.n == b.n", Traits = ["Run", "Long"])]
    [InlineData("SELECT id FROM (SELECT id, id AS x FROM a JOIN b USING (id) WHERE a.code = b.code) UNPIVOT (v FOR n IN (x))",
        "a.code == b.code")]
    [InlineData("SELECT p.id FROM (SELECT id, code, id AS x FROM a) UNPIVOT (v FOR n IN (x)) p JOIN b ON p.id = b.id AND p.code = b.code",
        "a.code == b.code")]
    [InlineData("SELECT id FROM a JOIN b USING (id) WHERE 'größe' <> '' AND a.code = b.code", "a.code == b.code")]
    public void Codes_are_compared_by_name(string select, string pandas)
    {
        ProgramResult result = PileProgram.Run("sql", "--as", $"a={folder["a"]}", "--as", $"b={folder["b"]}",
            $"SELECT id FROM ({select}) q ORDER BY id", "--out", folder["rows.csv"], "--replace");
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        Assert.Equal(Pandas(pandas), string.Join(' ', File.ReadAllLines(folder["rows.csv"]).Skip(1)));
    }

    [Theory]
    [InlineData("SELECT count(*) FROM a JOIN b USING (code)", "Write JOIN … ON a.code = b.code, which compares names")]
    [InlineData("SELECT count(*) FROM a NATURAL JOIN b", "Write JOIN … ON a.code = b.code, which compares names")]
    [InlineData("SELECT code FROM a UNION ALL SELECT code FROM b", "would mix codes")]
    [InlineData("SELECT * FROM (SELECT code AS k FROM a INTERSECT SELECT code FROM b) GROUP BY k", "would mix codes")]
    [InlineData("SELECT * FROM a UNION BY NAME SELECT code FROM b", "such as 0 = 'star' and 0 = 'galaxy'")]
    [InlineData("SELECT coalesce(a.code, b.code) FROM a, b", "COALESCE would mix codes. The codes of 'code' and 'code' have other names")]
    [InlineData("SELECT ifnull(a.code, b.code) FROM a, b", "COALESCE would mix codes")]
    [InlineData("SELECT CASE WHEN a.id > 2 THEN a.code ELSE b.code END FROM a, b", "CASE would mix codes")]
    [InlineData("SELECT 1 FROM a, b WHERE greatest(a.code, NULL, b.code) = 1", "greatest would mix codes")]
    [InlineData("SELECT nullif(a.code, b.code) FROM a, b", "nullif would mix codes")]
    [InlineData("SELECT 1 FROM a, b GROUP BY ALL HAVING max(a.code) = max(b.code)", "Compare single columns by their names")]
    [InlineData("SELECT 1 FROM (SELECT list(code) AS k FROM a), (SELECT list(code) AS j FROM b) WHERE list_contains(k, j[1])",
        "Compare single columns by their names")]
    [InlineData("SELECT coalesce(a.code, 0), greatest(a.code, a.code), coalesce(a.code::INT, b.code::INT) FROM a, b", null)]
    [InlineData("SELECT 1 FROM a, b WHERE a.code < b.code", "compared by name with =, <> and IN only")]
    [InlineData("SELECT 1 FROM a WHERE code >= ALL (SELECT code FROM b)", "compared by name with =, <> and IN only")]
    [InlineData("SELECT 1 FROM a WHERE code < (SELECT code FROM b LIMIT 1)", "compared by name with =, <> and IN only")]
    [InlineData("SELECT 1 FROM a, b WHERE (a.code, a.id) < (b.code, b.id)", "compared by name with =, <> and IN only")]
    [InlineData("SELECT nosuch FROM a, b WHERE a.code = b.code", "'SELECT nosuch FROM a, b WHERE a.code = b.code': there is no column")]
    [InlineData("SELECT 1 FROM a, b WHERE a . code = b.code", null)]
    [InlineData("SELECT 1 FROM a, b WHERE a.code = b . code", "must be written without blanks")]
    [InlineData("SELECT 1 FROM a, b WHERE a.code IN (0, b.code) OR b.code = (SELECT a.code)", null)]
    [InlineData("SELECT 1 FROM b WHERE code IN (0, (SELECT code FROM a LIMIT 1))", "in place of numbers")]
    [InlineData("SELECT 1 FROM a WHERE code = 'quasar'", "'quasar' is not a category of 'code'")]
    [InlineData("SELECT pile_name(code) FROM a", "Scalar Function with name pile_name does not exist")]
    public void What_compares_codes_is_an_error(string select, string? message)
    {
        ProgramResult result = PileProgram.Run("sql", "--as", $"a={folder["a"]}", "--as", $"b={folder["b"]}", select);
        Assert.Equal(message is null ? 0 : 2, result.ExitCode);
        Assert.Contains(message ?? "", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Did you mean", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_sorted_by_names_and_messages_have_the_condition_as_it_was_given()
    {
        Assert.Equal(Pandas("b.code == 'star'"), string.Join(' ', PileProgram.RunToJson("query", folder["b"], "--sort",
            "code = 'star' desc", "--limit", "2").EnumerateArray().Select(r => r.GetProperty("id").GetInt32()).Order()));
        Assert.Contains("'code = 'star' and nosuch = 1': Dataset", PileProgram.RunToError(2, "query", folder["b"], "--where",
            "code = 'star' and nosuch = 1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("fits")]
    [InlineData("vot")]
    public void Names_replace_codes_in_outputs(string extension)
    {
        string file = folder[$"x.{extension}"];
        Assert.Equal(0, PileProgram.Run("sql", "--as", $"a={folder["a"]}", "--as", $"b={folder["b"]}", "SELECT id, a.code AS k, "
            + "b.code, b.code + 1 AS n FROM a LEFT JOIN (SELECT * FROM b WHERE id > 1) b USING (id) ORDER BY id", "--names", "--out", file)
            .ExitCode);
        Assert.Equal("""
            1 star - -
            2 galaxy star 2
            3 quasar, bright nova 8
            4 star star 2
            5 galaxy galaxy 1
            6 star nova 8
            """, Python.Run("""
            import sys
            import numpy as np
            import pandas
            from astropy.table import Table
            path = sys.argv[1]
            if path.endswith(('.fits', '.vot')):
                table = Table.read(path)
                rows = [[table[c][i] for c in table.colnames] for i in range(len(table))]
            else:
                table = pandas.read_csv(path)
                rows = table.astype(object).values.tolist()
            missing = lambda v: v is None or v is np.ma.masked or v != v or v == ''
            for row in rows:
                print(*['-' if missing(v) else v if isinstance(v, str) else int(v) for v in row])
            """, file).ReplaceLineEndings("\n").TrimEnd());
    }

    [Fact]
    public void Values_that_expressions_choose_have_names()
    {
        Assert.Equal("""[{"n":"nova","u":"galaxy","s":["galaxy","star"],"c":0}]""", PileProgram.Run("sql", "--as", $"b={folder["b"]}",
            "SELECT max(code) AS n, list(code ORDER BY id)[1] AS u, list(code ORDER BY id)[1:2] AS s, coalesce(min(code), 0) AS c FROM b",
            "--names", "--json").Output.Trim());
    }

    [Fact]
    public void Exported_tables_and_json_have_names()
    {
        Assert.Equal(0, PileProgram.Run("export", folder["a"], "--format", "fits", "--names", "--out", folder["e"]).ExitCode);
        Assert.Equal("star galaxy quasar, bright star galaxy star", Python.Run("""
            import glob, sys
            from astropy.table import Table
            table = Table.read(glob.glob(sys.argv[1] + '/*.fits')[0])
            table.sort('id')
            print(*table['code'])
            """, folder["e"]).Trim());
        Assert.Contains("--names applies to the format fits, parquet only", PileProgram.RunToError(2, "export", folder["a"], "--format",
            "mmu", "--names", "--out", folder["m"]), StringComparison.Ordinal);
        Assert.Equal(["galaxy", "star"], PileProgram.RunToJson("query", folder["b"], "--names", "--where", "id < 3", "--sort", "id")
            .EnumerateArray().Select(r => r.GetProperty("code").GetString()));
    }

    [Fact]
    public void Options_of_a_VOTable_are_categories()
    {
        Assert.Equal(0, PileProgram.Run("query", folder["b"], "--columns", "object_id,ra,dec,code", "--out", folder["b.vot"]).ExitCode);
        Assert.Equal("[('galaxy', '0'), ('star', '1'), ('nova', '7')]", Python.Run("""
            import sys
            from astropy.io.votable import parse, validate
            table = parse(sys.argv[1], verify='exception')
            print([(str(n), str(v)) for n, v in table.get_first_table().get_field_by_id_or_name('code').values.options])
            """, folder["b.vot"]).Trim());
        Python.Run("""
            import sys
            from astropy.io.votable import parse, writeto
            writeto(parse(sys.argv[1]), sys.argv[2])
            """, folder["b.vot"], folder["again.vot"]); // as astropy writes them
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["again.vot"], "--out", folder["v"]).ExitCode);
        Assert.Equal(2, PileProgram.RunToJson("sql", folder["v"], "SELECT count(*) AS n FROM d WHERE code = 'star'")[0].GetProperty("n")
            .GetInt32());
        Assert.Contains("0=galaxy 1=star 7=nova", PileProgram.Run("info", folder["v"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Codes_that_a_VOTable_does_not_name_completely_are_stored_without_names()
    {
        Python.Run("""
            import sys
            from astropy.table import Table
            from astropy.io.votable import from_table, tree
            votable = from_table(Table({'id': [1, 2], 'ra': [1., 2.], 'dec': [1., 2.], 'kind': [0, 5]}))
            field = next(f for f in votable.get_first_table().fields if f.name == 'kind')
            field.values.options.extend([('star', '0'), ('galaxy', '1')])
            votable.to_xml(sys.argv[1])
            """, folder["t.vot"]);
        ProgramResult built = PileProgram.Run("build", "--from", folder["t.vot"], "--out", folder["unnamed"]);
        Assert.Equal(0, built.ExitCode);
        Assert.Contains("column 'kind': the file names 2 codes, but not the code 5; its names are not used", built.Error,
            StringComparison.Ordinal);
        Assert.Equal([0, 5], PileProgram.RunToJson("query", folder["unnamed"], "--columns", "kind", "--sort", "object_id").EnumerateArray()
            .Select(r => r.GetProperty("kind").GetInt32()));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Names_of_codes_are_kept_in_HATS_catalogues_and_their_copies()
    {
        foreach (string[] arguments in (string[][])[["export", folder["a"], "--format", "hats", "--out", folder["hats"]],
            ["copy", folder["hats"], folder["copy"]]])
            Assert.Equal(0, PileProgram.Run(arguments).ExitCode);
        foreach (string place in (string[])["hats", "copy"])
        {
            ProgramResult result = PileProgram.Run("sql", "--as", $"a={folder[place]}", "--as", $"b={folder["b"]}",
                "SELECT id FROM a JOIN b USING (id) WHERE a.code = b.code ORDER BY id", "--out", folder["rows.csv"], "--replace");
            Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
            Assert.Equal(Pandas("a.code == b.code"), string.Join(' ', File.ReadAllLines(folder["rows.csv"]).Skip(1)));
        }
    }

    private string Pandas(string condition) => Python.Run("""
        import sys
        import pandas
        a, b = ({0: 'star', 1: 'galaxy', 2: 'quasar, bright'}, {0: 'galaxy', 1: 'star', 7: 'nova'})
        rows = lambda codes, names: pandas.DataFrame({'id': range(1, 7), 'n': map(int, codes.split()),
                                                      'code': [names[int(c)] for c in codes.split()]})
        a, b = rows(sys.argv[1], a), rows(sys.argv[2], b)
        print(*a.id[eval(sys.argv[3])])
        """, string.Join(' ', CodesA), string.Join(' ', CodesB), condition).Trim();

    private void Build(RepeatedBuilds builds, string name, int[] codes, string categories)
    {
        File.WriteAllText(folder[$"{name}.csv"], "id,ra,dec,code\n" + string.Concat(codes.Select((c, i) => $"{i + 1},{10 + i},20,{c}\n")));
        File.WriteAllText(folder[$"{name}.yaml"], Recipes.Text("catalogue", $"kind: table\nfiles: {name}.csv")
            + $"native: {{ code: {{ categories: {{ {categories} }} }} }}\n");
        builds.OfRecipe(folder[$"{name}.yaml"], folder[name]);
    }
}
