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
}
