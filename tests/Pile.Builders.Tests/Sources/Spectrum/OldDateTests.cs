using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>Dates of headers before 2000, and dates whose time of day has a keyword of its own.</summary>
public class OldDateTests
{
    private const string Place = "ra: RA\ndec: DEC\n";

    [Theory] // astropy
    [InlineData("'DATE-OBS': '04/03/98'", "DATE-OBS", "1998-03-04T00:00:00")]
    [InlineData("'DATE-OBS': '31/12/99', 'TIME-OBS': '23:59:30.5'", "DATE-OBS", "1999-12-31T23:59:30.5")]
    [InlineData("'DATE-OBS': '2020-03-04', 'TIME-OBS': '05:06:07'", "DATE-OBS", "2020-03-04T05:06:07")]
    [InlineData("'DATE-OBS': '2020-03-04', 'TIME-OBS': '5:06:07.25', 'UT': '1:00:00'", "DATE-OBS", "2020-03-04T05:06:07.25")]
    [InlineData("'DATE-OBS': '2016-12-31', 'TIME-OBS': '23:59:60.5'", "DATE-OBS", "2016-12-31T23:59:60.5")]
    [InlineData("'DATE-OBS': '2020-03-04', 'UTC-OBS': '05:06:07'", "DATE-OBS", "2020-03-04T05:06:07")]
    [InlineData("'DATE-OBS': '2020-03-04', 'UT': '05:06'", "DATE-OBS", "2020-03-04T05:06:00")]
    [InlineData("'DATE-OBS': '2020-03-04', 'UT': 5.1", "DATE-OBS", "2020-03-04T00:00:00")]
    [InlineData("'DATE-OBS': '2020-03-04T01:02:03', 'TIME-OBS': '05:06:07'", "DATE-OBS", "2020-03-04T01:02:03")]
    [InlineData("'DATE-OBS': '2020-03-04', 'TIME-OBS': '05:06:07.5Z'", "DATE-OBS", "2020-03-04T05:06:07.5")]
    [InlineData("'DATE-OBS': '2020-03-04', 'UT': '05:06Z'", "DATE-OBS", "2020-03-04T05:06:00")]
    [InlineData("'DATE-OBS': '2020-03-04', 'TIME-OBS': '2020-03-04T05:06:07'", "DATE-OBS", "2020-03-04T05:06:07")]
    [InlineData("'DATE-OBS': '04/03/98', 'TIME-OBS': '1998-03-04 05:06:07Z'", "DATE-OBS", "1998-03-04T05:06:07")]
    [InlineData("'DATE-END': '2020-03-04', 'TIME-END': '05:06:07', 'TIME-OBS': '01:00:00'", "DATE-END", "2020-03-04T05:06:07")]
    public async Task Times_agree_with_astropy(string cards, string keyword, string expected)
    {
        using TemporaryFolder folder = new();
        Make(folder, cards);
        const string Judge = """
            from astropy.time import Time
            np.testing.assert_allclose(columns['mjd'], Time(sys.argv[2], format='isot', scale='utc').mjd, rtol=0, atol=1e-10)
            """;
        SpectrumRows.Agrees(await SpectrumRows.Read(Spectrum(keyword), folder.Path), Judge, expected);
        SpectrumRows.Agrees(Assert.Single(await BuilderRuns.Builder(Cube(keyword), folder.Path)
            .ReadAllAsync(TestContext.Current.CancellationToken)), Judge, expected);
    }

    [Theory]
    [InlineData("'DATE-OBS': '2020-03-04', 'TIME-OBS': 'night'", "TIME-OBS = 'night' should be the time of day of DATE-OBS")]
    [InlineData("'DATE-OBS': '2020-03-04', 'TIME-OBS': '24:00:00'",
        "column 'DATE-OBS': '2020-03-04' with TIME-OBS = '24:00:00' is not a modified Julian date, or ")]
    [InlineData("'DATE-OBS': '2020-03-04', 'TIME-OBS': '2020-03-05T05:06:07'",
        "TIME-OBS = '2020-03-05T05:06:07' has another date than DATE-OBS = '2020-03-04'")]
    [InlineData("'DATE-OBS': '04/03/98', 'UT': '1:60:00'", "column 'DATE-OBS': '04/03/98' with UT = '1:60:00' is not a ")]
    [InlineData("'DATE-OBS': '32/13/98'", "'32/13/98' is not a modified Julian date, or a time in UTC as text")]
    [InlineData("'DATE-OBS': '29/02/00'", "'29/02/00' is not a modified Julian date")] // of 1900
    [InlineData("'DATE-OBS': '4/3/98'", "or a year (J2026.5, B1950.0), or the form DD/MM/YY of the years 1900 to 1999")]
    public async Task Other_text_is_an_error(string cards, string message)
    {
        using TemporaryFolder folder = new();
        Make(folder, cards);
        await SpectrumRows.Fails(message, Spectrum("DATE-OBS"), folder.Path);
    }

    [Fact]
    public async Task Z_is_an_error_in_another_scale()
    {
        using TemporaryFolder folder = new();
        Make(folder, "'DATE-OBS': '04/03/98', 'TIME-OBS': '05:06:07Z', 'TIMESYS': 'TAI'");
        string recipe = $"files: s.fits\n{Place}mjd: DATE-OBS";
        await SpectrumRows.Fails("'04/03/98' with TIME-OBS = '05:06:07Z' is not a modified Julian date", recipe, folder.Path);
        await SpectrumRows.Fails("without 'Z' or an offset, which are UTC", recipe, folder.Path);
    }

    [Fact]
    public async Task UT_is_not_a_time_in_another_scale()
    {
        using TemporaryFolder folder = new();
        Make(folder, "'DATE-OBS': '2020-03-04', 'UT': '05:06:07', 'TIMESYS': 'TAI'");
        SpectrumRows.Agrees(await SpectrumRows.Read($"files: s.fits\n{Place}mjd: DATE-OBS", folder.Path),
            "assert columns['mjd'][0] == 58912");
    }

    private static string Spectrum(string keyword) => $"files: s.fits\n{Place}mjd: {keyword}\ntime_scale: UTC";

    private static string Cube(string keyword) => $"kind: cube\nfiles: c.fits\n{Place}mjd: {keyword}\ntime_scale: UTC";

    private static void Make(TemporaryFolder folder, string cards) => SpectrumRows.Make($$"""
        h = fits.Header(dict(CTYPE1='WAVE', CUNIT1='Angstrom', CRVAL1=5000., CDELT1=2., CRPIX1=1., RA=150.1, DEC=2.2, BUNIT='Jy'))
        h.update({ {{cards}} })
        fits.PrimaryHDU(np.ones((1, 5), 'f4'), h).writeto(sys.argv[1] + '/s.fits')
        h = fits.Header({(k.replace('1', '3') if k[-1] == '1' else k): v for k, v in h.items() if k[:5] != 'NAXIS'})
        fits.PrimaryHDU(np.ones((5, 2, 2), 'f4'), h).writeto(sys.argv[1] + '/c.fits')
        """, folder.Path);
}
