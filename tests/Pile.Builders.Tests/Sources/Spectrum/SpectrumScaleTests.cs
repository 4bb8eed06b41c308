using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>Logarithmic axes of images: what the recipe states, CTYPE1 and DC-FLAG.</summary>
public class SpectrumScaleTests
{
    private const string Recipe = "files: x.fits\nunit: Jy\nra: RA\ndec: DEC\n";

    [Theory]
    [InlineData("CTYPE1='WAVE', CUNIT1='Angstrom'", "scale: log10", "vac")]
    [InlineData("CTYPE1='WAVE'", "scale: log10, unit: Angstrom", "vac")]
    [InlineData("CTYPE1='AWAV', CUNIT1='Angstrom'", "scale: log10", "air")]
    [InlineData("CTYPE1='AWAV', CUNIT1='Angstrom', DC__FLAG=1", "scale: log10", "air")]
    [InlineData("CTYPE1='LOGLIN', CUNIT1='Angstrom'", "scale: log10, medium: vacuum", "vac")]
    [InlineData("CTYPE1='LOGLIN', CUNIT1='Angstrom', DC__FLAG=1", "medium: vacuum", "vac")]
    [InlineData("CTYPE1='LINEAR', CUNIT1='Angstrom', DC__FLAG=1", "medium: air", "air")]
    public async Task Logarithms_become_wavelengths(string cards, string wavelength, string medium)
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], $"CRVAL1=3.6, CDELT1=1e-4, CRPIX1=1., {cards}");
        string recipe = $"{Recipe}wavelength: {{ {wavelength} }}";
        SpectrumRows.Agrees(await SpectrumRows.Read(recipe, folder.Path), """
            np.testing.assert_allclose(columns['spectrum_lambda'][0], 10 ** (3.6 + 1e-4 * np.arange(5)), rtol=1e-7)
            """, folder["x.fits"]);
        Assert.Contains(medium, $"{BuilderRuns.Builder($"kind: spectrum\n{recipe}", folder.Path).Facts.SpectralMedium}",
            StringComparison.OrdinalIgnoreCase);
    }

    [Theory] // wcslib
    [InlineData("CTYPE1='WAVE', CUNIT1='Angstrom'", "scale: linear")]
    [InlineData("CTYPE1='WAVE', CUNIT1='Angstrom', DC__FLAG=1", "scale: linear")]
    [InlineData("CTYPE1='WAVE-LOG', CUNIT1='Angstrom'", "medium: vacuum")]
    [InlineData("CTYPE1='WAVE-LOG', CUNIT1='Angstrom', DC__FLAG=1", "medium: vacuum")]
    public async Task Other_axes_agree_with_wcslib(string cards, string wavelength)
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], $"CRVAL1=4000., CDELT1=2., CRPIX1=2., {cards}");
        SpectrumRows.Agrees(await SpectrumRows.Read($"{Recipe}wavelength: {{ {wavelength} }}", folder.Path), """
            from astropy.wcs import WCS
            w = WCS(fits.getheader(sys.argv[2]), naxis=1)
            np.testing.assert_allclose(columns['spectrum_lambda'][0], w.all_pix2world(np.arange(5), 0)[0] * 1e10, rtol=1e-7)
            """, folder["x.fits"]);
    }

    [Theory]
    [InlineData("CTYPE1='WAVE-LOG'", "scale: log10", "CTYPE1 = 'WAVE-LOG' says how wavelengths follow from the pixels")]
    [InlineData("CTYPE1='WAVE-LOG'", "scale: linear", "but 'wavelength.scale' of the recipe says linear")]
    [InlineData("CTYPE1='WAVE', DC__FLAG=1", "unit: Angstrom", "DC-FLAG = 1 says that they are those of base 10. Set ")]
    public async Task Statements_that_contradict_each_other_are_an_error(string cards, string wavelength, string message)
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], $"CRVAL1=3.6, CDELT1=1e-4, CRPIX1=1., CUNIT1='Angstrom', {cards}");
        await SpectrumRows.Fails(message, $"{Recipe}wavelength: {{ {wavelength} }}", folder.Path);
    }

    private static void Make(string path, string cards) => SpectrumRows.Make("""
        h = fits.Header()
        for name, value in eval(f'dict({sys.argv[2]}, RA=1., DEC=2., BUNIT="Jy")').items():
            h[name.replace('__', '-')] = value
        fits.PrimaryHDU(np.ones((1, 5), 'f4'), h).writeto(sys.argv[1])
        """, path, cards);
}
