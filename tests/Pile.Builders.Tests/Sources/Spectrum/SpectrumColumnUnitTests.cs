using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>Positions and times of columns that declare a unit, compared with conversions by astropy.</summary>
public sealed class SpectrumColumnUnitTests : IDisposable
{
    private const string Recipe =
        "files: s.fits\nhdu: 1\nflux: F\nwavelength: { column: W, medium: vacuum }\nid: N\nra: RA\ndec: DEC\nmjd: TM\ntime_scale: UTC\n";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("h", "deg", "s", "")]
    [InlineData("rad", "rad", "h", "")]
    [InlineData("arcsec", "arcmin", "d", "")]
    [InlineData("", "", "", "")]
    [InlineData("deg", "deg", "d", "ra_unit: hours")] // the recipe precedes the file, as for tables
    public async Task Columns_are_in_the_unit_that_the_file_declares(string ra, string dec, string time, string key)
    {
        Make(ra, dec, time);
        RowBatch rows = await SpectrumRows.Read(Recipe + key, folder.Path);
        SpectrumRows.Agrees(rows, $$"""
            import astropy.units as u
            t = {name: fits.getdata(sys.argv[2], 1)[name].astype('f8') for name in ('RA', 'DEC', 'TM')}
            def to(name, unit, default):
                return (t[name] * u.Unit({'h': 'hourangle'}.get(unit, unit) if name != 'TM' else unit or default)
                        if unit else t[name] * u.Unit(default)).to(default).value
            ra = 'h' if '{{key}}' else '{{ra}}'
            np.testing.assert_allclose(columns['ra'], to('RA', ra, 'deg'), rtol=1e-14)
            np.testing.assert_allclose(columns['dec'], to('DEC', '{{dec}}', 'deg'), rtol=1e-14)
            np.testing.assert_allclose(columns['mjd'], to('TM', '{{time}}', 'd'), rtol=1e-14)
            """, folder["s.fits"]);
    }

    [Theory] // FITS 4.0, section 4.3.1: log has the base 10
    [InlineData("log10(Angstrom)", "", "10 ** w")]
    [InlineData("log(Angstrom)", "", "10 ** w")]
    [InlineData("LOG10(Angstroms)", "", "10 ** w")]
    [InlineData("log(nm)", "", "10 * 10 ** w")]
    [InlineData("log10(Angstrom)", ", scale: linear", "w")] // the recipe precedes the file
    [InlineData("Angstrom", ", scale: log10", "10 ** w")]
    public async Task Wavelengths_whose_unit_is_a_logarithm_are_powers_of_ten(string unit, string key, string angstrom)
    {
        MakeFlux(unit, "Jy");
        RowBatch rows = await SpectrumRows.Read(Recipe.Replace(", medium", $"{key}, medium", StringComparison.Ordinal), folder.Path);
        SpectrumRows.Agrees(rows, $$"""
            w = fits.getdata(sys.argv[2], 1)['W'].astype('f8')
            np.testing.assert_allclose(columns['spectrum_lambda'].ravel(), ({{angstrom}}).ravel(), rtol=1e-7)
            """, folder["s.fits"]);
    }

    [Fact] // in tables of the CDS, [Jy] is the logarithm of Jy
    public async Task Units_in_brackets_are_not_converted()
    {
        MakeFlux("Angstrom", "[Jy]");
        await SpectrumRows.Fails("[Jy]", Recipe + "unit: mJy\n", folder.Path);
        MakeFlux("[Angstrom]", "Jy");
        await SpectrumRows.Fails("'[Angstrom]' is not a unit of wavelength", Recipe, folder.Path);
        MakeFlux("ln(Angstrom)", "Jy");
        await SpectrumRows.Fails("the unit 'ln(Angstrom)' says that the wavelengths are logarithms", Recipe, folder.Path);
    }

    private void MakeFlux(string wavelength, string flux) => SpectrumRows.Make($$"""
        fits.BinTableHDU.from_columns([
            fits.Column('N', 'A1', array=['a', 'b']), fits.Column('RA', 'D', array=[1, 2]), fits.Column('DEC', 'D', array=[1, 2]),
            fits.Column('TM', 'D', array=[58000.25, 58001.]),
            fits.Column('W', '3D', unit='{{wavelength}}', array=[[3.5, 3.6, 3.7], [3.5, 3.6, 3.8]]),
            fits.Column('F', '3D', unit='{{flux}}', array=[[1, 2, 3], [4, 5, 6]])]).writeto(sys.argv[1], overwrite=True)
        """, folder["s.fits"]);

    [Fact]
    public async Task A_position_and_a_time_in_a_unit_of_another_quantity_are_errors()
    {
        Make("Jy", "deg", "d");
        await SpectrumRows.Fails("has the unit 'Jy', which is not a unit of angles", Recipe, folder.Path);
        Make("deg", "deg", "Jy");
        await SpectrumRows.Fails("'Jy' is not a unit of time", Recipe, folder.Path);
    }

    [Theory] // FITS 4.0 §9
    [InlineData("TM", "UTC", "51910 + t / 86400")]
    [InlineData("JD", "UTC", "t / 86400 - 2400000.5")] // the name says that the values are absolute
    [InlineData("T_BTJD", "UTC", "t / 86400 + 56999.5")] // BJD - 2457000
    public async Task Times_are_relative_to_the_reference_time_of_the_file(string column, string scale, string mjd)
    {
        Make("deg", "deg", "s", column, $"MJDREF=51910., TIMESYS='{scale}'",
            column == "JD" ? "86400 * (2457000.5 + np.arange(2))" : "[1e5, 2e5]");
        RowBatch rows = await SpectrumRows.Read(Recipe.Replace("mjd: TM", $"mjd: {column}", StringComparison.Ordinal), folder.Path);
        SpectrumRows.Agrees(rows, $$"""
            t = fits.getdata(sys.argv[2], 1)['{{column}}'].astype('f8')
            np.testing.assert_allclose(columns['mjd'], {{mjd}}, rtol=0, atol=1e-9)
            """, folder["s.fits"]);
    }

    [Theory]
    [InlineData("JD", "2457000.5 + np.arange(2)", "t - 2400000.5")]
    [InlineData("BJD - 2457000, days", "[1325.5, 1326.5]", "t + 56999.5")]
    [InlineData("BTJD", "[1325.5, 1326.5]", "t + 56999.5")]
    [InlineData("MJD", "[58000.25, 58001.]", "t")]
    public async Task Units_state_zero_points_as_names_do(string unit, string times, string mjd)
    {
        Make("deg", "deg", unit, "TM", "TIMESYS='TDB'", times);
        SpectrumRows.Agrees(await SpectrumRows.Read(Recipe.Replace("time_scale: UTC", "", StringComparison.Ordinal), folder.Path), $$"""
            t = fits.getdata(sys.argv[2], 1)['TM'].astype('f8')
            np.testing.assert_allclose(columns['mjd'], {{mjd}}, rtol=0, atol=1e-9)
            """, folder["s.fits"]);
    }

    [Theory]
    [InlineData("JD", "TIMESYS='UTC'", "[7000.5, 7001.5]", "a Julian date, at least 2400000.5, because of the name or unit")]
    [InlineData("HJD - 50000", "TIMESYS='UTC'", "[7000.5, 7001.5]", "the zero point that the name or unit states is unclear")]
    [InlineData("BTJD", "MJDREF=51910., TIMESYS='UTC'", "[7000.5, 7001.5]", "its unit 'BTJD' states a zero point, but the header has")]
    public async Task Units_with_zero_points_that_are_not_those_of_the_times_are_errors(string unit, string cards, string times,
        string message)
    {
        Make("deg", "deg", unit, "TM", cards, times);
        await SpectrumRows.Fails(message, Recipe, folder.Path);
    }

    [Fact] // FITS 4.0 §9.3
    public async Task Times_without_a_unit_are_in_that_of_the_header()
    {
        Make("deg", "deg", "", "TM", "MJDREF=51910., TIMESYS='UTC', TIMEUNIT='s'", "[1e5, 2e5]");
        SpectrumRows.Agrees(await SpectrumRows.Read(Recipe, folder.Path), """
            t = fits.getdata(sys.argv[2], 1)['TM'].astype('f8')
            np.testing.assert_allclose(columns['mjd'], 51910 + t / 86400, rtol=0, atol=1e-9)
            """, folder["s.fits"]);
    }

    [Fact]
    public async Task A_time_scale_that_contradicts_the_file_is_an_error()
    {
        Make("deg", "deg", "d", "TM", "MJDREF=51910., TIMESYS='TDB'");
        await SpectrumRows.Fails("its times are TDB in the file, but UTC in the recipe", Recipe, folder.Path);
    }

    private void Make(string ra, string dec, string time, string column = "TM", string cards = "EXTNAME='x'",
        string values = "[58000.25, 58001.]") => SpectrumRows.Make($$"""
        C, path, (ra, dec, time) = fits.Column, sys.argv[1], (unit or None for unit in sys.argv[2:5])
        h = fits.BinTableHDU.from_columns([C('N', 'A5', array=['a', 'b']), C('RA', 'D', unit=ra, array=[1.25, 2.5]),
            C('DEC', 'E', unit=dec, array=[1., 0.5]), C('{{column}}', 'D', unit=time, array={{values}}),
            C('W', '3D', unit='Angstrom', array=np.ones((2, 1)) * [4000, 4001, 4002]),
            C('F', '3E', unit='Jy', array=np.ones((2, 3)))])
        h.header.update({{cards}})
        h.writeto(path, overwrite=True)
        """, folder["s.fits"], ra, dec, time);
}
