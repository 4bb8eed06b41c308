using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>Units as headers of spectra spell them.</summary>
public class SpectrumUnitTests
{
    private const string Keys = "files: x.fits\nra: RA\ndec: DEC\nwavelength: { medium: vacuum }\nunit: erg s-1 cm-2 Angstrom-1\n";

    [Theory]
    [InlineData("ANGSTROMS", 5000, "erg/s/cm2/AA", 1)]
    [InlineData("nanometer", 500, "1E-17 erg/cm^2/s/Ang", 1e-17)]
    [InlineData("Microns", 0.5, "10**(-17)erg/s/cm**2/Angstrom", 1e-17)]
    [InlineData("NM", 500, "ERG/S/CM2/ANGSTROM", 1)]
    [InlineData("MICRON", 0.5, "Watt/m2/micron", 0.1)]
    [InlineData("Angstroms", 5000, "ergs/s/cm^2/Ang", 1)]
    public async Task Spellings_of_headers_are_converted(string wave, double start, string flux, double factor)
    {
        using TemporaryFolder folder = new();
        Make(folder, wave, start, flux);
        SpectrumRows.Agrees(await SpectrumRows.Read(Keys, folder.Path), FormattableString.Invariant($"""
            np.testing.assert_allclose(columns['spectrum_lambda'][0], 5000 * (1 + 1e-3 * np.arange(4)), rtol=1e-6)
            np.testing.assert_allclose(columns['spectrum_flux'][0], {factor} * np.arange(1, 5), rtol=1e-6)
            """));
    }

    [Theory]
    [InlineData("Angstrom", "erg/s/cm2/A", "'erg/s/cm2/A' cannot be converted to 'erg s-1 cm-2 Angstrom-1'. 'A' is the ampere in FITS, not "
        + "Angstrom: set 'file_unit: erg/s/cm2/Angstrom' if the file means that. Correct 'unit' or 'file_unit'")]
    [InlineData("A", "erg/s/cm2/AA", "'A' is not a unit of wavelength, frequency, energy or wave number. 'A' is the ampere in FITS, not "
        + "Angstrom: set 'wavelength: { unit: Angstrom }' if the file means that")]
    public async Task The_reading_of_an_ampere_is_suggested(string wave, string flux, string message)
    {
        using TemporaryFolder folder = new();
        Make(folder, wave, 5000, flux);
        await SpectrumRows.Fails(message, Keys, folder.Path);
        await SpectrumRows.Read(Keys.Replace("medium: vacuum", "medium: vacuum, unit: Angstrom", StringComparison.Ordinal)
            + "file_unit: erg/s/cm2/Angstrom\n", folder.Path);
    }

    private static void Make(TemporaryFolder folder, string wave, double start, string flux) => SpectrumRows.Make("""
        p = fits.PrimaryHDU(np.arange(1, 5, dtype='f4'))
        p.header.update(RA=150., DEC=2., CTYPE1='LINEAR', CUNIT1=sys.argv[2], CRVAL1=float(sys.argv[3]), CRPIX1=1.,
            CDELT1=float(sys.argv[3]) * 1e-3, BUNIT=sys.argv[4])
        p.writeto(sys.argv[1])
        """, folder["x.fits"], wave, FormattableString.Invariant($"{start}"), flux);
}
