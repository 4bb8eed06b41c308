using Pile.Format;
using Pile.Tables.Opening;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Which COOSYS of a VOTable is that of a column.</summary>
public sealed class VoFrameTests : IDisposable
{
    private const string B = """<COOSYS ID="B" system="eq_FK4" equinox="B1950" epoch="B1980"/>""",
        J = """<COOSYS ID="J" system="eq_FK5" equinox="J2000" epoch="J2000"/>""", I = """<COOSYS ID="I" system="ICRS" epoch="J1991.25"/>""";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory] // the names of old equinoxes, and references to a COOSYS that the program which wrote the file left out
    [InlineData("RA1900", "DE1900", "B1900", true)]
    [InlineData("RAB1875", "DEB1875", "B1875", false)]
    [InlineData("RAJ2000", "DEJ2000", "", true)]
    [InlineData("ra", "dec", "", false)]
    public async Task Names_with_an_old_equinox_are_FK4_if_the_file_states_no_system(string ra, string dec, string equinox, bool isLost)
    {
        string reference = isLost ? "ref='t2-coosys-2'" : "ref='other'";
        File.WriteAllText(folder["t.vot"], $"""
            <VOTABLE version="1.3"><RESOURCE><TABLE ID="other">
            <FIELD name="{ra}" ucd="pos.eq.ra;meta.main" unit="deg" datatype="double" {reference}/>
            <FIELD name="{dec}" ucd="pos.eq.dec;meta.main" unit="deg" datatype="double" {reference}/>
            <DATA><TABLEDATA><TR><TD>11</TD><TD>21</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
            """);
        using ITableReader table = Tables.Open(folder["t.vot"]);
        Assert.Equal(isLost, ITableNotes.Of(table).Any(note => note.StartsWith(
            $"the column '{ra}' refers to 't2-coosys-2', which is not in the file.", StringComparison.Ordinal)));
        PositionReader reader = new(table, PositionColumns.Find(table.Columns));
        await foreach (RowBatch rows in table.ReadAsync([ra, dec], cancellationToken: TestContext.Current.CancellationToken))
        {
            PositionBatch batch = reader.Read(rows);
            Assert.Equal("near", Python.Run("""
                import sys
                from astropy.coordinates import FK4, ICRS, SkyCoord
                frame = FK4(equinox=sys.argv[1]) if sys.argv[1] else ICRS()
                c = SkyCoord(11, 21, unit='deg', frame=frame)
                at = SkyCoord(float(sys.argv[2]), float(sys.argv[3]), unit='deg')
                print('near' if c.icrs.separation(at).arcsec < 0.01 else c.icrs)
                """, equinox, FormattableString.Invariant($"{batch.RaDeg.Span[0]:R}"),
                FormattableString.Invariant($"{batch.DecDeg.Span[0]:R}")).Trim());
        }
    }

    [Theory] // VOTable 1.4 §3.1: a COOSYS is that of the elements that refer to it
    [InlineData("j", $"<RESOURCE>{J}", "", "FK4", null)]
    [InlineData("i", $"<RESOURCE>{I}", "", "FK4", null)]
    [InlineData("x", "<RESOURCE>", "", "FK4", null)]
    [InlineData("x", $"<RESOURCE>{J}", "", "FK5", 2000.0)]
    [InlineData("x", $"<RESOURCE>{J}{I}", "", "FK4", null)]
    [InlineData("J", $"<RESOURCE>{J}{I}", "", "ICRS", 1991.25)]
    [InlineData("J", $"<RESOURCE>{I}<RESOURCE>{J}", "", "ICRS", 1991.25)]
    [InlineData("x", $"<RESOURCE>{I}<RESOURCE>{J}", "", "FK5", 2000.0)]
    [InlineData("x", $"<DEFINITIONS>{I}</DEFINITIONS><RESOURCE>", "", "ICRS", 1991.25)]
    [InlineData("x", $"<RESOURCE>{I}</RESOURCE><RESOURCE>", "", "FK4", null)]
    [InlineData("J", $"<RESOURCE>{J}", "I", "FK4", null)]
    [InlineData("J", $"<RESOURCE>{J}{I}", "I", "ICRS", 1991.25)]
    public async Task Columns_without_a_reference_do_not_take_the_system_of_others(string other, string start, string group, string frame,
        double? epoch)
    {
        bool isInner = start.Split("<RESOURCE>").Length - start.Split("</RESOURCE>").Length > 1;
        File.WriteAllText(folder["t.vot"], $"""
            <VOTABLE version="1.3">{start}<TABLE>
            {(group.Length > 0 ? $"<GROUP ref='{group}'><FIELDref ref='ra'/><GROUP><FIELDref ref='de'/></GROUP></GROUP>" : "")}
            <FIELD name="_RAJ2000" ucd="pos.eq.ra" datatype="double" ref="{other.ToUpperInvariant()}"/>
            <FIELD name="_DEJ2000" ucd="pos.eq.dec" datatype="double" ref="{other.ToUpperInvariant()}"/>
            <FIELD name="RAB1950" ID="ra" ucd="pos.eq.ra;meta.main" unit="deg" datatype="double"/>
            <FIELD name="DEB1950" ID="de" ucd="pos.eq.dec;meta.main" unit="deg" datatype="double"/>
            <DATA><TABLEDATA><TR><TD>11.66181</TD><TD>21.27295</TD><TD>11</TD><TD>21</TD></TR></TABLEDATA></DATA>
            </TABLE></RESOURCE>{(isInner ? "</RESOURCE>" : "")}</VOTABLE>
            """);
        using ITableReader table = Tables.Open(folder["t.vot"]);
        PositionColumns found = PositionColumns.Find(table.Columns);
        PositionReader reader = new(table, found);
        Assert.Equal("RAB1950", found.Ra.Name);
        Assert.Equal(frame, reader.Frame.ToString());
        Assert.Equal(epoch, table.EpochOf("RAB1950"));
        if (frame != "FK4")
            return;
        double[] astropy = [.. Python.Run("""
            from astropy.coordinates import FK4, SkyCoord
            c = SkyCoord(11, 21, unit='deg', frame=FK4(equinox='B1950')).icrs
            print(repr(float(c.ra.deg)), repr(float(c.dec.deg)))
            """).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(v => double.Parse(v, System.Globalization.CultureInfo.InvariantCulture))];
        await foreach (RowBatch rows in table.ReadAsync([found.Ra.Name, found.Dec.Name],
            cancellationToken: TestContext.Current.CancellationToken))
        {
            PositionBatch batch = reader.Read(rows);
            Assert.InRange(Sky.Separation.Arcsec(batch.RaDeg.Span[0], batch.DecDeg.Span[0], astropy[0], astropy[1]), 0, 1e-5);
        }
    }

    [Fact]
    public async Task A_table_of_a_resource_of_metadata_is_read_only_if_it_is_named_or_the_only_one()
    {
        const string meta = """
            <RESOURCE type="meta"><TABLE name="m"><FIELD name="x" datatype="int"/><DATA><TABLEDATA><TR><TD>1</TD></TR></TABLEDATA></DATA>
            </TABLE></RESOURCE>
            """, results = """
            <TABLE><FIELD name="y" datatype="int"/><DATA><TABLEDATA><TR><TD>2</TD></TR></TABLEDATA></DATA></TABLE>
            """;
        File.WriteAllText(folder["inner.vot"], $"<VOTABLE><RESOURCE type='results'>{meta}{results}</RESOURCE></VOTABLE>");
        File.WriteAllText(folder["first.vot"], $"<VOTABLE>{meta}<RESOURCE>{results}</RESOURCE></VOTABLE>");
        File.WriteAllText(folder["only.vot"], $"<VOTABLE>{meta}</VOTABLE>");
        foreach ((string path, string column, bool hasNote) in ((string, string, bool)[])[("inner.vot", "y", true),
            ("first.vot", "y", true), ("inner.vot#1", "x", false), ("inner.vot#2", "y", false), ("inner.vot#m", "x", false),
            ("only.vot", "x", false)])
        {
            using ITableReader table = Tables.Open(folder[path]);
            Assert.Equal([column], table.Columns.Select(c => c.Name));
            Assert.Equal([column == "x" ? "1" : "2"], (await Cells.ReadAsync(table))[0]);
            string notes = string.Join(' ', ((ITableNotes)table).Notes);
            Assert.Equal(hasNote, notes.Contains($"the table '2' is read; the file has another, 'm', which '{path}#m' names",
                StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_time_system_is_that_of_the_fields_that_refer_to_it_or_whose_group_does()
    {
        File.WriteAllText(folder["t.vot"], """
            <VOTABLE version="1.4"><RESOURCE><TIMESYS ID="T" timescale="TDB" refposition="BARYCENTER" timeorigin="2400000.5"/><TABLE>
            <GROUP ref="T"><FIELDref ref="g"/></GROUP><FIELD name="own" datatype="double" unit="d" ref="T"/>
            <FIELD name="grouped" ID="g" datatype="double" unit="d"/><FIELD name="none" ID="n" datatype="double" unit="d"/>
            </TABLE></RESOURCE></VOTABLE>
            """);
        using ITableReader table = Tables.Open(folder["t.vot"]);
        Assert.Equal(["TDB", "TDB", null], table.Columns.Select(c => c.Time?.Scale));
    }
}
