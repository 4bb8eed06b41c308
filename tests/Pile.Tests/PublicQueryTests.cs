using System.Globalization;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.Tests;

/// <summary>What the command line selects, in code without access to internals: geodesic cones, space-time maps, columns of ids.</summary>
public sealed class PublicQueryTests : IDisposable
{
    private readonly TemporaryTables tables = new();
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        tables.Dispose();
        folder.Dispose();
    }

    private Task<Dataset> StarsAsync() => tables.BuildAsync("stars", "id,ra,dec,mag\n1,200,10,5\n2,210,-20,6\n");

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1e-9)]
    [InlineData(180.0001)]
    [InlineData(double.PositiveInfinity)]
    public async Task A_cone_has_a_radius_from_0_to_180_degrees(double radiusDeg)
    {
        await using Dataset stars = await StarsAsync();
        Assert.Equal("radiusDeg", Assert.Throws<ArgumentOutOfRangeException>(() => stars.Query().Cone(200, 10, radiusDeg)).ParamName);
        Assert.Equal(1, await stars.CountAsync(stars.Query().Cone(200, 10, 0), Token));
        Assert.Equal(2, await stars.CountAsync(stars.Query().Cone(20, -10, 180), Token)); // the antipode of a star
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1)]
    [InlineData(20_003_933)]
    [InlineData(double.PositiveInfinity)]
    public async Task A_cone_in_metres_has_a_radius_from_0_to_half_a_meridian(double radiusM)
    {
        await EarthPlaces.WriteAsync(folder["d"], [(0, 90), (10, -90)]);
        await using Dataset places = await Dataset.OpenAsync(folder["d"], cancellationToken: Token);
        Assert.Equal("radiusM", Assert.Throws<ArgumentOutOfRangeException>(() => places.Query().ConeMetres(0, 90, radiusM)).ParamName);
        Assert.Equal(1, await places.CountAsync(places.Query().ConeMetres(0, 90, 20_003_931), Token));
        Assert.Equal(2, await places.CountAsync(places.Query().ConeMetres(0, 90, 20_003_932), Token));
        Assert.Equal("latDeg", Assert.Throws<ArgumentOutOfRangeException>(() => places.Query().ConeMetres(0, 91, 1)).ParamName);
        Assert.Equal("lonDeg", Assert.Throws<ArgumentOutOfRangeException>(() => places.Query().ConeMetres(radiusM / 0, 0, 1)).ParamName);
        await using Dataset stars = await StarsAsync();
        Assert.Contains("needs positions on the earth", Assert.Throws<ArgumentException>(() => stars.Query().ConeMetres(0, 0, 1)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => EarthQueries.ConeMetres(null!, 0, 0, 1));
    }

    [Fact]
    public async Task A_cone_in_metres_has_the_rows_that_pyproj_selects()
    {
        (double Lon, double Lat)[] places = EarthPlaces.On(1000, seed: 5);
        await EarthPlaces.WriteAsync(folder["d"], places);
        File.WriteAllLines(folder["places.csv"], places.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Lon:R},{p.Lat:R}")));
        string[] expected = Python.Run("""
            import sys, numpy as np
            from pyproj import Geod
            lon, lat = np.loadtxt(sys.argv[1], delimiter=',').T
            for x, y, metres in ((179.9, 1, 90e3), (0, 89.5, 60e3), (-0.1, 51.5, 40e3), (10, 10, 9e6)):
                near = Geod(ellps='WGS84').inv(np.full_like(lon, x), np.full_like(lat, y), lon, lat)[2] <= metres
                print(f"{x},{y},{metres}:{','.join(str(i) for i in np.flatnonzero(near))}")
            """, folder["places.csv"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, expected.Length);
        await using Dataset dataset = await Dataset.OpenAsync(folder["d"], cancellationToken: Token);
        foreach (string line in expected)
        {
            string[] parts = line.Split(':');
            double[] cone = [.. parts[0].Split(',').Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
            Assert.NotEmpty(parts[1]);
            Assert.Equal(parts[1], string.Join(',', (await IdsAsync(dataset, dataset.Query().ConeMetres(cone[0], cone[1], cone[2])))
                .Order()));
        }
    }

    [Fact]
    public async Task Rows_are_selected_by_a_space_time_map_of_another_program()
    {
        // MOC 2.0, section 4.2.2: ranges of times have the highest bit set, and pixels of order 29 follow.
        string ids = Python.Run("""
            import sys, numpy as np, healpy as hp
            from astropy.io import fits
            from astropy.table import Table
            from astropy.time import Time
            r = np.random.default_rng(8); n = 400
            ra, dec, mjd = r.uniform(0, 360, n), np.degrees(np.arcsin(r.uniform(-1, 1, n))), r.uniform(58000, 58100, n)
            Table({'id': np.arange(n), 'ra': ra, 'dec': dec, 'mjd': mjd},
                  units={'ra': 'deg', 'dec': 'deg', 'mjd': 'd'}).write(sys.argv[1])
            def us(t): return int(t.tcb.jd1 * 86400000000) + int(t.tcb.jd2 * 86400000000)
            shift = 61 - 25
            start, end = [us(Time(m, format='mjd', scale='utc')) >> shift for m in (58020, 58070)]
            row = np.array([(start << shift) | -2**63, (end << shift) | -2**63, 0 << 58, 5 << 58], 'i8')
            table = fits.BinTableHDU.from_columns([fits.Column('RANGE', 'K', array=row)])
            table.header.update(MOCVERS='2.0', MOCDIM='TIME.SPACE', ORDERING='RANGE', TIMESYS='TCB', COORDSYS='C', MOCORD_T=25, MOCORD_S=0)
            table.writeto(sys.argv[2])
            slot = np.array([us(t) >> shift for t in Time(mjd, format='mjd', scale='utc')])
            found = (hp.ang2pix(1, ra, dec, nest=True, lonlat=True) < 5) & (slot >= start) & (slot < end)
            assert 20 < found.sum() < 200
            print(','.join(str(i) for i in np.flatnonzero(found)))
            """, folder["t.ecsv"], folder["st.fits"]).Trim();
        await using Dataset dataset = await tables.BuildAsync("timed", await File.ReadAllTextAsync(folder["t.ecsv"], Token), "ecsv", "UTC");
        SpaceTimeMoc map = MocFile.ReadSpaceTime(folder["st.fits"])!;
        Assert.Equal((25, 0), (map.TimeOrder, map.SpaceOrder));
        Assert.Equal("0/0-4", map.Space().ToString());
        Assert.Equal(ids, string.Join(',', (await IdsAsync(dataset, dataset.Query().SpaceTime(map))).Order()));
        Assert.Throws<ArgumentNullException>(() => dataset.Query().SpaceTime(null!));
        Assert.Contains("cannot be read", (await Assert.ThrowsAsync<SourceUnreadableException>(
            () => Task.Run(() => MocFile.ReadSpaceTime(folder["missing.fits"]), Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_column_of_ids_is_for_catalogues()
    {
        await using Dataset stars = await StarsAsync();
        Assert.StartsWith("DatasetOptions.IdColumn is 'mag'", (await Assert.ThrowsAsync<ArgumentException>(
            () => Dataset.OpenAsync(stars.Address, new() { IdColumn = "mag" }, Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conflict_of_writers_is_caught_by_its_type()
    {
        await using Dataset stars = await StarsAsync();
        string layer = folder["notes"];
        await LayerWriter.CreateAsync(layer, stars, Token);
        await using LayerWriter one = await LayerWriter.OpenAsync(layer, cancellationToken: Token),
            other = await LayerWriter.OpenAsync(layer, cancellationToken: Token);
        foreach (LayerWriter writer in (LayerWriter[])[one, other])
            writer.Set(new ObjectId(1), "grade", writer == one ? 1 : 2);
        await one.CommitAsync("one", Token);
        Assert.Equal(layer, (await Assert.ThrowsAsync<LayerConflictException>(() => other.CommitAsync("other", Token))).Layer);
    }

    private static async Task<List<long>> IdsAsync(Dataset dataset, Query query)
    {
        List<long> ids = [];
        await foreach (RowBatch batch in dataset.QueryAsync(query.Columns("object_id"), Token))
            ids.AddRange(batch.Values<long>("object_id"));
        return ids;
    }
}
