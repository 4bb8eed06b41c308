using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

public sealed class VoTableTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("catalog/result.vot")]
    [InlineData("catalog/1710099405832VAL-result.vot")]
    [InlineData("catalog/gaia_source_dr3_select_1_result.vot")]
    public Task Reads_the_same_as_astropy(string file) =>
        AstropyOracle.CompareAsync(TestPaths.Data(file), """{"format": "votable", "use_names_over_ids": true, "unit_format": "generic"}""",
            withUnits: false);

    [Theory]
    [InlineData("tabledata")]
    [InlineData("binary")]
    [InlineData("binary2")]
    public async Task Reads_every_type_in_every_serialization(string format)
    {
        using TemporaryFolder votables = new();
        Python.Run("""
            import sys, numpy as np
            from astropy.table import Table, MaskedColumn
            from astropy.io.votable import from_table, writeto
            t = Table()
            t['b'] = np.array([True, False, True])
            t['u'] = np.array([0, 128, 255], np.uint8)
            t['i'] = MaskedColumn(np.array([1, -32768, 7], np.int16), mask=[0, 0, 1])
            t['l'] = np.array([-2**63, 0, 2**63 - 1])
            t['f'] = np.array([1.5, np.nan, -3e-30], np.float32)
            t['d'] = MaskedColumn([0.1, 1e300, 5.0], mask=[0, 0, 1], unit='mas / yr')
            t['s'] = np.array(['M31', 'a & <b>', ''])
            t['ü'] = np.array(['Ångström', '', 'γ'])
            t['v'] = np.arange(6.0).reshape(3, 2)
            t['m'] = np.arange(12, dtype=np.int32).reshape(3, 2, 2)
            votable = from_table(t)
            votable.get_first_table().fields[2].values.null = -7
            writeto(votable, sys.argv[1], tabledata_format=sys.argv[2])
            """, votables["t.vot"], format);
        using ITableReader table = Tables.Open(votables["t.vot"]);
        Assert.Equal([DType.Bool, DType.UInt8, DType.Int16, DType.Int64, DType.Float32, DType.Float64, DType.String, DType.String,
            DType.Float64, DType.Int32], table.Columns.Select(c => c.DType));
        Assert.Equal([2, 2], table.Columns[9].Shape);
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal(["true", "false", "true"], cells[0]);
        Assert.Equal(["0", "128", "255"], cells[1]);
        Assert.Equal(["1", "-32768", Cells.Null], cells[2]);
        Assert.Equal(["-9223372036854775808", "0", "9223372036854775807"], cells[3]);
        Assert.Equal("1.5", cells[4][0]);
        Assert.Equal(["0.1", "1E+300"], cells[5][..2]);
        Assert.True(cells[5][2] is Cells.Null or "NaN");
        string empty = format == "binary2" ? "" : Cells.Null; // only BINARY2 distinguishes it from a missing text
        Assert.Equal(["M31", "a & <b>", empty], cells[6]);
        Assert.Equal(["Ångström", empty, "γ"], cells[7]);
        Assert.Equal(["0 1", "2 3", "4 5"], cells[8]);
        Assert.Equal(["0 1 2 3", "4 5 6 7", "8 9 10 11"], cells[9]);
        Assert.Equal([cells[3][1..2]], await Cells.ReadAsync(table, ["l"], firstRow: 1, rowCount: 1));
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16-be")]
    public async Task Reads_UTF_16_as_astropy_does(string encoding)
    {
        using TemporaryFolder votables = new();
        Python.Run("""
            import sys, io
            from astropy.table import Table
            out = io.BytesIO()
            Table({'n': [1, 2], 'name': ['α Ori', '雪'], 'x': [0.1, 1e300]}).write(out, format='votable')
            text = out.getvalue().decode('utf-8').replace('encoding="utf-8"', 'encoding="UTF-16"')
            assert 'UTF-16' in text
            open(sys.argv[1], 'wb').write((b'' if sys.argv[2] == 'utf-16' else b'\xfe\xff') + text.encode(sys.argv[2]))
            """, votables["t.vot"], encoding);
        await AstropyOracle.CompareAsync(votables["t.vot"], """{"format": "votable"}""", withUnits: false);
    }

    [Fact]
    public async Task Empty_texts_of_binary2_are_values_and_texts_of_equal_length_are_lists()
    {
        Python.Run("""
            import sys
            from astropy.table import Table, MaskedColumn
            t = Table({'id': [1, 2, 3], 's': MaskedColumn(['', 'x', 'abc'], mask=[False, True, False])})
            t.write(sys.argv[1], format='votable', tabledata_format='binary2')
            """, folder["empty.vot"]);
        using (ITableReader table = Tables.Open(folder["empty.vot"]))
            Assert.Equal(["", Cells.Null, "abc"], (await Cells.ReadAsync(table))[1]);

        using ITableReader lists = Open("""
            <VOTABLE><RESOURCE><TABLE><FIELD name="names" datatype="char" arraysize="3x*"/>
            <DATA><TABLEDATA><TR><TD>abcde fg</TD></TR><TR><TD/></TR><TR><TD>ü  </TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
            """);
        Assert.Equal([ColumnSchema.Ragged], lists.Columns[0].Shape);
        Assert.Equal(["abc de fg", Cells.Null, "ü"], (await Cells.ReadAsync(lists))[0]);
    }

    [Fact]
    public async Task Reads_arrays_bits_hexadecimals_and_nulls()
    {
        using ITableReader table = Open("""
            <VOTABLE version="1.1" xmlns:v="http://www.ivoa.net/xml/VOTable/v1.1"><COOSYS ID="C" system="eq_FK5"/>
            <RESOURCE><TABLE nrows="2">
            <FIELD name="bits" datatype="bit" arraysize="5"/><FIELD name="hex" datatype="int"><VALUES null="-9"/></FIELD>
            <FIELD name="ragged" datatype="float" arraysize="2x*"/><FIELD name="names" datatype="char" arraysize="3x2"/>
            <FIELD name="some" datatype="int" arraysize="2" unit="pix"><DESCRIPTION>two
              counts</DESCRIPTION><VALUES null="-1"/></FIELD><FIELD name="c" datatype="doubleComplex" ref="C"/>
            <DATA><TABLEDATA><TR><TD>1 0 110</TD><TD>0x1F</TD><TD>1 2 3 4</TD><TD>abcde</TD><TD>5 -1</TD><TD>1 -2</TD></TR>
            <TR><TD>00000</TD><TD>-9</TD><TD/><TD></TD><TD>-1 -1</TD><TD encoding="base64">P/AAAAAAAAA/8AAAAAAAAA==</TD></TR>
            </TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
            """);
        Assert.Equal(2, table.RowCount);
        Assert.Equal("two counts", table.Columns[4].Description);
        Assert.Equal("pix", table.Columns[4].Unit);
        Assert.Equal([ColumnSchema.Ragged, 2], table.Columns[2].Shape);
        Assert.Equal("FK5", table.FrameOf("c"));
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal(["true false true true false", "false false false false false"], cells[0]);
        Assert.Equal(["31", Cells.Null], cells[1]);
        Assert.Equal(["1 2 3 4", Cells.Null], cells[2]);
        Assert.Equal(["abc de", Cells.Null], cells[3]);
        Assert.Equal(["5 NaN", Cells.Null], cells[4]);
        Assert.Equal(["1 -2", "1 1"], cells[5]);
    }

    [Theory]
    [InlineData("<VOTABLE><RESOURCE><INFO name='QUERY_STATUS' value='ERROR'>syntax error near FROM</INFO></RESOURCE></VOTABLE>",
        "the query failed; the service reports: syntax error near FROM")]
    [InlineData("<VOTABLE><RESOURCE><TABLE><FIELD name='a' datatype='int' arraysize='9x99999999x*'/></TABLE></RESOURCE></VOTABLE>",
        "the arraysize '9x99999999x*'")]
    [InlineData("<html><body>404</body></html>", "a web page")]
    [InlineData("<rss/>", "not a VOTable: its root is <rss>")]
    [InlineData("<annotation><folder>VOC2012</folder></annotation>", "an annotation of pictures and not a VOTable. Write a table")]
    [InlineData("<annotations><version>1.1</version></annotations>", "an annotation of pictures and not a VOTable. Write a table")]
    [InlineData("<!DOCTYPE VOTABLE [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><VOTABLE><RESOURCE><TABLE><FIELD name='a' "
        + "datatype='int'><DESCRIPTION>&a;</DESCRIPTION></FIELD></TABLE></RESOURCE></VOTABLE>", "the XML is truncated or damaged")]
    public void Invalid_documents_are_rejected(string xml, string finding) =>
        Assert.Contains(finding, Assert.Throws<SourceUnreadableException>(() => Open(xml)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("malformed/irsa-nph-error.xml", "Either wrong or missing coordinate/object name")]
    [InlineData("malformed/no_resource.xml", "the file contains no table")]
    [InlineData("malformed/custom_datatype.xml", "field 'foo' has the datatype 'bar'")]
    public void Malformed_files_are_rejected(string file, string finding) =>
        Assert.Contains(finding, Assert.Throws<SourceUnreadableException>(() => Tables.Open(TestPaths.Data(file))).Message,
            StringComparison.Ordinal);

    [Theory] // the first is how astropy writes format='votable.parquet'
    [InlineData("<DATA><PARQUET type='VOTable-remote-file'><STREAM href='file:t.parquet'/></PARQUET></DATA>",
        "its rows are in another resource, the Parquet file 'file:t.parquet', which is not read with it. Read the Parquet file itself")]
    [InlineData("<PARQUET type='Parquet-local-XML'/>", "its rows are in a Parquet file, which is not read with it.")]
    [InlineData("<DATA><PARQUET><STREAM encoding='base64'>UEFSMQ==</STREAM></PARQUET></DATA>", "or store the rows as TABLEDATA")]
    [InlineData("<DATA><FITS><STREAM href='file:t.fits'/></FITS></DATA>", "an embedded or external FITS file")]
    [InlineData("<DATA><INFO name='a' value='b'/><ROWS><R>1</R></ROWS></DATA>",
        "its rows are in the element <ROWS>, which is not supported.")]
    public void Rows_in_another_form_are_rejected(string data, string finding) =>
        Assert.Contains(finding, Assert.Throws<SourceUnreadableException>(() => Open("<VOTABLE><RESOURCE><TABLE><FIELD name='a' "
            + $"datatype='int'/>{data}</TABLE></RESOURCE></VOTABLE>")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("<DATA/>")]
    [InlineData("<DATA></DATA>")]
    [InlineData("<DATA><TABLEDATA/><INFO name='a' value='b'/></DATA>")]
    public async Task Tables_without_rows_are_read(string data)
    {
        using ITableReader table = Open("<VOTABLE><RESOURCE><TABLE><FIELD name='a' datatype='int'/>"
            + $"{data}</TABLE><RESOURCE><RESOURCE><LINK/></RESOURCE></RESOURCE></RESOURCE></VOTABLE>");
        Assert.Empty((await Cells.ReadAsync(table))[0]);
    }

    [Fact]
    public async Task A_truncated_file_is_rejected()
    {
        using ITableReader table = Tables.Open(TestPaths.Data("malformed/votable_truncated.vot"));
        SourceUnreadableException e = await Assert.ThrowsAsync<SourceUnreadableException>(() => Cells.ReadAsync(table));
        Assert.Contains("the XML is truncated", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_in_base64_that_ends_before_its_rows_is_rejected()
    {
        using ITableReader table = Open("<VOTABLE><RESOURCE><TABLE><FIELD name='a' datatype='int'/><DATA><BINARY2>");
        SourceUnreadableException e = await Assert.ThrowsAsync<SourceUnreadableException>(() => Cells.ReadAsync(table));
        Assert.Contains("the XML is truncated", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_outside_the_range_of_their_type_are_reported()
    {
        using ITableReader table = Tables.Open(TestPaths.Data("malformed/regression.xml"));
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() => Cells.ReadAsync(table, ["unsignedByte"]));
        Assert.Equal((1L, "unsignedByte"), (e.Row, e.Column));
    }

    [Fact]
    public async Task An_error_after_the_rows_is_reported()
    {
        using ITableReader table = Open("<VOTABLE><RESOURCE><TABLE><FIELD name='a' "
            + "datatype='int'/><DATA><TABLEDATA><TR><TD>1</TD></TR></TABLEDATA></DATA></TABLE><INFO name='QUERY_STATUS' "
            + "value='ERROR'>timed out</INFO></RESOURCE></VOTABLE>");
        Assert.Null(table.RowCount);
        Assert.Contains("timed out", (await Assert.ThrowsAsync<SourceUnreadableException>(() => Cells.ReadAsync(table))).Message,
            StringComparison.Ordinal);
    }

    [Theory] // VOTable 1.4, section 3.5
    [InlineData("MJD-origin", 0.0)]
    [InlineData("JD-origin", -2400000.5)]
    [InlineData("2450000", 49999.5)]
    [InlineData("2,450,000", null)]
    [InlineData("yesterday", null)]
    public void Times_with_an_unknown_origin_have_no_declared_meaning(string origin, double? zeroMjd)
    {
        File.WriteAllText(folder["t.vot"], $"""
            <VOTABLE version="1.4"><RESOURCE><TIMESYS ID="ts" timeorigin="{origin}" timescale="TT" refposition="BARYCENTER"/>
            <TABLE><FIELD name="t" datatype="double" ref="ts"/><DATA><TABLEDATA><TR><TD>1</TD></TR></TABLEDATA></DATA></TABLE>
            </RESOURCE></VOTABLE>
            """);
        using ITableReader table = Tables.Open(folder["t.vot"]);
        Assert.Equal(zeroMjd is { } zero ? new TimeAxis("TT", "BARYCENTER", zero) : null, table.Columns[0].Time);
    }

    [Fact]
    public void Units_are_not_changed()
    {
        using ITableReader table = Tables.Open(TestPaths.Data("malformed/nonstandard_units.xml"));
        Assert.Equal("erg cm**(-2) s**(-1) angstrom**(-1)", table.Columns[0].Unit);
        Assert.Equal("phot.flux.density;em.wl", table.Columns[0].Ucd);
        Assert.Equal(0, table.RowCount);
    }

    public void Dispose() => folder.Dispose();

    private ITableReader Open(string xml)
    {
        File.WriteAllText(folder["t.vot"], xml);
        return Tables.Open(folder["t.vot"]);
    }
}
