using System.Globalization;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>Zero points in the names and units of columns of times, compared with astropy: value + offset as Julian date.</summary>
public sealed class LightCurveNamedZeroTests : IDisposable
{
    private const double Tess = 2_457_000, Kepler = 2_454_833, Reduced = 2_400_000, Nasa = 2_440_000.5, Mjd = 2_400_000.5;

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("BTJD", "", Tess)]
    [InlineData("BTJD_days", "", Tess)]
    [InlineData("Time (BTJD)", "d", Tess)]
    [InlineData("TIME_BTJD", "d", Tess)]
    [InlineData("BTJD_start", "d", Tess)]
    [InlineData("timeBTJD", "d", Tess)]
    [InlineData("btjdtdb", "d", Tess)]
    [InlineData("time_bkjd", "d", Kepler)]
    [InlineData("Time - 2454833 [BKJD days]", "d", Kepler)]
    [InlineData("RJD", "", Reduced)]
    [InlineData("t_rjd", "d", Reduced)]
    [InlineData("TJD", "d", Nasa)]
    [InlineData("T", "BTJD, days", Tess)]
    [InlineData("T", "BTJD (days)", Tess)]
    [InlineData("T", "BKJD, days", Kepler)]
    [InlineData("T", "days (BTJD)", Tess)]
    [InlineData("T", "d [BTJD]", Tess)]
    [InlineData("T", "RJD", Reduced)]
    [InlineData("T", "TJD", Nasa)]
    [InlineData("T", "bjd - 2457000", Tess)]
    [InlineData("T", "BJD - 2454833, days", Kepler)]
    [InlineData("BJD", "BJD - 2454833", Kepler)]
    [InlineData("BTJD", "BJD - 2457000, days", Tess)]
    [InlineData("T", "HJD (2450000+)", 2_450_000)]
    [InlineData("2450000+HJD", "d", 2_450_000)]
    [InlineData("HJD - 2450000.0", "d", 2_450_000)]
    [InlineData("HJD (-2450000)", "d", 2_450_000)]
    [InlineData("BJD_TDB-2457000", "d", Tess)]
    [InlineData("BTJD (BJD - 2457000)", "d", Tess)]
    [InlineData("JD-2.45e6", "d", 2_450_000)]
    [InlineData("HJD-24e5", "d", 2_400_000)]
    [InlineData("HJD - 2 450 000", "d", 2_450_000)]
    [InlineData("T", "HJD - 2,450,000.25 (days)", 2_450_000.25)]
    [InlineData("MJD-50000", "d", Mjd + 50_000)]
    [InlineData("JD-2400000.5", "d", Mjd)]
    [InlineData("T", "day (MJD)", Mjd)]
    [InlineData("MJD", "MJD", Mjd)]
    [InlineData("obsmjd", "d", Mjd)]
    [InlineData("BMJD_TDB", "d", Mjd)]
    [InlineData("mjd_1", "d", Mjd)]
    [InlineData("modifiedJulianDate", "d", Mjd)]
    [InlineData("time", "d", Mjd)]
    public async Task Zero_point_of_a_name_or_unit_is_that_of_the_times(string column, string unit, double jd) =>
        await AgreesAsync(column, unit, jd);

    [Theory]
    [InlineData("time_bjd", "", "by its name it has Julian dates")]
    [InlineData("t_bjd", "d", "by its name it has Julian dates")]
    [InlineData("obsjd", "d", "by its name it has Julian dates")]
    [InlineData("jdmid", "d", "by its name it has Julian dates")]
    [InlineData("hel_jd", "d", "by its name it has Julian dates")]
    [InlineData("julian_date", "d", "by its name it has Julian dates")]
    [InlineData("JulianDate", "d", "by its name it has Julian dates")]
    [InlineData("obsJDMid", "d", "by its name it has Julian dates")]
    [InlineData("startjd", "d", "by its name it has Julian dates")]
    [InlineData("T", "JD", "by its unit 'JD' it has Julian dates")]
    [InlineData("BJD", "MJD", "by its name and its unit 'MJD' the zero point of its times is unclear")]
    [InlineData("JD-2.45 x 10^6", "d", "the zero point of its times is unclear")]
    [InlineData("HJD - 2.45*10**6", "d", "the zero point of its times is unclear")]
    [InlineData("HJD-24e", "d", "the zero point of its times is unclear")]
    [InlineData("HJD - 2 4500 00", "d", "the zero point of its times is unclear")]
    [InlineData("JD-2450000,5", "d", "the zero point of its times is unclear")]
    [InlineData("JD-2450000-0.5", "d", "the zero point of its times is unclear")]
    [InlineData("JD_2450000", "d", "by its name its times may be days since JD 2450000, but it can have another meaning. Set 'time: { "
        + "column: JD_2450000, scale: …, zero_mjd: 49999.5 }'")]
    [InlineData("JD_minus_2400000", "d", "zero_mjd: -0.5 }")]
    [InlineData("BJD_2457000", "d", "zero_mjd: 56999.5 }")]
    [InlineData("T", "days since JD 2451545", "by its unit 'days since JD 2451545' its times may be days since JD 2451545,")]
    [InlineData("MJD2000", "d", "zero_mjd: 51544 }")]
    [InlineData("HJD - 50000", "d", "zero_mjd: 49999.5 }")]
    [InlineData("BTJD - 2454833", "d", "by its name the zero point of its times is unclear")]
    public async Task Name_or_unit_in_doubt_asks_for_the_zero_point(string column, string unit, string message)
    {
        Make(column, unit);
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => Build(column).ReadAllAsync(Token));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Contains("zero_mjd: ", e.Message, StringComparison.Ordinal);
        Assert.True(e.IsOfCaller);
    }

    [Theory] // FITS 4.0 §9.2.2: values are relative to MJDREF; values that are absolute by their unit are not
    [InlineData("TIME", "MJD", 51_910, "", "its unit 'MJD' states a zero point, but the header has a reference time (MJDREF), MJD 51910")]
    [InlineData("TIME", "JD", 51_910, "", "zero_mjd: jd }'")]
    [InlineData("START", "day (MJD)", 51_910, "", "zero_mjd: mjd }' in the recipe's source if the unit is right, or 'zero_mjd: 51910'")]
    [InlineData("TIME", "BJD - 2457000", 51_910, "", "zero_mjd: 56999.5 }'")]
    [InlineData("TIME", "MJD", 51_910, "zero_mjd: mjd", Mjd)]
    [InlineData("TIME", "JD", 51_910, "zero_mjd: jd", 0)]
    [InlineData("START", "MJD", 51_910, "zero_mjd: mjd", Mjd)]
    [InlineData("TIME", "MJD", 51_910, "zero_mjd: 51910", Mjd + 51_910)]
    [InlineData("TIME", "BJD - 2457000, days", 56_999.5, "", Tess)]
    [InlineData("START", "BTJD", 56_999.5, "", Tess)]
    [InlineData("TIME", "d", 51_910, "", Mjd + 51_910)]
    [InlineData("TIME", "MJD", 0, "", Mjd)]
    [InlineData("modified_julian_date", "d", 51_910, "", Mjd)]
    public async Task Zero_points_of_unit_and_header_are_not_added(string column, string unit, double reference, string time,
        object expected)
    {
        string cards = FormattableString.Invariant($"TIMESYS='TDB', MJDREF={reference}");
        if (expected is string message)
        {
            Make(column, unit, cards);
            SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => Build(column, time).ReadAllAsync(Token));
            Assert.Contains(message, e.Message, StringComparison.Ordinal);
        }
        else
            await AgreesAsync(column, unit, Convert.ToDouble(expected, CultureInfo.InvariantCulture), time, cards);
    }

    [Fact]
    public async Task Zero_points_are_of_days()
    {
        Make("T", "s (BTJD)");
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => Build("T").ReadAllAsync(Token));
        Assert.Contains("'s (BTJD)' has a zero point of days, but another unit, 's'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rjd", Reduced)]
    [InlineData("tjd", Nasa)]
    public async Task Zero_point_of_the_recipe_has_a_name(string name, double jd)
    {
        Make("t", "d");
        RowBatch rows = Assert.Single(await Build("t", $"scale: TDB, zero_mjd: {name}").ReadAllAsync(Token));
        Assert.Equal(jd - Mjd, rows["lightcurve_time"].Schema.Time!.ZeroMjd);
    }

    [Theory]
    [InlineData("T", "BJD - 2454833", "btjd", "days since MJD 54832.5 by its unit 'BJD - 2454833', but since MJD 56999.5 by 'zero_mjd'")]
    [InlineData("BTJD", "d", "bkjd", "days since MJD 56999.5 by its name, but since MJD 54832.5 by 'zero_mjd'")]
    [InlineData("MJD", "", "50000", "days since MJD 0 by its name, but since MJD 50000 by 'zero_mjd'")]
    [InlineData("T", "BJD - 2454833", "bkjd", null)]
    [InlineData("T", "BJD - 2454833, days", "54832.5", null)]
    [InlineData("BJD", "d", "mjd", null)] // a name of Julian dates may be wrong
    [InlineData("T", "d", "btjd", null)]
    public async Task Zero_point_of_the_recipe_is_used_and_reported_if_it_contradicts(string column, string unit, string zero,
        string? message)
    {
        Make(column, unit);
        List<string> messages = [];
        RowBatch rows = Assert.Single(await Build(column, $"scale: TDB, zero_mjd: {zero}", messages.Add).ReadAllAsync(Token));
        Assert.Equal(
            zero switch { "btjd" => 56_999.5, "bkjd" => 54_832.5, "mjd" => 0, _ => double.Parse(zero, CultureInfo.InvariantCulture) },
            rows["lightcurve_time"].Schema.Time?.ZeroMjd ?? 0);
        if (message is null)
            Assert.DoesNotContain(messages, m => m.Contains("by 'zero_mjd'", StringComparison.Ordinal));
        else
            Assert.Contains(messages, m => m.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Zero_points_that_contradict_are_both_named()
    {
        Make("TIME", "d", "TIMESYS='TT', MJDREF=51910");
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(
            () => Build("TIME", "zero_mjd: btjd").ReadAllAsync(Token));
        Assert.Contains("its times are TT since MJD 51910 in the file, but TT since MJD 56999.5 in the recipe", e.Message,
            StringComparison.Ordinal);
    }

    private BuilderRun Build(string column, string more = "scale: TDB", Action<string>? onMessage = null) =>
        BuilderRuns.Builder("kind: lightcurve-table\nfiles: l.fits\nid: OID\nra: ra\ndec: dec\n"
            + $"time: {{ column: '{column}', {more} }}\nflux: F\nband: {{ name: V }}", folder.Path, onMessage);

    private async Task AgreesAsync(string column, string unit, double jd, string time = "scale: TDB", string cards = "EXTNAME='x'")
    {
        Make(column, unit, cards);
        RowBatch rows = Assert.Single(await Build(column, time).ReadAllAsync(Token));
        double zeroMjd = rows["lightcurve_time"].Schema.Time!.ZeroMjd;
        Assert.Equal("agrees", PythonColumns.Run(rows, """
            from astropy.time import Time
            offset, zero = float(sys.argv[2]), float(sys.argv[3])
            t = Time(offset, [1000.5, 1001.5], format='jd', scale='tdb')
            np.testing.assert_allclose(columns['lightcurve_time'].ravel() + zero, t.mjd, rtol=0, atol=1e-9)
            np.testing.assert_allclose((columns['mjd'][0], columns['mjd_end'][0]), t.mjd, rtol=0, atol=1e-9)
            print('agrees')
            """, jd.ToString("R", CultureInfo.InvariantCulture), zeroMjd.ToString("R", CultureInfo.InvariantCulture)).Trim());
    }

    private void Make(string column, string unit, string cards = "EXTNAME='x'") => Python.Run($"""
        import sys, warnings
        warnings.simplefilter('ignore')
        from astropy.io import fits
        C = fits.Column
        h = fits.BinTableHDU.from_columns([C('OID', 'K', array=[5, 5]), C('ra', 'D', unit='deg', array=[1., 1.]),
            C('dec', 'D', unit='deg', array=[1., 1.]), C(sys.argv[2], 'D', unit=sys.argv[3] or None, array=[1000.5, 1001.5]),
            C('F', 'E', unit='Jy', array=[1., 2.])])
        h.header.update({cards})
        h.writeto(sys.argv[1], overwrite=True)
        """, folder["l.fits"], column, unit);
}
