using System.Globalization;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

public class SpectrumTimeTests
{
    private const string Recipe = "files: s.fits\nflux: F\nwavelength: { column: W, medium: vacuum }\nra: RA\ndec: DEC\n";

    [Theory] // astropy.time; FITS 4.0 §9
    [InlineData("mjd: DATE-OBS\nmjd_end: DATE-END", "TIMESYS='UTC'", "utc")]
    [InlineData("mjd: DATE-BEG\nmjd_end: DATE-AVG\ntime_scale: UTC", "EXTNAME='x'", "utc")]
    [InlineData("mjd: DATE-OBS\ntime_scale: TAI", "TIMESYS='TAI'", "tai")]
    [InlineData("mjd: MJD-OBS", "TIMESYS='TAI'", "tai")]
    [InlineData("mjd: MJD-OBS\ntime_scale: TT", "TIMESYS='TDT'", "tt")]
    [InlineData("mjd: MJD-OBS\ntime_scale: UTC", "TIMESYS='UTC(NIST)'", "utc")]
    public async Task Dates_in_keywords_are_MJD(string times, string cards, string scale)
    {
        using TemporaryFolder folder = new();
        Make(folder["s.fits"], cards);
        BuilderRun run = BuilderRuns.Builder($"kind: spectrum\n{Recipe}{times}", folder.Path);
        Assert.Equal(scale.ToUpperInvariant(), run.Facts.TimeScale);
        RowBatch rows = Assert.Single(await run.ReadAllAsync(TestContext.Current.CancellationToken));
        SpectrumRows.Agrees(rows, """
            from astropy.time import Time
            h = fits.getheader(sys.argv[2], 1)
            for line in sys.argv[4].split('\n'):
                key, name = line.split(': ')
                if key.startswith('mjd'):
                    t = Time(h[name], scale=sys.argv[3], format='mjd' if name == 'MJD-OBS' else 'fits')
                    np.testing.assert_allclose(columns[key], t.mjd, rtol=0, atol=1e-10)
            """, folder["s.fits"], scale, times);
    }

    [Theory] // FITS 4.0 §9.5: TSTART and TSTOP are relative to the reference time, in TIMEUNIT; the first is a spectrum of Chandra
    [InlineData("TIMESYS='TT', MJDREF=50814.0, TIMEUNIT='s', TSTART=535360493.0533, TSTOP=535442330.2", 50814, 86400.0)]
    [InlineData("TIMESYS='TDB', BJDREFI=2457000, BJDREFF=0.0, TIMEUNIT='d', TSTART=1683.35, TSTOP=1684.0", 56999.5, 1)]
    [InlineData("TIMESYS='TT', MJDREFI=55197, MJDREFF=0.00076601852, TSTART=86400.0, TSTOP=172800.0", 55197.00076601852, 86400.0)]
    [InlineData("TIMESYS='TT', TSTART=57010.5, TSTOP=57010.75", 0, 1)]
    public async Task Start_and_stop_are_relative_to_the_reference_time(string cards, double zeroMjd, double perDay)
    {
        using TemporaryFolder folder = new();
        Make(folder["s.fits"], cards);
        RowBatch rows = await SpectrumRows.Read($"{Recipe}mjd: TSTART\nmjd_end: TSTOP\n", folder.Path);
        SpectrumRows.Agrees(rows, """
            h = fits.getheader(sys.argv[2], 1)
            zero, per_day = float(sys.argv[3]), float(sys.argv[4])
            np.testing.assert_allclose(columns['mjd'][0], zero + h['TSTART'] / per_day, rtol=0, atol=1e-9)
            np.testing.assert_allclose(columns['mjd_end'][0], zero + h['TSTOP'] / per_day, rtol=0, atol=1e-9)
            """, folder["s.fits"], zeroMjd.ToString("R", CultureInfo.InvariantCulture), perDay.ToString("R", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("mjd: DATE-OBS", "EXTNAME='x'", "times need 'time_scale', for example 'time_scale: UTC', because ")]
    [InlineData("mjd: DATE-OBX", "EXTNAME='x'", "there is no keyword 'DATE-OBX'")]
    [InlineData("mjd: DATE-OBS\ntime_scale: TDB", "TIMESYS='UTC'", "its times are UTC in the file, but TDB in the recipe")]
    [InlineData("mjd: OBJECT\ntime_scale: UTC", "OBJECT='star'",
        "'star' is not a modified Julian date, or a time in UTC as text: ISO 8601 (2026-01-31, 2026-01-31T12:00:00.5")]
    public async Task Mistakes_about_times_are_errors(string times, string cards, string message)
    {
        using TemporaryFolder folder = new();
        Make(folder["s.fits"], cards);
        BuilderRun run = BuilderRuns.Builder($"kind: spectrum\n{Recipe}{times}", folder.Path);
        PileException e = await Assert.ThrowsAnyAsync<PileException>(async () =>
        {
            _ = run.Facts;
            await run.ReadAllAsync(TestContext.Current.CancellationToken);
        });
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_scale_of_a_column_may_be_that_of_the_primary_header()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make("""
            C = fits.Column
            t = fits.BinTableHDU.from_columns([C('W', '2D', unit='um', array=[[1., 1.1]]), C('F', '2D', unit='Jy', array=[[1., 2.]]),
                C('RA', 'D', array=[10.]), C('DEC', 'D', array=[20.]), C('T', 'D', array=[58000.25])])
            p = fits.PrimaryHDU()
            p.header['TIMESYS'] = 'TDB'
            fits.HDUList([p, t]).writeto(sys.argv[1])
            """, folder["s.fits"]);
        BuilderRun run = BuilderRuns.Builder($"kind: spectrum\n{Recipe}mjd: T", folder.Path);
        Assert.Equal("TDB", run.Facts.TimeScale);
        await Assert.ThrowsAsync<SchemaMismatchException>(() => BuilderRuns.Builder($"kind: spectrum\n{Recipe}mjd: T\ntime_scale: UTC",
            folder.Path).ReadAllAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Times_outside_the_years_1600_to_2300_are_reported()
    {
        using TemporaryFolder folder = new();
        Make(folder["s.fits"], "UNIX=1577880000.0");
        List<string> messages = [];
        await BuilderRuns.Builder($"kind: spectrum\n{Recipe}mjd: UNIX\ntime_scale: UTC", folder.Path, messages.Add)
            .ReadAllAsync(TestContext.Current.CancellationToken);
        Assert.Contains("column 'UNIX': the value 1577880000.0 becomes the MJD 1577880000, which is not within the years 1600 to 2300",
            Assert.Single(messages), StringComparison.Ordinal);
    }

    private static void Make(string path, string cards) => SpectrumRows.Make($"""
        C = fits.Column
        h = fits.BinTableHDU.from_columns([C('W', 'D', unit='um', array=[1., 1.1]), C('F', 'D', unit='Jy', array=[1., 2.])])
        h.header['RA'], h.header['DEC'] = 10., 20.
        h.header['DATE-OBS'], h.header['DATE-END'] = '2016-12-31T23:59:59.25', '2017-01-01T00:10:00'
        h.header['DATE-BEG'], h.header['DATE-AVG'] = '2016-12-31', '2016-12-31T12:00:00.125'
        h.header['MJD-OBS'] = 58000.25
        h.header.update({cards})
        h.writeto(sys.argv[1])
        """, path);
}
