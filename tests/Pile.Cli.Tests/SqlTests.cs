using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests;

public sealed class SqlTests(BuiltDatasets built)
{
    [Fact]
    public void A_select_over_one_dataset_or_several_gives_json_text_or_a_table()
    {
        JsonElement counted = PileProgram.RunToJson("sql", built.Sky, "SELECT count(*) AS n, min(object_id) AS first FROM d")[0];
        Assert.Equal((131, 700), (counted.GetProperty("n").GetInt32(), counted.GetProperty("first").GetInt32()));

        JsonElement crossed = PileProgram.RunToJson("sql", "--as", $"g={built.Gaia}", "--as", $"s={built.Sky}",
            "SELECT g.source_id, s.ra FROM g, s", "--limit", "2");
        Assert.Equal(2, crossed.GetArrayLength());
        Assert.Equal(JsonValueKind.String, crossed[0].GetProperty("source_id").ValueKind); // beyond 2^53

        ProgramResult text = PileProgram.Run("sql", built.Gaia, "SELECT parallax AS plx FROM d ORDER BY plx DESC", "--limit", "1");
        Assert.StartsWith("plx (mas)", text.Output.TrimStart(), StringComparison.Ordinal);

        using TemporaryFolder folder = new();
        Assert.Equal(5, PileProgram.RunToJson("sql", built.Gaia, "SELECT source_id, parallax FROM d LIMIT 5", "--out", folder["x.vot.gz"])
            .GetProperty("rows").GetInt32());
        Assert.Contains("x.vot.gz", PileProgram.RunToError(2, "sql", built.Gaia, "SELECT 1", "--out", folder["x.vot.gz"]),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("COPY d TO 'x.csv'")]
    [InlineData("SELECT * FROM read_text('/etc/passwd')")]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("SELECT missing FROM d")]
    [InlineData("SELECT getenv('HOME')")]
    public void Statements_other_than_one_select_are_usage_errors(string sql) => PileProgram.RunToError(2, "sql", built.Sky, sql);

