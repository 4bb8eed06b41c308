using System.Globalization;
using System.Text.Json;
using Pile.Sky;
using Pile.TestKit;

namespace Pile.DuckDb.Tests;

/// <summary>The spherical functions of SQL, compared with astropy and healpy.</summary>
public class SkyFunctionTests : DatabaseTest
{
    // Pairs of positions all over the sky, at the poles, at 0°, micro-arcseconds apart, and antipodes. The tangent plane gives the
    // separation and angle of near pairs without cancellation.
    private const string Oracle = """
        import sys, json, numpy as np, healpy as hp
        from astropy.coordinates import SkyCoord, angular_separation, position_angle, BarycentricMeanEcliptic
        r = np.random.default_rng(11); n = 3000
        ra, dec = r.uniform(0, 360, n), np.degrees(np.arcsin(r.uniform(-1, 1, n)))
        dec[:6] = [90, -90, 89.9999999, -89.9999999, 0, 0]; ra[:200:7] = 0; ra[3:200:7] = 359.9999999
        ra2, dec2 = r.uniform(0, 360, n), np.degrees(np.arcsin(r.uniform(-1, 1, n)))
        near = slice(6, 1500); d = 10 ** r.uniform(-9, 0, n); t = r.uniform(0, 2 * np.pi, n)
        ra2[near] = (ra + d * np.sin(t))[near]; dec2[near] = np.clip(dec + d * np.cos(t), -90, 90)[near]
        ra2[1500:1505] = (ra[1500:1505] + 180) % 360; dec2[1500:1505] = -dec[1500:1505]
        a = np.radians([ra, dec, ra2, dec2]).astype(np.longdouble)
        dl = np.radians((ra2.astype(np.longdouble) - ra) % 360); dd = np.radians(dec2.astype(np.longdouble) - dec)
        x = np.cos(a[3]) * np.sin(dl); y = np.sin(dd) + 2 * np.sin(a[1]) * np.cos(a[3]) * np.sin(dl / 2) ** 2
        z = np.sin(a[1]) * np.sin(a[3]) + np.cos(a[1]) * np.cos(a[3]) * np.cos(dl)
        sep = np.degrees(np.arctan2(np.hypot(x, y), z)) * 3600; pa = np.degrees(np.arctan2(x, y)) % 360
        c, e = SkyCoord(ra, dec, unit='deg'), SkyCoord(ra2, dec2, unit='deg')
        assert np.abs(c.separation(e).arcsec - sep).max() < 1e-7
        far = (sep > 1) & (sep < 647999)
        assert np.abs((c.position_angle(e).deg - pa + 180) % 360 - 180)[far & (abs(dec) < 89.9)].max() < 1e-6
        g, b = c.galactic, c.transform_to(BarycentricMeanEcliptic())
        f = lambda v: [float(i) for i in v]
        print(json.dumps(dict(ra=f(ra), dec=f(dec), ra2=f(ra2), dec2=f(dec2), separation=f(sep), position_angle=f(pa),
            gal_l=f(g.l.deg), gal_b=f(g.b.deg), ecl_lon=f(b.lon.deg), ecl_lat=f(b.lat.deg),
            p29=hp.ang2pix(2 ** 29, ra, dec, nest=True, lonlat=True).tolist(), p3=hp.ang2pix(8, ra, dec, nest=True, lonlat=True).tolist())))
        """;

