using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>Axes of wavelengths that columns of each row describe.</summary>
public class SpectrumAxisTests
{
    private const string Gbt = """
        files: spectra/gbt/single-dish.fits
        hdu: SINGLE DISH
        flux: DATA
        file_unit: count
        wavelength: { axis: { value: CRVAL1, pixel: CRPIX1, step: CDELT1, type: CTYPE1 }, unit: Hz }
        id: "{PROJID}-{SCAN}-{FDNUM}"
        ra: CRVAL2
        dec: CRVAL3
        frame: FK5
        mjd: DATE-OBS
        time_scale: UTC

        """;

    private const string Made = "files: x.fits\nhdu: 1\nflux: F\nfile_unit: K\nra: RA\ndec: DEC\n";

    [Fact]
    public async Task Rows_of_single_dishes_have_their_own_axes()
    {
        RowBatch rows = await SpectrumRows.Read(Gbt);
        SpectrumRows.Agrees(rows, """
            import astropy.units as u
            from astropy.coordinates import SkyCoord
            from astropy.time import Time
            t = fits.getdata(sys.argv[2], 'SINGLE DISH')
            assert len(set(columns['object_id'])) == len(t) == 4
            for i, row in enumerate(t):
                f = row['CRVAL1'] + (np.arange(64) + 1 - row['CRPIX1']) * row['CDELT1']
                order = np.argsort(-f)
                np.testing.assert_allclose(columns['spectrum_lambda'][i], (f[order] * u.Hz).to_value('Angstrom', u.spectral()), rtol=1e-7)
                np.testing.assert_array_equal(columns['spectrum_flux'][i], row['DATA'][order])
                np.testing.assert_array_equal(columns['spectrum_mask'][i], np.isnan(row['DATA'][order]))
                at = SkyCoord(row['CRVAL2'], row['CRVAL3'], unit='deg', frame='fk5').icrs
                assert at.separation(SkyCoord(columns['ra'][i], columns['dec'][i], unit='deg')).arcsec < 1e-3
                assert abs(columns['mjd'][i] - Time(row['DATE-OBS'], scale='utc').mjd) < 1e-9
                for name in ('CRVAL1', 'CRPIX1', 'CDELT1', 'CTYPE1', 'VELDEF', 'VFRAME', 'RESTFREQ', 'OBJECT'):
                    assert columns[name][i] == row[name], name
            """, TestPaths.Data("spectra/gbt/single-dish.fits"));
        Assert.Equal("vacuum", $"{BuilderRuns.Builder($"kind: spectrum\n{Gbt}").Facts.SpectralMedium}");
    }

    [Theory]
    [InlineData("MHz", "kHz", "", "Hz", 1e6, 1e3)]
    [InlineData("MHz", "", "", "Hz", 1e6, 1e6)]
    [InlineData("um", "nm", ", medium: air", "m", 1e-6, 1e-9)]
    [InlineData("furlong", "furlong", ", unit: GHz", "Hz", 1e9, 1e9)]
    public async Task Value_and_step_have_the_units_of_their_columns(string value, string step, string key, string si, double ofValue,
        double ofStep)
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], value, step, si == "Hz" ? "FREQ" : "AWAV");
        string source = $"{Made}wavelength: {{ axis: {{ value: V, pixel: P, step: S, type: T }}{key} }}";
        SpectrumRows.Agrees(await SpectrumRows.Read(source, folder.Path), FormattableString.Invariant($"""
            import astropy.units as u
            for row, first in enumerate((100, 200)):
                axis = (first * {ofValue} + (np.arange(4) - 1) * 2 * {ofStep}) * u.{si}
                expected = np.sort(axis.to_value('Angstrom', u.spectral()))
                np.testing.assert_allclose(columns['spectrum_lambda'][row], expected, rtol=1e-7)
            """));
    }

    [Theory]
    [InlineData("pixel: 2, step: S")]
    [InlineData("pixel: P, step: 2.0")]
    [InlineData("pixel: 2, step: 2")]
    public async Task Rows_may_share_numbers_of_the_axis(string numbers)
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], "Angstrom", "Angstrom", "WAVE");
        string source = $"{Made}wavelength: {{ axis: {{ value: V, {numbers} }}, medium: vacuum }}";
        SpectrumRows.Agrees(await SpectrumRows.Read(source, folder.Path), """
            np.testing.assert_array_equal(columns['spectrum_lambda'], [[98, 100, 102, 104], [198, 200, 202, 204]])
            """);
    }

    [Theory]
    [InlineData("Hz", "Hz", "VELO-LSR", "", "row 0 of HDU 1: 'T' = 'VELO-LSR' is not a linear axis in 'Hz'")]
    [InlineData("Hz", "Hz", "FREQ-LOG", "", "row 0 of HDU 1: 'T' = 'FREQ-LOG' is not a linear axis in 'Hz'")]
    [InlineData("Hz", "Hz", "FREQ", ", unit: m", "row 0 of HDU 1: 'T' = 'FREQ' is not a linear axis in 'm'")]
    [InlineData("", "", "FREQ", "", "the wavelengths have no unit")]
    [InlineData("Hz", "K", "FREQ", "", "column 'S' has the unit 'K', which cannot be converted to 'Hz' of 'V'")]
    [InlineData("m/s", "m/s", "FREQ", "", "'m/s' is not a unit of wavelength, frequency, energy or wave number")]
    public async Task An_axis_of_another_quantity_is_an_error(string value, string step, string type, string key, string message)
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], value, step, type);
        await SpectrumRows.Fails(message, $"{Made}wavelength: {{ axis: {{ value: V, pixel: P, step: S, type: T }}, medium: vacuum{key} }}",
            folder.Path);
    }

    [Theory]
    [InlineData("axis: { value: V, pixel: P, step: X }", "there is no such column")]
    [InlineData("axis: { value: V, pixel: P, step: F }", "column 'F' should have one number per row, found TFORM 4E")]
    [InlineData("axis: { value: V, pixel: P, step: S, type: P }", "column 'P' should have text")]
    [InlineData("axis: { value: V, pixel: P }", "'step' is missing")]
    [InlineData("axis: { value: V, pixel: P, step: S }, scale: log10", "'axis' and 'scale' exclude each other")]
    [InlineData("axis: { value: V, pixel: P, step: S }, column: V", "'axis' and 'column' exclude each other")]
    public async Task Columns_of_an_axis_must_fit(string axis, string message)
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], "Hz", "Hz", "FREQ");
        await SpectrumRows.Fails(message, $"{Made}wavelength: {{ {axis} }}", folder.Path);
    }

    private static void Make(string path, string value, string step, string type) => SpectrumRows.Make("""
        t = Table(dict(F=np.ones((2, 4), 'f4'), V=[100., 200.], P=np.int16([2, 2]), S=np.float32([2, 2]), T=[sys.argv[4]] * 2))
        h = fits.BinTableHDU(t)
        for name, unit in ((2, sys.argv[2]), (4, sys.argv[3])):
            if unit:
                h.header[f'TUNIT{name}'] = unit
        h.header.update(RA=1., DEC=2.)
        h.writeto(sys.argv[1])
        """, path, value, step, type);
}
