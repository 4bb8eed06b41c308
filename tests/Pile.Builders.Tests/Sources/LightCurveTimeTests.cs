using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

public sealed class LightCurveTimeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    private BuilderRun Source(string file, string time, Action<string>? onMessage = null, bool skipBadRows = false,
        Action<SkippedRow>? onSkip = null) => BuilderRuns.Builder(
            $"kind: lightcurve-table\nfiles: {file}\nid: id\nra: ra\ndec: dec\nra_unit: deg\ntime: {time}\nflux: f\nband: {{ name: V }}",
            folder.Path, onMessage, skipBadRows, onSkip);

    private Task WriteAsync(params string[] times) => File.WriteAllTextAsync(folder["t.csv"],
        "id,ra,dec,t,f\n" + string.Concat(times.Select(t => $"1,10,20,{t},5\n")), Token);

    private async Task AgreesAsync(BuilderRun run, string expected, params string[] arguments) => Assert.Equal("agrees", PythonColumns.Run(
        Assert.Single(await run.ReadAllAsync(Token)), $"""
            from astropy.time import Time
            from astropy.table import QTable
            t = {expected}
            np.testing.assert_allclose(columns['lightcurve_time'].ravel() + zero, t.mjd, rtol=0, atol=1e-10)
            np.testing.assert_allclose((columns['mjd'][0], columns['mjd_end'][0]), (t.mjd.min(), t.mjd.max()), rtol=0, atol=1e-10)
            print('agrees')
            """.Replace("zero", run.Facts.TimeScale is null ? "0" : "float(sys.argv[2])", StringComparison.Ordinal), arguments).Trim());

    [Theory]
    [InlineData("s", "40587", "Time([1577836800, 1577923200.25], format='unix')")]
    [InlineData("min", "50000", "Time([50000, 50000], [1577836800 / 1440, 1577923200.25 / 1440], format='mjd')")]
    [InlineData("yr", "btjd", "Time([56999.5, 56999.5], [1577836800 * 365.25, 1577923200.25 * 365.25], format='mjd')")]
    public async Task Unit_of_the_recipe_is_that_of_the_times(string unit, string zero, string expected)
    {
        await WriteAsync("1577836800", "1577923200.25");
        BuilderRun run = Source("t.csv", $"{{ column: t, unit: {unit}, scale: UTC, zero_mjd: {zero} }}");
        await AgreesAsync(run, expected, zero == "btjd" ? "56999.5" : zero);
    }

    [Theory]
    [InlineData("secs", "", 1 / 86_400.0)]
    [InlineData("Hours", "", 1 / 24.0)]
    [InlineData("DAYS", "", 1.0)]
    [InlineData("YEARS", "", 365.25)]
    [InlineData("ticks", "unit: s, ", 1 / 86_400.0)]
    [InlineData("D", "unit: d, ", 1.0)]
    [InlineData("SEC", "unit: Seconds, ", 1 / 86_400.0)]
    [InlineData("HMJD", "unit: d, ", 1.0)]
    [InlineData("HMJD", "unit: s, ", null, "its unit is 'HMJD' in the file, but 's' in the recipe")]
    [InlineData("Hours", "unit: s, ", null, "its unit is 'Hours' in the file, but 's' in the recipe")]
    [InlineData("Jy", "unit: s, ", null, "its unit is 'Jy' in the file, but 's' in the recipe")]
    [InlineData("D", "", null, "state the unit: 'time: { column: t, unit: … }'")]
    [InlineData("ticks", "", null, "'ticks' is not a unit of time")]
    public async Task Unit_of_the_recipe_replaces_an_unknown_one_of_the_file(string ofFile, string ofRecipe, double? days,
        string? message = null)
    {
        await WriteEcsvAsync(ofFile);
        Task<List<RowBatch>> ReadAsync() => Source("x.ecsv", $"{{ column: t, {ofRecipe}scale: UTC, zero_mjd: mjd }}").ReadAllAsync(Token);
        if (message is null)
            Assert.Equal(59_000 * days!.Value, ((ColumnData<double>)Assert.Single(await ReadAsync())["mjd"]).Values.Span[0], 6);
        else
            Assert.Contains(message, (await Assert.ThrowsAnyAsync<PileException>(ReadAsync)).Message, StringComparison.Ordinal);
    }

    private Task WriteEcsvAsync(string unit) => File.WriteAllTextAsync(folder["x.ecsv"], "# %ECSV 1.0\n# ---\n# datatype:\n"
        + "# - {name: id, datatype: int64}\n# - {name: ra, datatype: float64, unit: deg}\n# - {name: dec, datatype: float64, unit: deg}\n"
        + $"# - {{name: t, datatype: float64, unit: {unit}}}\n# - {{name: f, datatype: float64, unit: Jy}}\nid ra dec t f\n"
        + "1 10 20 59000 5\n", Token);

    [Theory]
    [InlineData("unit: mag", "expected a unit of time (s, min, h, d, yr), found 'mag'")]
    [InlineData("unit: s", "x.ecsv, column 't': its unit is 'd' in the file, but 's' in the recipe")]
    [InlineData("unit: d", null)]
    public async Task Unit_of_the_recipe_must_be_that_of_the_file(string unit, string? message)
    {
        await WriteEcsvAsync("d");
        Task<List<RowBatch>> ReadAsync() => Source("x.ecsv", $"{{ column: t, {unit}, scale: UTC }}").ReadAllAsync(Token);
        if (message is null)
            Assert.Equal(59_000, ((ColumnData<double>)Assert.Single(await ReadAsync())["mjd"]).Values.Span[0]);
        else
            Assert.Contains(message, (await Assert.ThrowsAnyAsync<PileException>(ReadAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_outside_the_years_1600_to_2300_are_reported_once()
    {
        List<string> messages = [];
        await WriteAsync("59000", "1577836800", "1577923200");
        await Source("t.csv", "{ column: t, scale: UTC }", messages.Add).ReadAllAsync(Token);
        Assert.Contains("column 't': the value 1577836800 becomes the MJD 1577836800, which is not within the years 1600 to 2300. If the "
            + "values have another unit or zero point, state it", Assert.Single(messages), StringComparison.Ordinal);
        messages.Clear();
        await WriteAsync("-94553", "161116.9");
        await Source("t.csv", "{ column: t, scale: UTC }", messages.Add).ReadAllAsync(Token);
        Assert.Empty(messages);
    }

    [Theory] // astropy.time; 2016-12-31 has a leap second
    [InlineData("UTC", "2016-12-31T23:59:60.5", "2020-01-01 00:01:40", "2020-07-02", "2020:001:12:00:00.25")]
    [InlineData("TAI", "2016-12-31T12:00:00.5", "2020-01-01T00:01", "J2020.5", "B1990.25")]
    public async Task Dates_as_text_are_MJD(string scale, params string[] times)
    {
        await WriteAsync([.. times.Order()]);
        BuilderRun run = Source("t.csv", $"{{ column: t, scale: {scale} }}");
        await AgreesAsync(run, "Time(np.sort([Time(t, scale=sys.argv[3]).mjd for t in sys.argv[4:]]), format='mjd')",
            ["0", scale.ToLowerInvariant(), .. times]);
    }

    [Theory]
    [InlineData("isot", "")]
    [InlineData("iso", "")]
    [InlineData("fits", "")]
    [InlineData("yday", "")]
    [InlineData("jyear_str", "")]
    [InlineData("byear_str", "")]
    [InlineData("datetime64", "")]
    [InlineData("mjd", "")]
    [InlineData("isot", "jd1_jd2")]
    [InlineData("mjd", "jd1_jd2")]
    public async Task Times_of_astropy_in_ECSV_are_read(string format, string method)
    {
        Python.Run("""
            import sys
            import numpy as np
            from astropy.table import QTable
            from astropy.time import Time, TimeDelta
            t = Time(['2016-12-31T23:00:00.5', '2020-07-02T12:00:00'], scale='tdb')
            t.format = sys.argv[2]
            q = QTable({'id': [1, 1], 'ra': [10., 10.], 'dec': [20., 20.], 't': t, 'dt': TimeDelta([1., 2.], format='jd'), 'f': [1., 2.]})
            q.write(sys.argv[1], **({'serialize_method': sys.argv[3]} if sys.argv[3] else {}))
            """, [folder["t.ecsv"], format, method]);
        BuilderRun run = Source("t.ecsv", "t");
        Assert.Equal("TDB", run.Facts.TimeScale);
        await AgreesAsync(run, "QTable.read(sys.argv[3])['t']", "0", folder["t.ecsv"]);
    }

    [Fact] // FITS 4.0 §9
    public async Task Dates_in_FITS_have_the_scale_of_the_header()
    {
        Python.Run("""
            import sys
            from astropy.io import fits
            C = fits.Column
            h = fits.BinTableHDU.from_columns([C('id', 'K', array=[5, 5]), C('ra', 'D', array=[1., 1.]), C('dec', 'D', array=[1., 1.]),
                C('DATE_OBS', '23A', array=['2016-12-31T23:59:60.500', '2020-01-02']), C('f', 'E', array=[1., 2.])])
            h.header.update(TIMESYS='UTC', MJDREF=51910., TIMEUNIT='s')
            h.writeto(sys.argv[1])
            """, folder["t.fits"]);
        BuilderRun run = Source("t.fits", "DATE_OBS");
        Assert.Equal("UTC", run.Facts.TimeScale);
        await AgreesAsync(run, "Time(['2016-12-31T23:59:60.500', '2020-01-02'])", "0");
    }

    [Theory]
    [InlineData("{ column: t, scale: TAI }", "2020-01-01T00:00:00Z", "row 0, column 't': '2020-01-01T00:00:00Z' is not a time in TAI as "
        + "text: ISO 8601 (2026-01-31, 2026-01-31T12:00:00.5, 2026-01-31 12:00)")]
    [InlineData("{ column: t, scale: UTC }", "01/02/2020", "row 0, column 't': '01/02/2020' is not a time in UTC as text")]
    [InlineData("t", "2020-01-01", "neither the file nor the recipe states their time scale")]
    public async Task Other_texts_are_errors(string time, string text, string message)
    {
        await WriteAsync(text);
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Source("t.csv", time).ReadAllAsync(Token));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_among_dates_has_no_unit_and_is_skipped_or_an_error()
    {
        List<SkippedRow> skipped = [];
        await WriteAsync("2020-01-01", "2021");
        await Source("t.csv", "{ column: t, scale: UTC }", skipBadRows: true, onSkip: skipped.Add).ReadAllAsync(Token);
        Assert.Contains("'2021' is not a time in UTC as text", Assert.Single(skipped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_format_of_astropy_that_is_not_read_is_an_error()
    {
        Python.Run("""
            import sys
            from astropy.table import QTable
            from astropy.time import Time
            t = Time([2020.25], format='decimalyear')
            QTable({'id': [1], 'ra': [10.], 'dec': [20.], 't': t, 'f': [1.]}).write(sys.argv[1])
            """, [folder["t.ecsv"]]);
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(
            () => Source("t.ecsv", "{ column: t, scale: UTC }").ReadAllAsync(Token));
        Assert.Contains("its times are in astropy's format 'decimalyear', which is not read as times; mjd, jd, unix", e.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_column_is_reported_before_a_missing_time_scale()
    {
        await WriteAsync("59000");
        SchemaMismatchException e = Assert.Throws<SchemaMismatchException>(() => Source("t.csv", "when").Facts);
        Assert.Contains("t.csv, column 'when': there is no such column; the columns are id, ra, dec, t, f", e.Message,
            StringComparison.Ordinal);
    }
}
