using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>Files whose noise is unknown.</summary>
public class SpectrumNoiseTests
{
    private const string Source = """
        files: '*.fits'
        hdu: 0
        file_unit: count
        wavelength: { medium: air }
        ivar: { hdu: 1, kind: rms }
        ra: RA
        dec: DEC
        """;

    [Fact]
    public async Task Files_in_which_no_pixel_has_noise_are_reported_once()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make("""
            for name, noise in (('a', np.nan), ('b', np.nan), ('c', 1)):
                image = fits.PrimaryHDU(np.full((2, 30), 7, 'f4'))
                image.header.update(CRVAL1=5000.0, CRPIX1=1.0, CDELT1=1.0, CUNIT1='Angstrom', RA=10.0, DEC=20.0)
                fits.HDUList([image, fits.ImageHDU(np.full((2, 30), noise, 'f4'))]).writeto(sys.argv[1] + '/' + name + '.fits')
            """, folder.Path);
        List<string> messages = [];
        await BuilderRuns.Builder("kind: spectrum\n" + Source, folder.Path, messages.Add)
            .ReadAllAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["no pixel of 2 spectra has noise: it is NaN, 0 or negative everywhere, so that all pixels are masked. Remove 'ivar' "
            + "from the recipe's source, or name other values. Other such files are not reported."], messages);
    }
}
