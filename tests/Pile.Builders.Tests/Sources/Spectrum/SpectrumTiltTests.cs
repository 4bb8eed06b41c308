using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>Images with a spectrum in each row, whose wavelengths may differ between the rows.</summary>
public class SpectrumTiltTests
{
    private const string Recipe = "files: x.fits\nunit: Jy\nra: RA\ndec: DEC\nwavelength: { medium: vacuum }";

    [Theory]
    [InlineData("WAVE", "CD1_2", 0.5)]
    [InlineData("WAVE", "PC1_2", -0.01)]
    [InlineData("LINEAR", "CD1_2", 0.5)]
    public async Task Rows_with_other_wavelengths_are_an_error(string type, string keyword, double tilt)
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], type, keyword, tilt, rows: 3);
        await SpectrumRows.Fails($"{keyword} = {tilt:R}: the spectral coordinates differ between rows", Recipe, folder.Path);
    }

    [Theory]
    [InlineData("WAVE", "CD1_2", 0.5, 1)]
    [InlineData("WAVE", "PC1_2", 1e-5, 3)]
    [InlineData("LINEAR", "CD1_2", 1e-4, 3)]
    [InlineData("LINEAR", "PC1_1", 1.5, 2)]
    public async Task One_row_or_a_tilt_below_a_thousandth_of_a_pixel_is_read(string type, string keyword, double tilt, int rows)
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], type, keyword, tilt, rows);
        RowBatch read = await SpectrumRows.Read(Recipe, folder.Path);
        SpectrumRows.Agrees(read, """
            from astropy.wcs import WCS
            h = fits.getheader(sys.argv[2])
            h['CTYPE1'] = 'WAVE'
            expected = WCS(h).all_pix2world(np.column_stack([np.arange(5), np.full(5, h['CRPIX2'] - 1)]), 0)[:, 0] * 1e10
            np.testing.assert_allclose(columns['spectrum_lambda'][0], expected, rtol=1e-7)
            """, folder["x.fits"]);
    }

    private static void Make(string path, string type, string keyword, double tilt, int rows) => SpectrumRows.Make("""
        h = fits.Header()
        kind, keyword, tilt, rows = sys.argv[2], sys.argv[3], float(sys.argv[4]), int(sys.argv[5])
        h.update(CTYPE1=kind, CTYPE2='LINEAR', CUNIT1='Angstrom', CRVAL1=5000., CRVAL2=0., CRPIX1=1., CRPIX2=1., RA=1., DEC=2., BUNIT='Jy')
        if keyword.startswith('CD'):
            h.update(CD1_1=2., CD2_2=1.)
        else:
            h.update(CDELT1=2., CDELT2=1.)
        h[keyword] = tilt
        fits.PrimaryHDU(np.ones((rows, 5), 'f4'), h).writeto(sys.argv[1])
        """, path, type, keyword, tilt.ToString("R"), rows.ToString());
}
