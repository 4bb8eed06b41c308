using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>Headers that declare the medium of wavelengths more than once.</summary>
public class SpectrumMediumTests
{
    private const string Recipe = "files: x.fits\nunit: Jy\nra: RA\ndec: DEC\n";

    [Theory]
    [InlineData("CTYPE1='AWAV', VACUUM=True", "CTYPE1 = 'AWAV' says that the wavelengths are in air, VACUUM = T that they are in vacuum")]
    [InlineData("CTYPE1='WAVE', VACUUM=False", "in vacuum, VACUUM = F that they are in air. Set 'wavelength: { medium: air }'")]
    [InlineData("CTYPE1='AWAV', AIRORVAC='vac'", "in air, AIRORVAC = 'vac' that they are in vacuum")]
    [InlineData("CTYPE1='LINEAR', VACUUM=True, AIRORVAC='air'", "VACUUM = T says that the wavelengths are in vacuum, AIRORVAC = 'air'")]
    [InlineData("CTYPE1='LINEAR', CUNIT1='Angstrom (Air)', VACUUM=True", "the unit of the wavelengths says that the")]
    public async Task A_contradiction_is_an_error_unless_the_recipe_decides(string cards, string message)
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], cards);
        await SpectrumRows.Fails(message, Recipe, folder.Path);
        Assert.Equal("air", Medium($"{Recipe}wavelength: {{ medium: air }}", folder.Path));
        Assert.Equal("vacuum", Medium($"{Recipe}wavelength: {{ medium: vacuum }}", folder.Path));
    }

    [Theory]
    [InlineData("CTYPE1='AWAV', VACUUM=False, AIRORVAC='AIR'", "air", "CTYPE1 = 'AWAV'")]
    [InlineData("CTYPE1='WAVE', VACUUM=True", "vacuum", "CTYPE1 = 'WAVE'")]
    [InlineData("CTYPE1='WAVE', VACUUM='unknown'", "vacuum", "CTYPE1 = 'WAVE'")]
    [InlineData("CTYPE1='FREQ', CUNIT1='GHz', VACUUM=False", "vacuum", "the unit of the wavelengths")] // converted to vacuum
    [InlineData("CTYPE1='LINEAR', AIRORVAC='air'", "air", "AIRORVAC = 'air'")]
    public async Task Other_headers_declare_the_medium(string cards, string medium, string by)
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], cards);
        Assert.Equal(medium, Medium(Recipe, folder.Path));
        await SpectrumRows.Read(Recipe, folder.Path);
        string other = medium == "air" ? "vacuum" : "air";
        await SpectrumRows.Fails($"the file says that its wavelengths are in {medium} ({by}), the recipe {other}",
            $"{Recipe}wavelength: {{ medium: {other} }}", folder.Path);
    }

    private static string Medium(string source, string folder) =>
        $"{BuilderRuns.Builder($"kind: spectrum\n{source}", folder).Facts.SpectralMedium}";

    private static void Make(string path, string cards) => SpectrumRows.Make("""
        h = fits.PrimaryHDU(np.ones(5, 'f4'))
        h.header.update(CUNIT1='Angstrom', CRVAL1=4000., CDELT1=2., CRPIX1=1., RA=1., DEC=2., BUNIT='Jy')
        h.header.update(eval(f'dict({sys.argv[2]})'))
        h.writeto(sys.argv[1])
        """, path, cards);
}
