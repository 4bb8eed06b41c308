using System.Globalization;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Selecting;

/// <summary>A cone on a table, compared with astropy.</summary>
public class TableConeTests
{
    private const string InCone = """
        import sys, astropy.units as u
        from astropy.coordinates import SkyCoord
        from astropy.table import Table
        ra, dec, radius = (float(x) for x in sys.argv[2:5])
        t = Table.read(sys.argv[1], format="ascii.csv")
        print(*t["id"][SkyCoord(t["ra"], t["dec"], unit="deg").separation(SkyCoord(ra, dec, unit="deg")) <= radius * u.deg])
        """;

    [Theory]
    [InlineData(0.2, 0, 1.5)]
    [InlineData(359.9, -30, 20)]
    [InlineData(120, 89.5, 2)]
    [InlineData(10, -90, 180)]
    [InlineData(10, 20, 0)]
    public async Task Only_rows_in_the_cone_are_matched(double raDeg, double decDeg, double radiusDeg)
    {
        using TemporaryFolder folder = new();
        Random random = new(7);
        File.WriteAllLines(folder["t.csv"],
            ["id,ra,dec", .. Enumerable.Range(0, 3000).Select(i => string.Create(CultureInfo.InvariantCulture,
            $"{i},{(i % 3 == 0 ? 360 * random.NextDouble() : (raDeg + (4 * random.NextDouble()) + 358) % 360):R},"
                + $"{(i % 3 == 0 ? (180 * random.NextDouble()) - 90 : Math.Clamp(decDeg + (4 * random.NextDouble()) - 2, -90, 90)):R}"))]);
        await using ITableReader table = TableReader.Open(folder["t.csv"], cancellationToken: TestContext.Current.CancellationToken),
            same = TableReader.Open(folder["t.csv"], cancellationToken: TestContext.Current.CancellationToken);
        using MatchTable match = await CrossMatcher.MatchAsync(TableSide.Create(table).Cone(raDeg, decDeg, radiusDeg),
            TableSide.Create(same),
            new() { RadiusArcsec = 1e-6, Find = MatchFind.All }, TestContext.Current.CancellationToken);
        string expected = Python.Run(InCone,
            [folder["t.csv"], .. new[] { raDeg, decDeg, radiusDeg }.Select(x => x.ToString("R", CultureInfo.InvariantCulture))]).Trim();
        Assert.Equal(expected, string.Join(' ', (await SelfMatchTests.RowsOf(match)).Select(p => p.A).Distinct().Order()));
    }

    [Theory]
    [InlineData(double.NaN, 0, 1)]
    [InlineData(0, 91, 1)]
    [InlineData(0, 0, -1)]
    [InlineData(0, 0, 181)]
    public async Task An_invalid_cone_is_rejected(double raDeg, double decDeg, double radiusDeg)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n1,2,3\n");
        await using ITableReader table = TableReader.Open(folder["t.csv"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Throws<ArgumentOutOfRangeException>(() => TableSide.Create(table).Cone(raDeg, decDeg, radiusDeg));
    }
}
