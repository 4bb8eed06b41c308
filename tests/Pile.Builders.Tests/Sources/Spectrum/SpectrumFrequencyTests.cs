using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

public class SpectrumFrequencyTests
{
    [Theory]
    [InlineData("Hz", 1e14, 5e14)]
    [InlineData("GHz", 690, 80)]
    [InlineData("eV", 0.5, 12)]
    [InlineData("keV", 10, 0.3)]
    [InlineData("erg", 1e-12, 5e-12)]
    [InlineData("cm-1", 3000, 9000)]
    [InlineData("1/um", 3, 0.5)]
    public async Task A_column_of_frequencies_energies_or_wave_numbers_agrees_with_astropy(string unit, double first, double last)
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], unit, first, last);
        RowBatch row = await SpectrumRows.Read("""
            files: x.fits
            flux: FLUX
            wavelength: { column: AXIS }
            ivar: { column: ERROR, kind: rms }
            unit: 10**-17 erg s-1 cm-2 Angstrom-1
            ra: RA
            dec: DEC
            """, folder.Path);
        SpectrumRows.Agrees(row, """
            from astropy import units as u
            h = fits.open(sys.argv[2])[1]
            axis = h.data['AXIS'].astype('f8') * u.Unit(h.header['TUNIT1'].replace('1/um', 'um-1'))
            wave = axis.to('Angstrom', equivalencies=u.spectral())
            order = np.argsort(wave.value)
            def converted(name):
                flux = h.data[name].astype('f8') * u.Jy
                return flux.to('1e-17 erg s-1 cm-2 AA-1', equivalencies=u.spectral_density(wave)).value[order]
            np.testing.assert_allclose(columns['spectrum_lambda'][0], wave.value[order], rtol=1e-7)
            np.testing.assert_allclose(columns['spectrum_flux'][0], converted('FLUX'), rtol=2e-7)
            np.testing.assert_allclose(columns['spectrum_ivar'][0], converted('ERROR') ** -2, rtol=3e-7)
            np.testing.assert_array_equal(columns['AXIS'][0], h.data['AXIS'])
            """, folder["x.fits"]);
    }

    [Fact]
    public async Task Wavelengths_of_frequencies_are_in_vacuum()
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], "Hz", 1e14, 5e14);
        await SpectrumRows.Fails("the file says that its wavelengths are in vacuum (the unit of the wavelengths), the recipe air",
            "files: x.fits\nflux: FLUX\nwavelength: { column: AXIS, medium: air }\nra: RA\ndec: DEC", folder.Path);
        Make(folder["y.fits"], "km", 1, 2);
        await SpectrumRows.Fails("'kg' is not a unit of wavelength, frequency, energy or wave number",
            "files: y.fits\nflux: FLUX\nwavelength: { column: AXIS, unit: kg, medium: air }\nra: RA\ndec: DEC", folder.Path);
    }

    private static void Make(string path, string unit, double first, double last) => SpectrumRows.Make("""
        axis = np.linspace(float(sys.argv[3]), float(sys.argv[4]), 30)
        rng = np.random.default_rng(8)
        columns = [fits.Column('AXIS', 'D', array=axis), fits.Column('FLUX', 'D', 'Jy', array=rng.normal(1e-3, 1e-5, 30)),
            fits.Column('ERROR', 'D', 'Jy', array=rng.uniform(1e-5, 2e-5, 30))]
        t = fits.BinTableHDU.from_columns(columns)
        t.header['TUNIT1'] = sys.argv[2]
        t.header.update(RA=1., DEC=2.)
        t.writeto(sys.argv[1])
        """, path, unit, first.ToString("R"), last.ToString("R"));
}
