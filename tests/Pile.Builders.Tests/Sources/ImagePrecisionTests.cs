using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>Pixels, noise and masks of types that float32 or int32 do not represent, compared with numpy.</summary>
public sealed class ImagePrecisionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("fits-image", "variance", "f8")]
    [InlineData("fits-image", "rms", "f8")]
    [InlineData("fits-cutout", "ivar", "f8")]
    [InlineData("fits-cutout", "variance", "f8")]
    [InlineData("fits-image", "rms", "f4")]
    [InlineData("fits-cutout", "rms", "f4")]
    public async Task Values_are_rounded_after_their_unit_is_converted(string kind, string noise, string type)
    {
        // Variances around 4e-46, and one pixel of the flux below and one above the range of float32.
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            sky = fits.Header(dict(CTYPE1='RA---TAN', CTYPE2='DEC--TAN', CRVAL1=150., CRVAL2=2., CRPIX1=4.5, CRPIX2=4.5, CDELT1=-1e-4,
                                   CDELT2=1e-4, BUNIT='erg/s/cm2/Angstrom'))
            rng = np.random.default_rng(3)
            scale = 1e-23 if sys.argv[3] == 'f8' else 1e-16
            flux, rms = rng.normal(size=(8, 8)) * scale, rng.uniform(1, 3, (8, 8)) * scale
            rms[2, 2:5] = 0, -scale, np.nan
            if sys.argv[3] == 'f8': flux[4, 4:6] = 3e-50, 1e-46
            with np.errstate(all='ignore'):
                noise = {'variance': np.sign(rms) * rms**2, 'ivar': np.sign(rms) / rms**2, 'rms': rms}[sys.argv[2]]
            fits.HDUList([fits.PrimaryHDU(flux.astype(sys.argv[3]), sky),
                fits.ImageHDU(noise.astype(sys.argv[3]))]).writeto(sys.argv[1] + '/image.fits')
            """, folder.Path, noise, type);
        RowBatch row = await Read(kind, $"ivar: {{ hdu: 1, kind: {noise} }}, unit: 10**-23 erg s-1 cm-2 Angstrom-1");
        Assert.Equal("64", PythonColumns.Run(row, """
            from astropy.io import fits
            flux, noise = (fits.getdata(sys.argv[2], i).astype('f8') for i in (0, 1))
            with np.errstate(all='ignore'):
                n = {'variance': noise / 1e-23**2, 'ivar': noise * 1e-23**2, 'rms': noise / 1e-23}[sys.argv[3]]
                ivar = {'variance': 1 / n, 'ivar': n, 'rms': 1 / n**2}[sys.argv[3]]
            ivar = np.where((n > 0) & np.isfinite(n), ivar, 0)
            np.testing.assert_allclose(columns['image_array'].ravel(), (flux / 1e-23).ravel().astype('f4'), rtol=2e-7)
            np.testing.assert_allclose(columns['image_ivar'].ravel(), ivar.ravel().astype('f4'), rtol=2e-7)
            print(ivar.size if (ivar > 0).sum() == 61 else ivar)
            """, folder["image.fits"], noise).Trim());
    }

    [Fact]
    public async Task The_range_is_that_of_the_converted_value()
    {
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            sky = fits.Header(dict(CTYPE1='RA---TAN', CTYPE2='DEC--TAN', CRVAL1=150., CRVAL2=2., CRPIX1=4.5, CRPIX2=4.5, CDELT1=-1e-4,
                                   CDELT2=1e-4, BUNIT='Jy'))
            flux = np.arange(64.).reshape(8, 8); flux[2, 3] = 2e40; flux[0, 0] = np.inf
            fits.writeto(sys.argv[1] + '/image.fits', flux, sky)
            """, folder.Path);
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Read("fits-image", "file_unit: Jy"));
        Assert.Contains("image.fits, HDU 0: the pixel x = 4, y = 3: 2E+40 in 'Jy' is out of the range of float32. "
            + "Set 'unit' of the band to a larger unit", e.Message, StringComparison.Ordinal);
        float[] flux = ((ColumnData<float>)(await Read("fits-image", "unit: MJy"))["image_array"]).Values.ToArray();
        Assert.Equal((float.PositiveInfinity, 63e-6f, 2e34f), (flux[0], flux[63], flux[19]));
    }

    [Theory]
    [InlineData("fits-image")]
    [InlineData("fits-cutout")]
    public async Task Infinite_pixels_are_bad_and_kept(string kind)
    {
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            sky = fits.Header(dict(CTYPE1='RA---TAN', CTYPE2='DEC--TAN', CRVAL1=150., CRVAL2=2., CRPIX1=4.5, CRPIX2=4.5, CDELT1=-1e-4,
                                   CDELT2=1e-4))
            flux = np.arange(64, dtype='f4').reshape(8, 8)
            flux[2, 3], flux[5, 1], flux[6, 6], flux[7, 7] = np.inf, -np.inf, np.nan, np.inf
            fits.HDUList([fits.PrimaryHDU(flux, sky), fits.ImageHDU(np.ones((8, 8), 'f4'))]).writeto(sys.argv[1] + '/image.fits')
            """, folder.Path);
        Assert.Equal("agrees", PythonColumns.Run(await Read(kind, "ivar: { hdu: 1, kind: rms }"), """
            from astropy.io import fits
            flux = fits.getdata(sys.argv[2])
            np.testing.assert_array_equal(columns['image_array'].ravel(), flux.ravel())
            np.testing.assert_array_equal(columns['image_mask'].ravel(), np.isfinite(flux).ravel())
            np.testing.assert_array_equal(columns['image_ivar'].ravel(), np.isfinite(flux).ravel())
            print('agrees')
            """, folder["image.fits"]).Trim());
    }

    [Theory]
    [InlineData("u1")]
    [InlineData("i1")]
    [InlineData("i2")]
    [InlineData("u2")]
    [InlineData("i4")]
    [InlineData("u4")]
    [InlineData("i8")]
    [InlineData("u8")]
    public async Task Masks_of_every_integer_type_are_read_if_their_values_fit(string type)
    {
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            sky = fits.Header(dict(CTYPE1='RA---TAN', CTYPE2='DEC--TAN', CRVAL1=150., CRVAL2=2., CRPIX1=4.5, CRPIX2=4.5, CDELT1=-1e-4,
                                   CDELT2=1e-4))
            mask = np.arange(64).reshape(8, 8).astype(sys.argv[2])
            wide = mask.copy(); wide[1, 2] = 2**32 if sys.argv[2][1] == '8' else 0
            fits.HDUList([fits.PrimaryHDU(np.ones((8, 8), 'f4'), sky), fits.ImageHDU(mask), fits.ImageHDU(wide)]).writeto(
                sys.argv[1] + '/image.fits')
            """, folder.Path, type);
        RowBatch row = await Read("fits-image", "mask: { hdu: 1, bad: 8 }");
        Assert.Equal(Enumerable.Range(0, 64), ((ColumnData<int>)row["image_dq"]).Values.ToArray());
        if (type[1] == '8')
            Assert.Contains("image.fits, HDU 2: the pixel x = 3, y = 2: the mask holds 4294967296, more than 32 bits",
                (await Assert.ThrowsAnyAsync<PileException>(() => Read("fits-image", "mask: { hdu: 2 }"))).Message,
                StringComparison.Ordinal);
    }

    private async Task<RowBatch> Read(string kind, string keys)
    {
        await File.WriteAllTextAsync(folder["t.csv"], "id,ra,dec\n1,150,2\n", TestContext.Current.CancellationToken);
        string source = kind == "fits-image" ? "kind: fits-image" : "kind: fits-cutout\ncatalogue: t.csv\nsize: 8";
        return Assert.Single(await BuilderRuns.Builder($"{source}\nbands: [{{ name: r, files: image.fits, hdu: 0, {keys} }}]", folder.Path)
            .ReadAllAsync(TestContext.Current.CancellationToken));
    }
}
