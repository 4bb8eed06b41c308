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
    private readonly List<string> messages = [];

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
    public async Task The_unit_may_be_in_a_primary_header_without_pixels(string kind)
    {
        Python.Run(Make, folder.Path, "Jy", "", "1");
        float[] expected = FitsFrames.Frames.Values<float>(await Read(kind, "unit: uJy"), "image_array");
        Python.Run("""
            import sys
            from astropy.io import fits
            with fits.open(sys.argv[1], mode='update') as f:
                f[0].header['BUNIT'] = f[1].header.pop('BUNIT')
            """, folder["image.fits"]);
        Assert.Equal(expected, FitsFrames.Frames.Values<float>(await Read(kind, "unit: uJy"), "image_array"));
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

    [Theory]
    [InlineData("fits-image", "nanomaggy", "uJy", 3.631)]
    [InlineData("fits-cutout", "MJY/SR", "kJy/sr", 1e3)]
    [InlineData("fits-cutout", "uJy", "nanomaggies", 1 / 3.631)]
    public async Task Units_of_surveys_are_converted(string kind, string unit, string to, double factor)
    {
        Python.Run(Make, folder.Path, unit, unit, "1");
        RowBatch row = await Read(kind, $"unit: {to}");
        Assert.Equal(to, row["image_array"].Schema.Unit);
        Assert.Equal("agrees", PythonColumns.Run(row, """
            from astropy.io import fits
            flux, sigma = (fits.getdata(sys.argv[2], n).astype('f8') for n in ('DATA', 'NOISE'))
            n, factor = columns['image_array'].shape[-1], float(sys.argv[3])
            part = np.s_[(8 - n) // 2:(8 + n) // 2, (8 - n) // 2:(8 + n) // 2]
            np.testing.assert_allclose(columns['image_array'].reshape(n, n), flux[part] * factor, rtol=1e-6)
            good = np.isfinite(flux[part])
            np.testing.assert_allclose(columns['image_ivar'].reshape(n, n)[good], (sigma[part] * factor)[good] ** -2., rtol=1e-6)
            np.testing.assert_allclose(columns['frame_zero_point'].ravel(), 25.25 + 2.5 * np.log10(factor), atol=2e-6)
            print('agrees')
            """, folder["image.fits"], factor.ToString("R", System.Globalization.CultureInfo.InvariantCulture)).Trim());
        Assert.Empty(messages);
    }

    [Theory] // as the stacks of Pan-STARRS1
    [InlineData("fits-image", "", 1)]
    [InlineData("fits-cutout", "", 1)]
    [InlineData("fits-cutout", "unit: uJy, file_unit: Jy", 1e6)]
    public async Task Pixels_on_an_asinh_scale_become_linear(string kind, string keys, double factor)
    {
        Python.Run(Make, folder.Path, "", "", "2000");
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            a = 2.5 * np.log10(np.e)
            with fits.open(sys.argv[1]) as f:
                images = []
                for i, (offset, softening) in enumerate([(0.8, 300.), (0.1, 20.)], 1):
                    np.save(f'{sys.argv[2]}/linear{i}.npy', f[i].data)
                    f[i].data = (a * np.arcsinh((f[i].data - offset) / (2 * softening))).astype('f4')
                    f[i].header.update(BOFFSET=offset, BSOFTEN=softening)
                    images.append(fits.CompImageHDU(f[i].data, f[i].header, name=f[i].name, quantize_level=0, compression_type='GZIP_2'))
            fits.HDUList([fits.PrimaryHDU(), *images]).writeto(sys.argv[1], overwrite=True)
            """, folder["image.fits"], folder.Path);
        RowBatch row = await Read(kind, keys);
        Assert.Equal("agrees", PythonColumns.Run(row, """
            flux, sigma = (np.load(f'{sys.argv[2]}/linear{i}.npy') * float(sys.argv[3]) for i in (1, 2))
            n = columns['image_array'].shape[-1]
            part = np.s_[(8 - n) // 2:(8 + n) // 2, (8 - n) // 2:(8 + n) // 2]
            good = np.isfinite(flux[part])
            np.testing.assert_allclose(columns['image_array'].reshape(n, n), flux[part], rtol=5e-6, atol=2e-4 * float(sys.argv[3]))
            np.testing.assert_allclose(columns['image_ivar'].reshape(n, n)[good], sigma[part][good] ** -2., rtol=2e-5)
            print('agrees')
            """, folder.Path, factor.ToString("R", System.Globalization.CultureInfo.InvariantCulture)).Trim());
        Python.Run("""
            import sys
            from astropy.io import fits
            fits.delval(sys.argv[1], 'BOFFSET', ext=1)
            """, folder["image.fits"]);
        await Fails(kind, keys, "image.fits, HDU 1: BSOFTEN is '300.0' and BOFFSET ''");
    }

    [Theory]
    [InlineData("fits-image")]
    [InlineData("fits-cutout")]
    public async Task A_flux_is_not_a_zero_point(string kind)
    {
        Python.Run(Make, folder.Path, "", "", "1");
        Python.Run("""
            import sys
            from astropy.io import fits
            fits.setval(sys.argv[1], 'MAGZERO', value=63095734448.0194, ext=1)
            """, folder["image.fits"]);
        await Fails(kind, "psf_fwhm: { value: 1, unit: arcsec }", "HDU 1: MAGZERO is 63095734448.0194, which is not the magnitude of one "
            + "unit; if it is the flux of magnitude 0 (FLUXMAG0), that magnitude is 27.");
    }

    [Theory]
    [InlineData("fits-image")]
    [InlineData("fits-cutout")]
    public async Task A_unit_that_replaces_BUNIT_is_reported(string kind)
    {
        Python.Run(Make, folder.Path, "count", "count", "1");
        await Read(kind, "unit: Jy");
        Assert.Equal($"{folder["image.fits"]}: BUNIT is 'count', which cannot be converted to 'Jy', the 'unit' of band 'r': it replaces "
            + "BUNIT, and the values are not converted", Assert.Single(messages));
    }

    [Theory] // BUNIT of the first and of the second file
    [InlineData("mJy", "count", null, "b.fits: BUNIT is 'count', which cannot be converted to 'Jy', the 'unit' of band 'r', but 'mJy' in ")]
    [InlineData("mJy", "", "b.fits: without BUNIT, the values are taken to be in 'Jy', the 'unit' of band 'r'", null)]
    [InlineData("Jy", "", null, null)]
    [InlineData("mJy", "uJy", null, null)]
    public async Task Files_of_one_band_in_different_units_are_converted_or_rejected(string first, string second, string? note,
        string? error)
    {
        foreach ((string name, string unit) in new[] { ("a", first), ("b", second) })
        {
            Python.Run(Make, folder.Path, unit, unit, "1");
            File.Move(folder["image.fits"], folder[$"{name}.fits"]);
        }
        foreach (string source in new[]
        {
            "kind: fits-image\ngroup: '([ab]).fits'\n", "kind: fits-cutout\ncatalogue: t.csv\nsize: 4\n",
        })
        {
            messages.Clear();
            BuilderRun run = BuilderRuns.Builder(source + "bands: [{ name: r, files: '*.fits', unit: Jy }]", folder.Path, messages.Add);
            if (error is not null)
            {
                Assert.Contains(error, (await Assert.ThrowsAnyAsync<PileException>(
                    () => run.ReadAllAsync(TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
                continue;
            }
            await run.ReadAllAsync(TestContext.Current.CancellationToken);
            string[] ofUnits = [.. messages.Where(m => m.Contains("BUNIT", StringComparison.Ordinal))];
            if (note is null)
                Assert.Empty(ofUnits);
            else
                Assert.Contains(note, Assert.Single(ofUnits), StringComparison.Ordinal);
        }
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
        return Assert.Single(await BuilderRuns.Builder(source, folder.Path, messages.Add)
            .ReadAllAsync(TestContext.Current.CancellationToken));
    }
}
