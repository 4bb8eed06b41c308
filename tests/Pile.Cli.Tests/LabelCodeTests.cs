using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>Labels of layers: tables with codes and their names, and labels whose names are numbers.</summary>
public sealed class LabelCodeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public LabelCodeTests(RepeatedBuilds builds)
    {
        File.WriteAllText(folder["stars.csv"], "object_id,ra,dec\n1,1,1\n2,2,2\n3,3,3\n");
        builds.OfTable(folder["stars.csv"], folder["d"]);
        PileProgram.RunToJson("layer", "create", folder["l"], "--of", folder["d"]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Codes_that_a_table_names_are_set_by_name()
    {
        Python.Run("""
            import sys
            import numpy as np
            from astropy.table import MaskedColumn, Table
            from astropy.io.votable import from_table
            kind = MaskedColumn([7, 3, 0], mask=[False, False, True], dtype='i4')
            votable = from_table(Table({'object_id': [1, 2, 3], 'kind': kind}))
            field = next(f for f in votable.get_first_table().fields if f.name == 'kind')
            field.values.options.extend([('star', '7'), ('galaxy', '3')])
            votable.to_xml(sys.argv[1])
            """, folder["t.vot"]);
        Set("t.vot", 0);
        Assert.Equal("label", TypeOf("kind"));
        Assert.Equal(["star", "galaxy", null], Names("kind"));

        // Codes of results are numbered otherwise. Existing labels and texts take the names.
        foreach (string extension in (string[])["parquet", "vot"])
        {
            Assert.Equal(0, PileProgram.Run("query", folder["d"], "--layer", folder["l"], "--columns", "object_id,kind", "--out",
                folder[$"back.{extension}"]).ExitCode);
            PileProgram.RunToJson("layer", "create", folder[extension], "--of", folder["d"]);
            Set($"back.{extension}", 0);
            Assert.Equal(0, PileProgram.Run("layer", "set", folder[extension], folder[$"back.{extension}"], "--message", "m").ExitCode);
            Assert.Equal(1, PileProgram.RunToJson("query", folder["d"], "--layer", folder[extension], "--where", "kind = 'galaxy'")
                .GetArrayLength());
        }
        Assert.Equal(["star", "galaxy", null], Names("kind"));
    }

    [Fact]
    public void A_code_without_a_name_is_an_error_unless_codes_are_asked_for()
    {
        File.WriteAllText(folder["t.vot"], """
            <VOTABLE xmlns="http://www.ivoa.net/xml/VOTable/v1.3" version="1.4"><RESOURCE><TABLE>
            <FIELD name="object_id" datatype="long"/>
            <FIELD name="kind" datatype="int"><VALUES><OPTION name="star" value="7"/></VALUES></FIELD>
            <DATA><TABLEDATA><TR><TD>1</TD><TD>7</TD></TR><TR><TD>2</TD><TD>8</TD></TR></TABLEDATA></DATA>
            </TABLE></RESOURCE></VOTABLE>
            """);
        Assert.Contains("row 1, column 'kind': the code 8 is not a code that has a name in the table", Set("t.vot", 1),
            StringComparison.Ordinal);
        Set("t.vot", 0, "--as", "kind=int16");
        Assert.Equal("int16", TypeOf("kind"));
    }

    [Fact]
    public void Digits_that_may_be_codes_or_names_of_labels_are_an_error()
    {
        File.WriteAllText(folder["a.csv"], "object_id,digit\n1,7\n2,0\n3,3\n");
        Set("a.csv", 0, "--as", "digit=label");
        File.WriteAllText(folder["b.csv"], "object_id,digit\n1,1\n");
        Set("b.csv", 0, "--as", "digit=label"); // names 0, 3, 7 and 1, in the order of codes
        foreach (string[] names in (string[][])[[], ["--names"]])
        {
            Assert.Equal(0, PileProgram.Run(["query", folder["d"], "--layer", folder["l"], "--columns", "object_id,digit", "--out",
                folder["back.csv"], "--replace", .. names]).ExitCode);
            Assert.Contains("is not clearly the name of a class of 'digit'", Set("back.csv", 1), StringComparison.Ordinal);
        }
        Set("back.csv", 0, "--as", "digit=label"); // with names
        Assert.Equal(["1", "0", "3"], Names("digit"));
        File.WriteAllText(folder["c.csv"], "object_id,digit\n2,7\n3,0\n");
        Set("c.csv", 0); // 7 is no code, and 0 the code of '0'
        Assert.Equal(["1", "7", "0"], Names("digit"));
    }

    [Theory]
    [InlineData("digit = '7'", "1")]
    [InlineData("digit IN ('0', '3')", "2 3")]
    [InlineData("digit = 0", "2")] // '0' has the code 0
    [InlineData("CAST(digit AS BIGINT) = 2", "1", Traits = ["Run", "Long"])]
    [InlineData("digit IS NOT NULL", "1 2 3", Traits = ["Run", "Long"])]
    [InlineData("digit = 7", null)]
    [InlineData("3.0 <> digit", null, Traits = ["Run", "Long"])]
    [InlineData("digit IN (0, 7)", null, Traits = ["Run", "Long"])]
    [InlineData("7 IN (digit)", null, Traits = ["Run", "Long"])]
    [InlineData("digit IS DISTINCT FROM 3", null, Traits = ["Run", "Long"])]
    [InlineData("digit > 2", null)]
    [InlineData("digit BETWEEN 0 AND 2", null, Traits = ["Run", "Long"])]
    [InlineData("digit = object_id", null)]
    [InlineData("list_contains([7], digit)", null, Traits = ["Run", "Long"])]
    [InlineData("digit = word", null)] // DuckDB converts a text to a number
    [InlineData("word <> digit", null, Traits = ["Run", "Long"])]
    [InlineData("digit IN ('7', word)", null)]
    [InlineData("digit > '0'", null, Traits = ["Run", "Long"])]
    [InlineData("digit BETWEEN '0' AND '3'", null)]
    [InlineData("CASE digit WHEN '7' THEN '7' WHEN '0' THEN '0' END = word", "1")]
    [InlineData("'7' IN \"b.class\"", "1")]
    [InlineData("'7' NOT IN \"b.class\"", "2 3")]
    [InlineData("list_contains(\"b.class\", '3')", "3")]
    public void Numbers_are_not_taken_for_codes_of_labels_that_are_numbers(string condition, string? ids)
    {
        // The codes of 0, 3 and 7 are 0, 1 and 2.
        File.WriteAllText(folder["a.csv"], "object_id,digit,word\n1,7,7\n2,0,2\n3,3,1\n");
        Set("a.csv", 0, "--as", "digit=label", "--as", "word=string");
        File.WriteAllText(folder["b.csv"], "object_id,b.x,b.y,b.width,b.height,b.class\n1,1,1,1,1,7\n2,1,1,1,1,0\n3,1,1,1,1,3\n");
        Set("b.csv", 0, "--as", "b=box", "--as", "b.class=string");
        foreach (string[] program in (string[][])[["query", folder["d"], "--where", condition, "--sort", "object_id"],
            ["sql", folder["d"], $"SELECT object_id FROM d WHERE {condition} ORDER BY object_id"]])
        {
            ProgramResult result = PileProgram.Run([.. program, "--layer", folder["l"], "--out", folder["o.csv"], "--replace"]);
            Assert.True(result.ExitCode == (ids is null ? 2 : 0), result.Error);
            if (ids is null)
                Assert.Matches("'[037]' (is the name of|has the) code [012].*CAST\\(digit AS BIGINT\\)", result.Error);
            else
                Assert.Equal(ids, string.Join(' ', File.ReadAllLines(folder["o.csv"]).Skip(1).Select(l => l.Split(',')[0])));
        }
    }

    private string Set(string table, int exitCode, params string[] more)
    {
        ProgramResult set = PileProgram.Run(["layer", "set", folder["l"], folder[table], "--message", "m", .. more]);
        Assert.True(set.ExitCode == exitCode, set.Error);
        return set.Error;
    }

    private string? TypeOf(string field) => PileProgram.RunToJson("info", folder["l"]).GetProperty("fields").EnumerateArray()
        .Single(f => f.GetProperty("name").GetString() == field).GetProperty("type").GetString();

    private IEnumerable<string?> Names(string field) => PileProgram.RunToJson("query", folder["d"], "--layer", folder["l"], "--names",
        "--columns", $"object_id,{field}", "--sort", "object_id").EnumerateArray().Select(r => r.GetProperty(field).GetString());
}
