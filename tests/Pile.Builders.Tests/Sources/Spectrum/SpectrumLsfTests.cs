using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

public class SpectrumLsfTests
{
    private const string Columns = """
        files: x.fits
        flux: F
        wavelength: { column: W, medium: air, unit: nm }
        file_unit: Jy
        ra: RA
        dec: DEC

        """;

    [Fact]
    public async Task The_dispersion_of_SDSS_in_pixels_becomes_sigma_in_angstrom()
    {
        RowBatch row = await SpectrumRows.Read("""
            files: spectra/spec-0266-51602-0031.fits
            flux: flux
            wavelength: { column: loglam, scale: log10, unit: Angstrom }
            lsf: { column: wdisp, kind: sigma_pixels }
            ra: PLUG_RA
            dec: PLUG_DEC
            file_unit: 10**-17 erg s-1 cm-2 Angstrom-1
            """);
        SpectrumRows.Agrees(row, """
            t = fits.open(sys.argv[2])['COADD'].data
            lam, wdisp = 10 ** t['loglam'].astype('f8'), t['wdisp'].astype('f8')
            sigma = np.where(wdisp > 0, wdisp * np.gradient(lam), np.nan)
            np.testing.assert_allclose(columns['spectrum_lsf_sigma'][0], sigma, rtol=2e-7)
            np.testing.assert_array_equal(columns['wdisp'][0], t['wdisp'])
            assert units['spectrum_lsf_sigma'] == 'Angstrom'
            """, TestPaths.Data("spectra/spec-0266-51602-0031.fits"));
    }

    [Theory]
    [InlineData("{ column: SIGMA, kind: sigma }", "t['SIGMA'] * 10")] // nm
    [InlineData("{ column: FWHM, kind: fwhm }", "t['FWHM'] / np.sqrt(8 * np.log(2))")] // without a unit
    [InlineData("{ column: R, kind: resolution }", "lam / t['R'] / np.sqrt(8 * np.log(2))")]
    [InlineData("{ polynomial: [2, 1.0e-3, -1.0e-8], kind: sigma }", "2 + 1e-3 * lam - 1e-8 * lam ** 2")]
    [InlineData("{ hdu: LSF, kind: sigma_pixels }", "f['LSF'].data * np.gradient(lam)")]
    [InlineData("{ replace: [x.fits, lsf.fits], hdu: 0, kind: sigma }", "fits.getdata(sys.argv[3])")]
    public async Task Each_kind_agrees_with_numpy(string lsf, string expected)
    {
        using TemporaryFolder folder = new();
        MakeSpectrum(folder, "");
        RowBatch row = await SpectrumRows.Read(Columns + $"lsf: {lsf}", folder.Path);
        SpectrumRows.Agrees(row, $"""
            f = fits.open(sys.argv[2])
            t = f[1].data
            lam = t['W'] * 10
            want = np.array({expected}, 'f8')
            want[~((want > 0) & np.isfinite(want))] = np.nan
            assert np.isnan(want).sum() in (0, 3)
            np.testing.assert_allclose(columns['spectrum_lsf_sigma'][0], want, rtol=1e-6)
            """, folder["x.fits"], folder["lsf.fits"]);
    }

    [Fact]
    public async Task Descending_wavelengths_reverse_the_line_spread_function()
    {
        using TemporaryFolder folder = new();
        MakeSpectrum(folder, "descending");
        RowBatch row = await SpectrumRows.Read(Columns + "lsf: { column: PIXELS, kind: sigma_pixels }", folder.Path);
        SpectrumRows.Agrees(row, """
            t = fits.open(sys.argv[2])[1].data
            want = t['PIXELS'][::-1] * np.gradient(t['W'][::-1] * 10)
            np.testing.assert_allclose(columns['spectrum_lsf_sigma'][0], np.where(want > 0, want, np.nan), rtol=1e-6)
            """, folder["x.fits"]);
    }

    [Fact]
    public async Task A_single_pixel_has_no_size()
    {
        using TemporaryFolder folder = new();
        MakeSpectrum(folder, "single");
        RowBatch row = await SpectrumRows.Read(Columns + "lsf: { column: PIXELS, kind: sigma_pixels }", folder.Path);
        Assert.Equal([float.NaN], row.Values<float>("spectrum_lsf_sigma").ToArray());
    }

    [Theory]
    [InlineData("{ column: PIXELS, kind: fwhm }", "the unit 'pix' of the line-spread function is not one of wavelength")]
    [InlineData("{ hdu: SHORT, kind: sigma }", "spectrum 0 has 20 values of flux, but 19 values of the line-spread function")]
    [InlineData("{ column: NONE, kind: sigma }", "'NONE'")]
    public async Task Values_that_do_not_fit_are_an_error(string lsf, string message)
    {
        using TemporaryFolder folder = new();
        MakeSpectrum(folder, "");
        await SpectrumRows.Fails(message, Columns + $"lsf: {lsf}", folder.Path);
    }

    [Theory]
    [InlineData("{ kind: sigma }", "expected either 'column' or 'hdu', or 'polynomial'")]
    [InlineData("{ column: A, polynomial: [1], kind: sigma }", "expected either 'column' or 'hdu', or 'polynomial'")]
    [InlineData("{ column: A }", "'kind' is missing")]
    [InlineData("{ column: A, kind: pixels }", "expected one of")]
    [InlineData("{ column: A, kind: sigma, unit: nm }", "unknown key 'unit'")]
    public void A_wrong_key_is_an_error(string lsf, string message) => Assert.Contains(message,
        Assert.ThrowsAny<PileException>(() => BuilderRuns.Builder(
            $"kind: spectrum\nfiles: spectra/PH957_f.fits\nra: RA\ndec: DEC\nlsf: {lsf}")).Message, StringComparison.Ordinal);

    private static void MakeSpectrum(TemporaryFolder folder, string change) => SpectrumRows.Make("""
        folder, change = sys.argv[1:3]
        n = 1 if change == 'single' else 20
        rng = np.random.default_rng(2)
        w = 400 * 1.01 ** np.arange(n)
        if change == 'descending': w = w[::-1]
        columns = {name: rng.uniform(1, 2, n) for name in ('SIGMA', 'FWHM', 'R', 'PIXELS')}
        for v in columns.values():
            if n > 1: v[[2, 5, 9]] = 0, -1, np.nan
        t = Table({'W': w, 'F': np.ones(n, 'f4'), **columns}, units={'SIGMA': 'nm', 'PIXELS': 'pixel'})
        p = fits.PrimaryHDU()
        p.header.update(RA=1., DEC=2.)
        fits.HDUList([p, fits.BinTableHDU(t), fits.ImageHDU(rng.uniform(1, 2, n), name='LSF'),
            fits.ImageHDU(np.ones(19), name='SHORT')]).writeto(folder + '/x.fits')
        fits.writeto(folder + '/lsf.fits', rng.uniform(1, 2, n))
        """, folder.Path, change);
}
