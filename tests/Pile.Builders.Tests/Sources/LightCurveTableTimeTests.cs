using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>Times of tables of light curves: their scale, zero point and unit, from the header or the recipe.</summary>
public sealed class LightCurveTableTimeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory] // the zero point and scale of astropy, FITS 4.0 §9
    [InlineData("TIME", 51544.5, "BARYCENTER")]
    [InlineData("{ column: TIME, scale: TDB }", 51544.5, "BARYCENTER")]
    [InlineData("{ column: TIME, scale: TDB, reference: BARYCENTER, zero_mjd: 51544.5 }", 51544.5, "BARYCENTER")]
    public async Task Times_are_those_that_the_header_declares(string time, double zeroMjd, string reference)
    {
        MakeTimes("TIMESYS='TDB', MJDREFI=51544, MJDREFF=.5, TREFPOS='BARYCENTER'");
        BuilderRun builder = Times(time);
        RowBatch rows = Assert.Single(await builder.ReadAllAsync(Token));
        Assert.Equal(new TimeAxis("TDB", reference, zeroMjd), rows["lightcurve_time"].Schema.Time);
        Assert.Equal(("TDB", reference), (builder.Facts.TimeScale, builder.Facts.TimeReference));
        Assert.Equal("True True", PythonColumns.Run(rows, """
            from astropy.table import Table
            t = Table.read(sys.argv[2], astropy_native=True)['TIME']
            assert t.scale == 'tdb'
            zero = 51544 + .5 # astropy reads the scale alone
            print(columns["mjd"][0] == t.mjd.min() + zero, columns["mjd_end"][0] == t.mjd.max() + zero)
            """, folder["l.fits"]).Trim());
    }

    [Theory]
    [InlineData("{ column: TIME, scale: UTC }", "TDB at BARYCENTER since MJD 51544.5 in the file, but UTC in the recipe")]
    [InlineData("{ column: TIME, scale: TDB, reference: TOPOCENTER }", "but TDB at TOPOCENTER in the recipe")]
    [InlineData("{ column: TIME, scale: TDB, zero_mjd: jd }", "but TDB since MJD -2400000.5 in the recipe")]
    public async Task A_recipe_that_contradicts_the_header_is_an_error(string time, string message)
    {
        MakeTimes("TIMESYS='TDB', MJDREFI=51544, MJDREFF=.5, TREFPOS='BARYCENTER'");
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => Times(time).ReadAllAsync(Token));
        Assert.Contains("l.fits", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_of_a_header_without_a_zero_point_have_that_of_the_recipe()
    {
        MakeTimes("TIMESYS='TDB', TIMEREF='SOLARSYSTEM', BJDREFI=2454833, BJDREFF=0.");
        RowBatch kepler = Assert.Single(await Times("TIME").ReadAllAsync(Token));
        Assert.Equal(new TimeAxis("TDB", "BARYCENTER", 54_832.5), kepler["lightcurve_time"].Schema.Time);
        MakeTimes("TIMESYS='TDB'");
        RowBatch rows = Assert.Single(await Times("{ column: TIME, scale: TDB, zero_mjd: BKJD }").ReadAllAsync(Token));
        Assert.Equal(new TimeAxis("TDB", null, 54_832.5), rows["lightcurve_time"].Schema.Time);
    }

    [Theory] // FITS 4.0 §9.2: the reference time and the scale are those of all times in the table
    [InlineData("START", "{ column: START }", "TDB at BARYCENTER since MJD 51544.5")]
    [InlineData("T", "{ column: T, scale: TDB }", "TDB at BARYCENTER since MJD 51544.5")]
    [InlineData("T", "{ column: T, scale: TDB, zero_mjd: mjd }", "TDB at BARYCENTER")]
    [InlineData("T", "{ column: T, scale: UTC }", "but UTC in the recipe")]
    [InlineData("BJD", "{ column: BJD, scale: TDB, zero_mjd: jd }", "TDB at BARYCENTER since MJD -2400000.5")]
    [InlineData("MJD_MID", "MJD_MID", "TDB at BARYCENTER")]
    public async Task Times_of_a_column_with_any_name_are_those_that_the_header_declares(string column, string time, string expected)
    {
        MakeTimes("TIMESYS='TDB', MJDREFI=51544, MJDREFF=.5, TREFPOS='BARYCENTER'", column);
        BuilderRun builder = Times(time);
        if (expected.StartsWith("but", StringComparison.Ordinal))
        {
            SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => builder.ReadAllAsync(Token));
            Assert.Contains(expected, e.Message, StringComparison.Ordinal);
            return;
        }
        RowBatch rows = Assert.Single(await builder.ReadAllAsync(Token));
        TimeAxis axis = rows["lightcurve_time"].Schema.Time!;
        Assert.Equal(expected, TimeWords.Describe(axis));
        Assert.Equal(1 + axis.ZeroMjd, ((ColumnData<double>)rows["mjd"]).Values.Span[0]);
        Assert.Equal("TDB", builder.Facts.TimeScale);
    }

    [Theory] // FITS 4.0 §9.3 and §9.4.1, OGIP 93-003: (value + offset) in TIMEUNIT since the reference time
    [InlineData("TIMEUNIT='s'", "", "s", 51_910)]
    [InlineData("TIMEUNIT='s'", "", "s", 51_910, "TSTART")] // times by the recipe alone
    [InlineData("TIMEUNIT='s', TIMEOFFS=43200.", "", "s", 51_910.5)]
    [InlineData("TIMEUNIT='d', TIMEZERO=.25", "d", "d", 51_910.25)]
    [InlineData("TIMEOFFS=86400.", "s", "s", 51_911)] // the default of TIMEUNIT is s
    [InlineData("TIMEUNIT='d', TIMEZERI=2, TIMEZERF=.5", "h", "h", 51_912.5)]
    public async Task Unit_and_offset_of_all_times_of_a_header_apply(string cards, string unit, string expectedUnit, double zeroMjd,
        string column = "TIME")
    {
        MakeTimes($"TIMESYS='TT', MJDREF=51910., {cards}", column, unit);
        RowBatch rows = Assert.Single(await Times(column).ReadAllAsync(Token));
        Assert.Equal(new TimeAxis("TT", null, zeroMjd), rows["lightcurve_time"].Schema.Time);
        Assert.Equal("True", PythonColumns.Run(rows, $"""
            import astropy.units as u
            print(np.allclose(columns["mjd"], {zeroMjd} + (1 * u.{expectedUnit}).to_value('d'), rtol=0, atol=1e-9))
            """).Trim());
    }

    [Fact]
    public async Task Offset_in_an_ambiguous_unit_is_an_error()
    {
        MakeTimes("TIMESYS='TT', MJDREF=51910., TIMEOFFS=.5");
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Times("TIME").ReadAllAsync(Token));
        Assert.Contains("TIMEOFFS is an offset of the times, whose unit is TIMEUNIT; that is missing", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BJD - 2454833", "{ column: BJD - 2454833, scale: TDB }", 54_832.5)]
    [InlineData("BKJD", "{ column: BKJD, scale: TDB }", 54_832.5)]
    [InlineData("MJD-50000", "{ column: MJD-50000, scale: TT }", 50_000)]
    public async Task Zero_point_in_the_name_of_a_column_is_that_of_its_times(string column, string time, double zeroMjd)
    {
        MakeTimes("EXTNAME='x'", column);
        RowBatch rows = Assert.Single(await Times(time).ReadAllAsync(Token));
        Assert.Equal(zeroMjd, rows["lightcurve_time"].Schema.Time!.ZeroMjd);
    }

    [Theory]
    [InlineData("BJD", "{ column: BJD, scale: TDB }", "by its name it has Julian dates")]
    [InlineData("hjd", "{ column: hjd, scale: UTC }", "by its name it has Julian dates")]
    [InlineData("BJD_TDB", "BJD_TDB", "by its name it has Julian dates")]
    [InlineData("BTJD", "BTJD", "nor the recipe states their time scale")]
    public async Task Column_of_Julian_dates_needs_a_zero_point(string column, string time, string message)
    {
        MakeTimes("EXTNAME='x'", column);
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => Times(time).ReadAllAsync(Token));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private BuilderRun Times(string time) => BuilderRuns.Builder(
        $"kind: lightcurve-table\nfiles: l.fits\nid: OID\nra: ra\ndec: dec\ntime: {time}\nflux: F\nband: {{ name: V }}", folder.Path);

    private void MakeTimes(string cards, string column = "TIME", string unit = "d") => Python.Run($"""
        import sys
        from astropy.io import fits
        C = fits.Column
        h = fits.BinTableHDU.from_columns([C('OID', 'K', array=[5, 5]), C('ra', 'D', unit='deg', array=[1., 1.]),
            C('dec', 'D', unit='deg', array=[1., 1.]), C('{column}', 'D', unit='{unit}' or None, array=[1., 2.]),
            C('F', 'E', unit='Jy', array=[1., 2.])])
        h.header.update({cards})
        h.writeto(sys.argv[1], overwrite=True)
        """, folder["l.fits"]);
}