    [Fact]
    public void Separations_angles_pixels_and_frames_agree_with_astropy_and_healpy()
    {
        using JsonDocument document = JsonDocument.Parse(Python.Run(Oracle));
        JsonElement all = document.RootElement;
        double[] Of(string name) => [.. all.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];
        double[] ra = Of("ra"), dec = Of("dec"), ra2 = Of("ra2"), dec2 = Of("dec2");
        Connection.Execute("CREATE TABLE t (ra DOUBLE, dec DOUBLE, ra2 DOUBLE, dec2 DOUBLE)");
        using (DuckDbAppender rows = Connection.Append("t"))
        {
            rows.Append(DuckDbColumn.Of<double>(ra), DuckDbColumn.Of<double>(dec), DuckDbColumn.Of<double>(ra2),
                DuckDbColumn.Of<double>(dec2));
            rows.Complete();
        }
        double[] separations = Of("separation");
        Compare("separation(ra, dec, ra2, dec2)", separations, i => 2e-10 + (1e-15 * separations[i] * 3));
        double[] angles = Of("position_angle");
        // One part in 10¹⁶ of the positions turns the direction of a near pair.
        Compare("position_angle(ra, dec, ra2, dec2)", angles, i => separations[i] is > 1e-3 and < 647_999 ? 1e-6 : 360, turn: 360);
        Compare("gal_l(ra, dec)", Of("gal_l"), _ => 3e-9, turn: 360, latitudes: Of("gal_b"));
        Compare("gal_b(ra, dec)", Of("gal_b"), _ => 3e-9);
        Compare("ecl_lon(ra, dec)", Of("ecl_lon"), _ => 3e-9, turn: 360, latitudes: Of("ecl_lat"));
        Compare("ecl_lat(ra, dec)", Of("ecl_lat"), _ => 3e-9);
        Assert.Equal(all.GetProperty("p29").EnumerateArray().Select(v => v.GetInt64()), Column<long>("SELECT healpix(29, ra, dec) FROM t"));
        Assert.Equal(all.GetProperty("p3").EnumerateArray().Select(v => v.GetInt64()), Column<long>("SELECT healpix(3, ra, dec) FROM t"));
        Assert.Equal(ra.Select((r, i) => Separation.Arcsec(123, -40, r, dec[i]) <= 100_000),
            Column<bool>("SELECT in_cone(ra, dec, 123, -40, 100000) FROM t"));
    }

    private void Compare(string sql, double[] expected, Func<int, double> tolerance, double? turn = null, double[]? latitudes = null)
    {
        double[] found = Column<double>($"SELECT {sql} FROM t");
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < found.Length; i++)
        {
            double difference = turn is { } full ? Math.IEEERemainder(found[i] - expected[i], full) : found[i] - expected[i];
            difference *= latitudes is null ? 1 : Math.Cos(latitudes[i] * Math.PI / 180);
            Assert.True(Math.Abs(difference) <= tolerance(i), string.Create(CultureInfo.InvariantCulture,
                $"{sql} of row {i}: {found[i]:R}, expected {expected[i]:R}"));
        }
    }

    [Fact]
    public void Missing_positions_have_no_separation_no_pixel_and_are_in_no_cone()
    {
        const string rows = "(VALUES (NULL, 1::DOUBLE), (1::DOUBLE, NULL), ('nan', 1), (1, 'nan'), ('inf', 1), (1, '-inf'), (5, 6)) "
            + "AS v(ra, dec)";
        Assert.Equal([null, null, "nan", "nan", "nan", "nan", "0.0"], Texts($"SELECT abs(separation(ra, dec, 5, 6))::VARCHAR FROM {rows}"));
        Assert.Equal([null, null, "nan", "nan", "nan", "nan", "0.0"], Texts($"SELECT abs(gal_b(ra, dec) * 0)::VARCHAR FROM {rows}"));
        Assert.Equal(["true", "true", "true", "true", "true", "true", "false"],
            Texts($"SELECT (healpix(20, ra, dec) IS NULL)::VARCHAR FROM {rows}"));
        Assert.Equal([null, null, "false", "false", "false", "false", "true"],
            Texts($"SELECT in_cone(ra, dec, 5, 6, 0)::VARCHAR FROM {rows}"));
        Assert.Equal(["true", null], Texts("SELECT in_cone(1, 2, 1, 2, x)::VARCHAR FROM (VALUES (1), (NULL)) AS v(x)"));
        Assert.Equal(["0.0"], Texts("SELECT separation(10, 90, 200, 90)::VARCHAR"));
    }

    [Theory]
    [InlineData("separation(10, 90.1, 1, 1)", "a declination is 90.1, expected a number from -90 to 90")]
    [InlineData("position_angle(1, 1, 41, 100)", "position_angle: a declination is 100")]
    [InlineData("gal_l(1, -91)", "gal_l: a declination is -91")]
    [InlineData("in_cone(1, 2, 3, 4, -1)", "in_cone: the radius is -1, expected a number of arcseconds")]
    [InlineData("healpix(30, 1, 2)", "the order is 30, expected an integer from 0 to 29")]
    [InlineData("healpix(2.5, 1, 2)", "the order is 2.5")]
    public void Arguments_out_of_range_are_errors(string sql, string expected)
    {
        string oneOfMany = $"SELECT CASE WHEN i + random() > 4990 THEN {sql}::DOUBLE ELSE 0 END FROM range(5000) t(i)";
        foreach (string statement in (string[])[$"SELECT {sql}", oneOfMany])
            Assert.Contains(expected, Assert.Throws<DuckDbException>(() => Connection.Execute(statement)).Message,
                StringComparison.Ordinal);
    }
}
