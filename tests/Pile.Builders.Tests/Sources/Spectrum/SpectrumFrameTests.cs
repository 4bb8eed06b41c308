using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>The frame of positions in keywords: RADESYS, EQUINOX and its old name EPOCH.</summary>
public class SpectrumFrameTests
{
    private const string Recipe = "files: x.fits\nunit: Jy\nra: RA\ndec: DEC\nwavelength: { medium: vacuum }\n";

    [Theory] // astropy
    [InlineData("EPOCH=1950.", "FK4(equinox='B1950')")]
    [InlineData("EPOCH=1900.", "FK4(equinox='B1900')")]
    [InlineData("EPOCH=2000.", "FK5(equinox='J2000')")]
    [InlineData("EPOCH=1950., EQUINOX=2000.", "FK5(equinox='J2000')")]
    [InlineData("EPOCH=1976.2, RADESYS='FK5'", "FK5(equinox='J2000')")]
    [InlineData("EPOCH=1976.2, RADECSYS='ICRS'", "ICRS()")]
    [InlineData("EQUINOX='J2000'", "FK5(equinox='J2000')")]
    [InlineData("EQUINOX='J2000.0', RADESYS='ICRS'", "ICRS()")]
    [InlineData("EQUINOX='B1950'", "FK4(equinox='B1950')")]
    [InlineData("EQUINOX='B1950.0', RADESYS='FK4'", "FK4(equinox='B1950')")]
    [InlineData("EQUINOX='J1980'", "FK5(equinox='J1980')")]
    [InlineData("EQUINOX='1975.0'", "FK4(equinox='B1975')")]
    [InlineData("EPOCH='J2000'", "FK5(equinox='J2000')")]
    [InlineData("EPOCH=-1, EQUINOX=2000.", "FK5(equinox='J2000')")]
    [InlineData("EPOCH=0.", "ICRS()")] // not set, in headers of IRAF
    [InlineData("EPOCH='Quarter 5'", "ICRS()")]
    [InlineData("EQUINOX=''", "ICRS()")]
    [InlineData("EQUINOX='   ', RADESYS='FK5'", "FK5(equinox='J2000')")]
    [InlineData("EQUINOX='', EPOCH=1950.", "FK4(equinox='B1950')")]
    [InlineData("EQUINOX='', RADESYS='ICRS'", "ICRS()")]
    [InlineData("EQUINOX='N/A', RADESYS='ICRS'", "ICRS()")]
    public async Task Positions_agree_with_astropy(string cards, string frame)
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], cards);
        SpectrumRows.Agrees(await SpectrumRows.Read(Recipe, folder.Path), Judge, folder["x.fits"], frame);
    }

    [Theory]
    [InlineData("EQUINOX=0.", "EQUINOX = 0.0 is not an equinox from 1800 to 2200")]
    [InlineData("EQUINOX='B1950', RADESYS='FK5'", "EQUINOX = 'B1950' is an equinox of FK4, but RADESYS = 'FK5'")]
    [InlineData("EQUINOX='J2000', RADESYS='FK4'", "EQUINOX = 'J2000' is an equinox of FK5, but RADESYS = 'FK4'")]
    [InlineData("EQUINOX='B1950', RADESYS='ICRS'", "EQUINOX = 'B1950' is an equinox of FK4, but RADESYS = 'ICRS'")]
    [InlineData("EQUINOX='now'", "EQUINOX = 'now' must be a number")]
    [InlineData("EQUINOX='N/A', RADESYS='FK5'", "EQUINOX = 'N/A' must be a number")]
    public async Task Other_values_are_an_error_unless_the_recipe_has_the_frame(string cards, string message)
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], cards);
        await SpectrumRows.Fails(message, Recipe, folder.Path);
        await SpectrumRows.Fails("Set 'frame' in the recipe's source", Recipe, folder.Path);
        SpectrumRows.Agrees(await SpectrumRows.Read($"{Recipe}frame: icrs", folder.Path), Judge, folder["x.fits"], "ICRS()");
    }

    private const string Judge = """
        from astropy.coordinates import SkyCoord, FK4, FK5, ICRS
        place = SkyCoord(150.1, 2.2, unit='deg', frame=eval(sys.argv[3])).icrs
        assert SkyCoord(columns['ra'][0], columns['dec'][0], unit='deg').separation(place).mas < 1, (columns['ra'], columns['dec'], place)
        """;

    private static void Make(string path, string cards) => SpectrumRows.Make("""
        h = fits.Header()
        h.update(CTYPE1='LINEAR', CUNIT1='Angstrom', CRVAL1=5000., CDELT1=2., CRPIX1=1., RA=150.1, DEC=2.2, BUNIT='Jy')
        h.update(eval(f'dict({sys.argv[2]})'))
        fits.PrimaryHDU(np.ones((1, 5), 'f4'), h).writeto(sys.argv[1])
        """, path, cards);
}