    [Fact]
    public void Functions_of_extensions_are_reported_without_the_advice_to_install_them()
    {
        foreach (string[] command in (string[][])[["sql", built.Sky, "SELECT ST_Area(ra) FROM d"],
            ["query", built.Sky, "--where", "ST_Area(ra) > 1"]])
        {
            string error = PileProgram.RunToError(2, command);
            Assert.Contains("'st_area' is of the extension 'spatial' of DuckDB, which is not loaded", error, StringComparison.Ordinal);
            Assert.DoesNotContain("INSTALL", error, StringComparison.OrdinalIgnoreCase);
        }
        Assert.Contains("POINT (1 2)", PileProgram.Run("sql", built.Sky, // what the message advises
            "SELECT ST_AsText(ST_GeomFromWKB('\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\xF0\\x3F"
                + "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x40'::BLOB)) AS g FROM d LIMIT 1").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_dataset_names_are_reported()
    {
        Assert.Contains("NAME=DATASET", PileProgram.RunToError(2, "sql", "--as", "g", "SELECT 1"), StringComparison.Ordinal);
        string update = PileProgram.RunToError(2, "sql", built.Sky, "UPDATE d SET ra = 1");
        Assert.Contains("is not one SELECT", update, StringComparison.Ordinal);
        Assert.DoesNotContain("json", update, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("The SELECT is empty", PileProgram.RunToError(2, "sql", built.Sky, " "), StringComparison.Ordinal);
        // A failed query does not write the start of a document to stdout.
        Assert.Empty(PileProgram.Run("sql", built.Sky, "SELECT 'a'::INTEGER AS h FROM d", "--json").Output);
        Assert.Contains("requires a dataset", PileProgram.RunToError(2, "sql", "SELECT 1"), StringComparison.Ordinal);
        Assert.Contains("another dataset has the name",
            PileProgram.RunToError(2, "sql", "--as", $"g={built.Sky}", "--as", $"g={built.Sky}", "SELECT 1"), StringComparison.Ordinal);
    }

    [Fact] // RFC 8259: JSON has no NaN; readers with doubles are exact up to 2^53
    public void Structures_are_valid_JSON_with_large_integers_and_infinite_numbers_as_text()
    {
        const string Select = "SELECT {'k': 9007199254740993, 'n': 'nan'::DOUBLE, 'i': '-inf'::FLOAT, 's': 9007199254740992, 't': 'NaN', "
            + "'none': NULL::BIGINT, 'l': [1.5, 'nan'::DOUBLE], 'deep': {'x': [{'y': -9007199254740993}]}} AS s, "
            + "[{'z': 'inf'::DOUBLE}] AS l, MAP {'a': 18446744073709551615::UBIGINT} AS m, NULL::STRUCT(a INTEGER) AS no, "
            + "[[1, 9007199254740993], NULL] AS ll";
        JsonElement row = PileProgram.RunToJson("sql", built.Sky, Select)[0];
        string deep = """{"x":[{"y":"-9007199254740993"}]}""";
        foreach ((string name, string expected) in ((string, string)[])[
            ("s", """{"k":"9007199254740993","n":null,"i":"-Infinity","s":9007199254740992,"t":"NaN","none":null,"l":[1.5,null],"deep":"""
                + deep + "}"),
            ("l", """[{"z":"Infinity"}]"""), ("m", """{"a":"18446744073709551615"}"""), ("ll", """[[1,"9007199254740993"],null]""")])
            Assert.Equal(expected, row.GetProperty(name).GetRawText());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("no").ValueKind);
        Assert.Equal("9007199254740993 None", Python.Run("import json, sys\ns = json.loads(sys.argv[1], parse_constant=int)\n"
            + "print(s['k'], s['n'])", row.GetProperty("s").GetRawText()).Trim());
        ProgramResult lines = PileProgram.Run("sql", built.Sky, Select, "--out", "-", "--format", "jsonl");
        Assert.Equal(row.GetRawText(), lines.Output.TrimEnd('\n'));
        Assert.Equal("object list", Python.Run("import json, sys\nr = json.loads(sys.argv[1])\nprint('object' if isinstance(r['s'], dict) "
            + "else '', 'list' if isinstance(r['ll'][0], list) else '')", lines.Output).Trim());
    }

    [Fact]
    public void Integers_beyond_int64_are_written_as_text_in_json_and_csv()
    {
        using TemporaryFolder folder = new();
        const string Large = "170141183460469231731687303715884105727",
            Select = $"SELECT {Large}::HUGEINT AS h, sum(object_id) AS s FROM d";
        JsonElement row = PileProgram.RunToJson("sql", built.Sky, Select)[0];
        Assert.Equal((Large, JsonValueKind.Number), (row.GetProperty("h").GetString(), row.GetProperty("s").ValueKind));
        Assert.Contains(Large, PileProgram.Run("sql", built.Sky, Select).Output, StringComparison.Ordinal);
        PileProgram.RunToJson("sql", built.Sky, Select, "--out", folder["x.csv"]);
        Assert.StartsWith(Large + ",", File.ReadAllLines(folder["x.csv"])[1], StringComparison.Ordinal);
        foreach (string name in (string[])["x.tsv.gz", "x.jsonl", "x.jsonl.gz"])
            PileProgram.RunToJson("sql", built.Sky, Select, "--out", folder[name]);
        Assert.StartsWith($$"""{"h":"{{Large}}","s":""", File.ReadAllText(folder["x.jsonl"]), StringComparison.Ordinal);
        Assert.Contains("column 'h' contains integers outside int64",
            PileProgram.RunToError(2, "sql", built.Sky, Select, "--out", folder["x.parquet"]), StringComparison.Ordinal);
        Assert.False(File.Exists(folder["x.parquet"]));
        PileProgram.RunToJson("sql", built.Sky, Select.Replace("HUGEINT", "HUGEINT::VARCHAR", StringComparison.Ordinal), "--out",
            folder["x.parquet"]);
    }

    [Fact]
    public void Ctrl_C_ends_an_endless_query()
    {
        System.Diagnostics.Stopwatch? watch = null;
        ProgramResult result = PileProgram.RunAndInterrupt(
            () => (watch ??= System.Diagnostics.Stopwatch.StartNew()).ElapsedMilliseconds > 1000, "sql", built.Sky,
            "SELECT count(*) FROM range(1000000000000000)", "--memory", "200MB");
        Assert.Equal(130, result.ExitCode);
        Assert.Equal("pile: interrupted", result.Error.Trim());
    }
}
