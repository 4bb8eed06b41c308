using Pile.Format;
using Pile.Tables.Opening;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Elements of a VOTable that have the content of another element, which they refer to by its ID.</summary>
public sealed class VoReferenceTests : IDisposable
{
    private const string Arguments = """{"format": "votable", "use_names_over_ids": true, "unit_format": "generic"}""";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("tabledata")]
    [InlineData("binary")]
    [InlineData("binary2")]
    public async Task Values_have_the_null_value_of_those_they_refer_to(string serialization)
    {
        Write("""
            <FIELD name="a" datatype="int"><VALUES ID="nul" null="-999"><OPTION name="star" value="1"/></VALUES></FIELD>
            <FIELD name="b" datatype="short"><VALUES ref="nul" type="actual"/></FIELD>
            <FIELD name="c" datatype="long"><VALUES ID="again" ref="nul"/></FIELD>
            <FIELD name="d" datatype="int" arraysize="2"><VALUES ref="nul"/></FIELD>
            <FIELD name="e" datatype="int"><VALUES null="7"/></FIELD>
            <DATA><TABLEDATA><TR><TD>-999</TD><TD>-999</TD><TD>-999</TD><TD>1 -999</TD><TD>-999</TD></TR>
            <TR><TD>1</TD><TD>2</TD><TD>3</TD><TD>4 5</TD><TD>7</TD></TR></TABLEDATA></DATA>
            """);
        if (serialization != "tabledata")
            Python.Run("""
                import sys, re
                from astropy.io.votable import parse, writeto
                path, form = sys.argv[1:]
                votable = parse(path)
                for field in votable.get_first_table().fields[1:4]: field.values.null = None
                writeto(votable, path, tabledata_format=form)
                text = open(path).read()
                for n in 'bcd': text = re.sub(f'(<FIELD ID="{n}"[^>]*?)/>', r'\1><VALUES ref="nul"/></FIELD>', text)
                for n in 'bcd': text = re.sub(f'(<FIELD ID="{n}"[^>]*?>)\\s*<VALUES[^>]*/>', r'\1<VALUES ref="nul"/>', text)
                assert text.count('ref="nul"') == 3, text
                open(path, 'w').write(text)
                """, folder["t.vot"], serialization);
        await AstropyOracle.CompareAsync(folder["t.vot"], Arguments, withTypes: false);
        using ITableReader table = Tables.Open(folder["t.vot"]);
        List<string[]> cells = await Cells.ReadAsync(table, ["a", "b", "c", "d"]);
        Assert.Equal([[Cells.Null, "1"], [Cells.Null, "2"], [Cells.Null, "3"], ["1 NaN", "4 5"]], cells);
        if (serialization == "tabledata")
            Assert.Equal("star", Assert.Single(table.Columns[2].Categories).Name);
    }

    [Fact] // a test file of astropy, whose column 'long' refers to the VALUES of 'int'
    public async Task Astropy_finds_the_same_missing_values_in_its_test_file()
    {
        string[] expected = Python.Run("""
            import sys, warnings
            warnings.simplefilter('ignore')
            from astropy.io.votable import parse
            print(' '.join(map(str, parse(sys.argv[1]).get_first_table().array['long'])))
            """, TestPaths.Data("malformed/regression.xml")).Trim().Replace("--", Cells.Null, StringComparison.Ordinal).Split(' ');
        using ITableReader table = Tables.Open(TestPaths.Data("malformed/regression.xml"));
        Assert.Equal(2, expected.Count(c => c == Cells.Null));
        Assert.Equal(expected, (await Cells.ReadAsync(table, ["long"]))[0]);
    }

    [Fact]
    public async Task Values_of_another_table_and_of_parameters_are_referred_to()
    {
        File.WriteAllText(folder["t.vot"], """
            <VOTABLE version="1.4"><RESOURCE>
            <PARAM name="p" datatype="int" value="1"><VALUES ID="of_param" null="-1"/></PARAM>
            <TABLE name="first"><FIELD name="a" datatype="int"><VALUES ID="of_table" null="-2"/></FIELD></TABLE>
            <TABLE name="second"><FIELD name="a" datatype="int"><VALUES ref="of_param"/></FIELD>
            <FIELD name="b" datatype="int"><VALUES ref="of_table"/></FIELD>
            <DATA><TABLEDATA><TR><TD>-1</TD><TD>-1</TD></TR><TR><TD>-2</TD><TD>-2</TD></TR></TABLEDATA></DATA></TABLE>
            </RESOURCE></VOTABLE>
            """);
        using ITableReader table = Tables.Open(folder["t.vot"] + "#second");
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal([Cells.Null, "-2"], cells[0]);
        Assert.Equal(["-1", Cells.Null], cells[1]);
        Assert.Equal("[-- -2] [-1 --]", Python.Run("""
            import sys
            from astropy.io.votable import parse
            a = list(parse(sys.argv[1]).iter_tables())[1].array
            print(a['a'], a['b'])
            """, folder["t.vot"]).Trim());
    }

    [Theory]
    [InlineData("<VALUES ref='x'/>", "the VALUES of the field 'a' refer to the VALUES 'x', which the file does not have before its rows")]
    [InlineData("<VALUES ID='x' ref='x'/>", "refer to the VALUES 'x', which refer to themselves")]
    [InlineData("<VALUES null='1' ref='n'/>", "have the null value '1', but refer to the VALUES 'n' with the null value '2'")]
    [InlineData("<VALUES null='1'/><VALUES type='actual' ref='n'/>", "field 'a' has several null values: '1', '2'")]
    public void References_that_do_not_determine_the_null_value_are_errors(string values, string finding)
    {
        Write($"<FIELD name='b' datatype='int'><VALUES ID='n' null='2'/></FIELD><FIELD name='a' datatype='int'>{values}</FIELD>");
        Assert.Contains(finding, Assert.Throws<SourceUnreadableException>(() => Tables.Open(folder["t.vot"])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b", 1)]
    [InlineData("c", 2)]
    [InlineData("#3", 2)]
    [InlineData("d", 3)]
    [InlineData("e", 4)]
    public async Task Tables_have_the_fields_of_the_table_they_refer_to(string part, int index)
    {
        File.WriteAllText(folder["t.vot"], """
            <VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
            <RESOURCE><COOSYS ID="sys" system="eq_FK5" epoch="J2010"/><COOSYS ID="other" system="galactic"/>
            <TIMESYS ID="ts" timeorigin="MJD-origin" timescale="TT" refposition="BARYCENTER"/>
            <PARAM name="of_resource" datatype="int" value="1"/>
            <TABLE ID="a" name="first"><PARAM name="of_table" datatype="int" value="2"/>
            <GROUP ref="sys"><FIELDref ref="ra"/></GROUP>
            <GROUP><PARAM name="spectral_medium" datatype="char" arraysize="*" value="air"/><FIELDref ref="l"/></GROUP>
            <FIELD ID="ra" name="ra" datatype="double" unit="deg"/><FIELD name="n" datatype="int"><VALUES null="-9"/></FIELD>
            <FIELD name="t" datatype="double" unit="d" ref="ts"/><FIELD ID="l" name="l" datatype="float" unit="nm"/>
            <DATA><TABLEDATA><TR><TD>1</TD><TD>2</TD><TD>3</TD><TD>4</TD></TR></TABLEDATA></DATA></TABLE>
            <TABLE ID="b" ref="a"><DATA><TABLEDATA><TR><TD>5</TD><TD>-9</TD><TD>6</TD><TD>7</TD></TR></TABLEDATA></DATA></TABLE>
            </RESOURCE><RESOURCE>
            <TABLE ID="c" ref="b" nrows="2"><DATA><TABLEDATA><TR><TD>1</TD><TD>-9</TD><TD>1</TD><TD>1</TD></TR>
            <TR><TD>2</TD><TD>2</TD><TD>2</TD><TD>2</TD></TR></TABLEDATA></DATA></TABLE>
            <TABLE ID="d" ref="a"/><TABLE ID="e" ref="a"><DATA/></TABLE>
            <TABLE ID="last"><FIELD name="x" datatype="int"/></TABLE>
            </RESOURCE></VOTABLE>
            """);
        string path = folder["t.vot"] + (part[0] == '#' ? part : $"#{part}");
        await AstropyOracle.CompareAsync(path, $$"""{"format": "votable", "table_id": {{index}}}""",
            withTypes: part != "d", readPath: folder["t.vot"]); // without DATA, astropy does not use the types
        using ITableReader table = Tables.Open(path);
        Assert.Equal(["ra", "n", "t", "l"], table.Columns.Select(c => c.Name));
        Assert.Equal(("FK5", 2010), (table.FrameOf("ra"), table.EpochOf("ra")));
        Assert.Equal(new TimeAxis("TT", "BARYCENTER", 0), table.Columns[2].Time);
        Assert.Equal("air", table.Columns[3].SpectralMedium);
        Assert.Equal([.. index < 2 ? ["of_resource"] : Array.Empty<string>(), "of_table", "spectral_medium"],
            ((TableFile)table).Keywords.Where(c => c.Keyword != "RADESYS").Select(c => c.Keyword));
    }

    [Theory]
    [InlineData("<TABLE ID='a' ref='x'/>", "a", "the table 'a' has the fields of the table with the ID 'x', which is not in the file")]
    [InlineData("<TABLE ID='a' ref='a'/>", "a", "or has no FIELD. Correct the attribute 'ref' of the TABLE")]
    [InlineData("<TABLE ID='a' ref='b'/><TABLE ID='b' ref='a'/>", "b", "the table 'b' has the fields of the table with the ID 'a'")]
    [InlineData("<TABLE ID='b'><FIELD name='x' datatype='int'/></TABLE><TABLE ID='a' ref='b'><FIELD name='y' datatype='int'/></TABLE>", "a",
        "the table 'a' has its own FIELDs, and refers to the table 'b' for its fields")]
    [InlineData("<TABLE name='a'/><TABLE name='b'><FIELD name='x' datatype='int'/></TABLE>", "a",
        "the table 'a' has no FIELD. Use a TABLE")]
    [InlineData("<TABLE name='a'/><TABLE name='b'/>", "1", "the table '1' has no FIELD.")]
    [InlineData("<TABLE name='a'/><TABLE name='b'/>", null, "its 2 tables have no FIELD.")]
    [InlineData("<TABLE/>", null, "the table #1 has no FIELD.")]
    public void Tables_without_fields_are_errors(string tables, string? part, string finding)
    {
        File.WriteAllText(folder["t.vot"], $"<VOTABLE version='1.4'><RESOURCE>{tables}</RESOURCE></VOTABLE>");
        string path = folder["t.vot"] + (part is null ? "" : $"#{part}");
        Assert.Contains(finding, Assert.Throws<SourceUnreadableException>(() => Tables.Open(path)).Message, StringComparison.Ordinal);
    }

    private void Write(string table) => File.WriteAllText(folder["t.vot"],
        $"<VOTABLE version=\"1.4\" xmlns=\"http://www.ivoa.net/xml/VOTable/v1.3\"><RESOURCE><TABLE>{table}</TABLE></RESOURCE></VOTABLE>");
}
