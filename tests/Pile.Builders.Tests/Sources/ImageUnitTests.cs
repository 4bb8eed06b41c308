using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>Images whose pixels are converted to the unit of the recipe, compared with a conversion by astropy.</summary>
public sealed class ImageUnitTests : IDisposable
{
    private const string Make = """
        import sys, numpy as np
        from astropy.io import fits
        folder, unit, noise, scale = sys.argv[1:5]
        rng = np.random.default_rng(5)
        def image(data, name, bunit):
            h = fits.ImageHDU(data.astype('f4'), name=name)
            h.header.update(CTYPE1='RA---TAN', CTYPE2='DEC--TAN', CUNIT1='deg', CUNIT2='deg', CRVAL1=150., CRVAL2=2., CRPIX1=4.5,
                            CRPIX2=4.5, CDELT1=-1e-4, CDELT2=1e-4, FILTER='r', MAGZERO=25.25)
            if bunit: h.header['BUNIT'] = bunit
            return h
        flux, sigma = rng.normal(0, float(scale), (8, 8)), rng.uniform(0.5, 2, (8, 8)) * float(scale)
        flux[0, 0] = np.nan
        fits.HDUList([fits.PrimaryHDU(), image(flux, 'DATA', unit), image(sigma, 'NOISE', noise)]).writeto(f'{folder}/image.fits')
        open(f'{folder}/t.csv', 'w').write('id,ra,dec\n1,150,2\n')
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("fits-image", "erg/s/cm2/Angstrom", "erg/s/cm2/Angstrom", "unit: 10**-20 erg s-1 cm-2 Angstrom-1", 1e-20)]
    [InlineData("fits-cutout", "erg/s/cm2/Angstrom", "erg/s/cm2/Angstrom", "unit: 10**-20 erg s-1 cm-2 Angstrom-1", 1e-20)]
    [InlineData("fits-image", "Jy", "mJy", "unit: uJy", 1e-6)] // noise in a unit of its own
    [InlineData("fits-cutout", "Jy", "", "unit: uJy", 1e-6)] // noise in the unit of the pixels
    [InlineData("fits-image", "", "", "unit: uJy, file_unit: Jy", 1e-6)]
    [InlineData("fits-image", "MJy/sr", "uJy/arcsec2", "unit: kJy/sr", 1e-3)] // squares of angles are solid angles
    [InlineData("fits-cutout", "mJy", "mJy", "unit: uJy, file_unit: Jy", 1e-6)] // both headers are wrong
    [InlineData("fits-cutout", "count", "count", "unit: Jy", 1e-6)] // of another quantity: the recipe corrects the header
    public async Task Pixels_noise_and_zero_points_are_converted(string kind, string unit, string noise, string keys, double scale)
    {
        Python.Run(Make, folder.Path, unit, noise, scale.ToString("R"));
        RowBatch row = await Read(kind, keys);
        Assert.Equal("agrees", PythonColumns.Run(row, $$"""
            import astropy.units as u
            from astropy.io import fits
            flux, sigma = (fits.getdata(sys.argv[2], n).astype('f8') for n in ('DATA', 'NOISE'))
            to = u.Unit(sys.argv[3])
            file = u.Unit(sys.argv[4])
            of_noise = u.Unit(sys.argv[5]) if sys.argv[5] else file
            n = 4 if '{{kind}}' == 'fits-cutout' else 8
            part = slice((8 - n) // 2, (8 + n) // 2)
            values = columns['image_array'].reshape(n, n)
            good = np.isfinite(flux[part, part])
            np.testing.assert_allclose(values[good], (flux * file).to(to).value[part, part][good], rtol=2e-7)
            np.testing.assert_allclose(columns['image_ivar'].reshape(n, n)[good],
                                       ((sigma * of_noise).to(to).value ** -2.)[part, part][good], rtol=1e-6)
            np.testing.assert_allclose(columns['frame_zero_point'].ravel(), 25.25 + 2.5 * np.log10(file.to(to)), atol=2e-6)
            print('agrees')
            """, folder["image.fits"], keys.Contains("10**", StringComparison.Ordinal) ? "1e-20 erg s-1 cm-2 AA-1" : Target(keys),
            keys.Contains("file_unit", StringComparison.Ordinal) ? "Jy" : unit == "count" ? "Jy" : unit.Replace("Angstrom", "AA"),
            keys.Contains("file_unit", StringComparison.Ordinal) || unit == "count" ? "" : noise.Replace("Angstrom", "AA")).Trim());
    }

    [Theory]
    [InlineData("fits-image")]
    [InlineData("fits-cutout")]
    public async Task Units_of_different_quantities_and_overflow_are_errors(string kind)
    {
        Python.Run(Make, folder.Path, "Jy", "Jy", "1e-20");
        await Fails(kind, "file_unit: K, unit: Jy", "HDU 1: 'K' cannot be converted to 'Jy'");
        await Fails(kind, "unit: Jy", "image.fits, HDU 2: the pixel x = ");
        await Fails(kind, "unit: 10**-70 Jy", "out of the range of float32 in '10**-70 Jy'");
    }

    private async Task Fails(string kind, string keys, string message) => Assert.Contains(message,
        (await Assert.ThrowsAnyAsync<PileException>(() => Read(kind, keys))).Message, StringComparison.Ordinal);

    private static string Target(string keys) => keys.Split(',')[0]["unit: ".Length..];

    private async Task<RowBatch> Read(string kind, string keys)
    {
        const string Noise = "ivar: { hdu: NOISE, kind: rms }, zero_point: { keyword: MAGZERO }";
        string source = kind == "fits-image"
            ? $"kind: fits-image\nbands: [{{ name: r, files: image.fits, hdu: DATA, {Noise}, {keys} }}]"
            : $"kind: fits-cutout\ncatalogue: t.csv\nsize: 4\nbands: [{{ name: r, files: image.fits, hdu: DATA, {Noise}, {keys} }}]";
        return Assert.Single(await BuilderRuns.Builder(source, folder.Path).ReadAllAsync(TestContext.Current.CancellationToken));
    }
}
