using System.Globalization;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Tables with more than one longitude or latitude, compared with astropy where a file declares positions.</summary>
public sealed class PositionPairTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("raj2000,dej2000,dec", "raj2000 dej2000")]
    [InlineData("RAB1950,DEB1950,dec", "RAB1950 DEB1950")]
    [InlineData("ra,dec,raj2000,dej2000", "ra dec")]
    [InlineData("ra,sc.ra,sc.dec", "sc.ra sc.dec")]
    [InlineData("sc.ra,sc.dec,dec", "sc.ra sc.dec")]
    [InlineData("b,sc.l,sc.b", "sc.l sc.b")]
    [InlineData("l,b,sc.l,sc.b", "sc.l sc.b")]
    [InlineData("glon,glat,b", "glon glat")]
    [InlineData("RA,DELTA_J2000,ALPHA_J2000", "ALPHA_J2000 DELTA_J2000")]
    [InlineData("RAB1950,dec,DEC1950", "RAB1950 DEC1950")]
    [InlineData("RAJ2000,RA_1950,DEC_1950", "RA_1950 DEC_1950")]
    [InlineData("RA_2000,DEC_2000,RADEC_ERR", "RA_2000 DEC_2000")]
    [InlineData("RA_2000,DE_2000,RA_ERR", "RA_2000 DE_2000")]
    [InlineData("coord_ra,coord_dec,coord_raErr", "coord_ra coord_dec")]
    [InlineData("_RA.icrs,_DE.icrs,RADEC_ERR", "_RA.icrs _DE.icrs")]
    [InlineData("_RA.icrs,_DE.icrs,DEJ2000", "_RA.icrs _DE.icrs")]
    [InlineData("RA_ICRS,DE_ICRS,DEJ2000", "RA_ICRS DE_ICRS")]
    [InlineData("ra*,dec*,dec", "ra* dec*")] // * marks the main UCD, which precedes names
    [InlineData("alpha*,delta*,dec", "alpha* delta*")]
    public void Longitude_and_latitude_are_of_one_position(string names, string expected)
    {
        PositionColumns found = PositionColumns.Find([.. names.Split(',')
            .Select(name => new ColumnSchema { Name = name, DType = DType.Float64, Ucd = UcdOf(name) })]);
        Assert.Equal(expected, $"{found.Ra.Name} {found.Dec.Name}");

        static string? UcdOf(string name) => name switch
        {
            [.., '*'] => $"pos.eq.{(name[0] is 'r' or 'a' ? "ra" : "dec")};meta.main",
            "sc.ra" or "sc.dec" => $"pos.eq.{name[3..]}",
            "sc.l" => "pos.galactic.lon",
            "sc.b" => "pos.galactic.lat",
            _ => null,
        };
    }

    [Theory]
    [InlineData("icrs", "dec")]
    [InlineData("icrs", "ra")]
    [InlineData("galactic", "b")]
    [InlineData("galactic", "l,b")]
    [InlineData("barycentricmeanecliptic", "lat")]
    public async Task Columns_beside_a_SkyCoord_are_not_half_of_a_position(string frame, string others)
    {
        foreach (string name in (string[])["t.ecsv", "t.fits"])
        {
            string[] expected = Python.Run("""
                import sys, warnings, astropy.units as u
                warnings.simplefilter('ignore')
                from astropy.table import Table
                from astropy.coordinates import SkyCoord
                t = Table({'sc': SkyCoord([10, 20] * u.deg, [1, 2] * u.deg, frame=sys.argv[2])})
                for column in sys.argv[3].split(','): t[column] = [50., 51.]
                t.write(sys.argv[1])
                for c in t['sc'].icrs: print(repr(float(c.ra.deg)), repr(float(c.dec.deg)))
                """, folder[name], frame, others).TrimEnd().Split('\n');
            using ITableReader table = Tables.Open(folder[name]);
            PositionColumns columns = PositionColumns.Find(table.Columns);
            PositionReader reader = new(table, columns, null);
            List<double> raDeg = [], decDeg = [];
            await foreach (RowBatch batch in table.ReadAsync([columns.Ra.Name, columns.Dec.Name],
                cancellationToken: TestContext.Current.CancellationToken))
            {
                PositionBatch positions = reader.Read(batch);
                raDeg.AddRange(positions.RaDeg.Span);
                decDeg.AddRange(positions.DecDeg.Span);
            }
            for (int row = 0; row < expected.Length; row++)
            {
                double[] angles = [.. expected[row].Split(' ').Select(a => double.Parse(a, CultureInfo.InvariantCulture))];
                Assert.Equal(angles[0], raDeg[row], 1e-5);
                Assert.Equal(angles[1], decDeg[row], 1e-5);
            }
        }
    }

    [Fact]
    public void A_name_that_begins_as_a_position_is_not_one() => Assert.Throws<ArgumentException>(() => PositionColumns.Find(
        [.. ((string[])["RADEC_ERR", "RADECSYS", "RA_ERR"]).Select(name => new ColumnSchema { Name = name, DType = DType.Float64 })]));

    [Theory] // radians in afw tables, degrees in the catalogues of the data releases
    [InlineData("rad", null, 1)]
    [InlineData("deg", null, Math.PI / 180)]
    [InlineData(null, RaUnit.Radians, 1)]
    [InlineData(null, RaUnit.Degrees, Math.PI / 180)]
    [InlineData(null, null, double.NaN)]
    public async Task Coordinates_of_LSST_need_a_unit(string? ofFile, RaUnit? given, double radians)
    {
        string unit = ofFile is null ? "" : $", unit: {ofFile}";
        File.WriteAllText(folder["t.ecsv"], $"# %ECSV 1.0\n# ---\n# datatype:\n# - {{name: coord_ra, datatype: float64{unit}}}\n"
            + $"# - {{name: coord_dec, datatype: float64{unit}}}\ncoord_ra coord_dec\n1.5 -0.5\n");
        using ITableReader table = Tables.Open(folder["t.ecsv"]);
        PositionColumns columns = PositionColumns.Find(table.Columns);
        PositionReader Create() => new(table, columns, new PositionOptions { RaUnit = given });
        if (double.IsNaN(radians))
        {
            Assert.Contains("Column 'coord_ra' has no unit.", Assert.Throws<ArgumentException>(Create).Message, StringComparison.Ordinal);
            return;
        }
        PositionReader reader = Create();
        await foreach (RowBatch rows in table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            PositionBatch batch = reader.Read(rows);
            Assert.Equal((1.5 * radians * 180 / Math.PI, -0.5 * radians * 180 / Math.PI), (batch.RaDeg.Span[0], batch.DecDeg.Span[0]));
        }
    }

    [Theory]
    [InlineData("ra_icrs,dec_b1950", false, false)]
    [InlineData("RAJ2000,DE1950", false, false)]
    [InlineData("RA,DEC1950", false, true)]
    [InlineData("RAB1950,DEJ2000", false, false)]
    [InlineData("RA_ICRS,DEJ2000", false, false)]
    [InlineData("RA_2000,DE_ICRS", false, false)]
    [InlineData("RA_ICRS,DEJ2000", true, true)]
    [InlineData("RA1950,dec", false, true)]
    [InlineData("ra_icrs,dec_b1950", true, true)]
    [InlineData("glon,dec", true, true)]
    [InlineData("ra,glat", true, true)]
    public async Task Columns_of_different_systems_are_not_one_position(string names, bool areNamed, bool isAcceptedWithFrame)
    {
        string[] columns = names.Split(',');
        File.WriteAllText(folder["t.csv"], $"{names}\n10,20\n");
        PositionOptions options = areNamed ? new() { RaColumn = columns[0], DecColumn = columns[1] } : new();
        using ITableReader table = Tables.Open(folder["t.csv"]);
        string message = Assert.Throws<ArgumentException>(() => new PositionReader(table, PositionColumns.Find(table.Columns, options),
            options)).Message;
        Assert.Contains($"columns '{columns[0]}' (", message, StringComparison.Ordinal);
        Assert.Contains($"'{columns[1]}' (", message, StringComparison.Ordinal);
        Assert.Contains("are not in the same system", message, StringComparison.Ordinal);
        Assert.Contains("PositionOptions.RaColumn", message, StringComparison.Ordinal);

        PositionOptions stated = options with { Frame = "fk4" };
        if (!isAcceptedWithFrame)
        {
            Assert.Throws<ArgumentException>(() => new PositionReader(table, PositionColumns.Find(table.Columns, stated), stated));
            return;
        }
        PositionReader reader = new(table, PositionColumns.Find(table.Columns, stated), stated);
        double[] expected = [.. Python.Run("""
            from astropy.coordinates import FK4, SkyCoord
            c = SkyCoord(10, 20, unit='deg', frame=FK4(equinox='B1950')).icrs
            print(repr(float(c.ra.deg)), repr(float(c.dec.deg)))
            """).Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
        await foreach (RowBatch rows in table.ReadAsync(columns, cancellationToken: TestContext.Current.CancellationToken))
        {
            PositionBatch batch = reader.Read(rows);
            Assert.InRange(Sky.Separation.Arcsec(batch.RaDeg.Span[0], batch.DecDeg.Span[0], expected[0], expected[1]), 0, 1e-5);
        }
    }

    [Theory]
    [InlineData("FK4", "ICRS", false)]
    [InlineData("FK4", "FK5", false)]
    [InlineData("FK5", "FK5", true)]
    [InlineData(null, "FK4", false)]
    [InlineData(null, "ICRS", true)]
    public void Declared_systems_of_a_position_are_equal(string? ra, string dec, bool isOne)
    {
        File.WriteAllText(folder["t.vot"], $"""
            <VOTABLE version="1.3"><RESOURCE><COOSYS ID="FK4" system="eq_FK4"/><COOSYS ID="FK5" system="eq_FK5"/>
            <COOSYS ID="ICRS" system="ICRS"/><TABLE>
            <FIELD name="ra" datatype="double" unit="deg"{(ra is null ? "" : $" ref='{ra}'")}/>
            <FIELD name="dec" datatype="double" unit="deg" ref="{dec}"/>
            <DATA><TABLEDATA><TR><TD>10</TD><TD>20</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
            """);
        using ITableReader table = Tables.Open(folder["t.vot"]);
        PositionColumns columns = PositionColumns.Find(table.Columns);
        if (isOne)
            Assert.Equal(dec, new PositionReader(table, columns).Frame.ToString());
        else
            Assert.Contains($"'dec' ({dec}) are not in the same system",
                Assert.Throws<ArgumentException>(() => new PositionReader(table, columns)).Message, StringComparison.Ordinal);
    }
}
