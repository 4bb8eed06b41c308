using Pile.Builders.Tests.Sources.FitsFrames;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>Files with several images, such as one for each CCD, compared with astropy.</summary>
public sealed class SeveralImagesTests : IDisposable
{
    // c_ooi.fits has three CCDs of one degree in between, c_oow.fits and c_ood.fits the same in another order with another HDU before;
    // hst.fits has SCI, ERR and DQ with the same WCS for each of two CCDs.
    private const string Make = """
        import sys, numpy as np
        from astropy.io import fits
        rng = np.random.default_rng(7)
        def image(data, ra, name, version=None):
            sky = fits.Header(dict(CTYPE1='RA---TAN', CTYPE2='DEC--TAN', CRVAL1=150. + ra, CRVAL2=2., CRPIX1=12.5, CRPIX2=10.5,
                                   CDELT1=-1e-4, CDELT2=1e-4, FWHM=3. + ra))
            return fits.ImageHDU(data, sky, name=name, ver=version)
        shape = 20, 24
        def write(name, hdus):
            fits.HDUList([fits.PrimaryHDU(header=fits.Header(dict(FILTER='r')))] + hdus).writeto(f'{sys.argv[1]}/{name}.fits')
        write('c_ooi', [image(rng.normal(size=shape).astype('f4'), i, f'N{i + 1}') for i in range(3)])
        write('c_oow', [fits.ImageHDU(np.ones((3, 3), 'f4'), name='X')]
              + [image(rng.uniform(1, 2, shape).astype('f4'), i, f'N{i + 1}') for i in (2, 0, 1)])
        write('c_ood', [image(rng.integers(0, 2, shape).astype('i2'), i, f'N{i + 1}') for i in (1, 2, 0)])
        write('hst', [image(data, i, name, i + 1) for i in range(2) for name, data in (('SCI', rng.normal(size=shape).astype('f4')),
            ('ERR', rng.uniform(1, 2, shape).astype('f4')), ('DQ', rng.integers(0, 2, shape).astype('i2')))])
        for name, versions in (('e_sci', (None,) * 3), ('e_var', (1, 2, 3)), ('v_sci', (1, 2, 3)), ('v_other', (3, 1, 2))):
            write(name, [image(np.full(shape, i + 1, 'f4'), (v or i + 1) - 1, 'SCI', v) for i, v in enumerate(versions)])
        write('lone', [image(np.ones(shape, 'f4'), i, name, i + 1) for i, name in ((0, 'SCI'), (0, 'ERR'), (1, 'SCI'))])
        write('lacking', [image(rng.normal(size=shape).astype('f4'), i, f'N{i + 1}') for i in (1, 0)])
        write('lackmask', [image(np.zeros(shape, 'i2'), i, f'N{i + 1}') for i in (1, 0, 3)])
        open(sys.argv[1] + '/t.csv', 'w').write('id,ra,dec\n1,150,2\n2,151.0003,2.0002\n3,152,2\n')
        """;

    // Each row against the HDU that frame_file names; columns named as those of the HDUs.
    private const string Judge = """
        import re
        from astropy.io import fits
        from astropy.nddata import Cutout2D
        from astropy.wcs import WCS
        from astropy.coordinates import SkyCoord
        def hdu(path, label, further=0):
            f = fits.open(path)
            name, _, version = label.partition(',')
            return f[(int(label) if label.isdigit() else f.index_of((name, int(version)) if version else name)) + further]
        count = 0
        for i in range(len(columns['ra'])):
            name, label = re.fullmatch(r'(.+\.fits)\[(.+)\]', columns['frame_file'][i][0]).groups()
            science = hdu(f'{sys.argv[2]}/{name}', label)
            if name == 'hst.fits':
                noise, bits = (hdu(f'{sys.argv[2]}/{name}', label, k).data for k in (1, 2))
                noise = noise.astype('f8') ** -2
            else:
                noise, bits = (hdu(f'{sys.argv[2]}/{name}'.replace('ooi', k), label).data for k in ('oow', 'ood'))
            w, got = WCS(science.header), columns['image_array'][i, 0]
            at = SkyCoord(columns['ra'][i], columns['dec'][i], unit='deg')
            x, y = w.world_to_pixel(at)
            cut = lambda data: Cutout2D(data, (x, y), got.shape).data
            np.testing.assert_array_equal(got, cut(science.data))
            np.testing.assert_allclose(columns['image_ivar'][i, 0], cut(noise), rtol=1e-6)
            np.testing.assert_array_equal(columns['image_dq'][i, 0], cut(bits))
            np.testing.assert_allclose(columns['image_psf_fwhm'][i, 0], science.header['FWHM'] * columns['image_scale'][i, 0], rtol=1e-6)
            count += 1
        print(count, [f[0] for f in columns['frame_file']])
        """;

    private readonly TemporaryFolder folder = new();

    public SeveralImagesTests() => Python.Run(Make, folder.Path);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("fits-cutout", "all", "3 ['c_ooi.fits[N1]', 'c_ooi.fits[N2]', 'c_ooi.fits[N3]']")]
    [InlineData("fits-image", "all", "3 ['c_ooi.fits[N1]', 'c_ooi.fits[N2]', 'c_ooi.fits[N3]']")]
    [InlineData("fits-image", "[N3, 1]", "2 ['c_ooi.fits[N3]', 'c_ooi.fits[N1]']")]
    [InlineData("fits-cutout", "[N3, 1]", "2 ['c_ooi.fits[N1]', 'c_ooi.fits[N3]']")]
    public async Task Every_image_of_a_file_is_used_with_its_noise_and_mask(string kind, string hdu, string expected)
    {
        List<string> messages = [];
        RowBatch rows = await Read(kind, $"files: c_ooi.fits, hdu: {hdu}, ivar: {{ replace: [ooi, oow], kind: ivar }}, "
            + "mask: { replace: [ooi, ood] }, psf_fwhm: { keyword: FWHM, unit: pixel }", messages.Add);
        Assert.Equal(expected, PythonColumns.Run(rows, Judge, folder.Path).Trim());
        Assert.DoesNotContain(messages, m => m.Contains("Set 'hdu'", StringComparison.Ordinal));
        if (kind == "fits-image")
            Assert.Equal(hdu == "all" ? ["c_ooi-N1", "c_ooi-N2", "c_ooi-N3"] : ["c_ooi-N3", "c_ooi-N1"], Frames.Texts(rows, "object_id"));
    }

    [Theory]
    [InlineData("fits-cutout", "[1, 4]")]
    [InlineData("fits-image", "[1, 4]")]
    [InlineData("fits-cutout", "['SCI,1', 'sci, 2']")]
    public async Task Lists_pair_the_images_of_a_file_with_noise_and_masks_in_it(string kind, string hdus)
    {
        RowBatch rows = await Read(kind, $"files: hst.fits, hdu: {hdus}, " + "ivar: { hdu: [2, 5], kind: rms }, mask: { hdu: [3, 6] }, "
            + "psf_fwhm: { keyword: FWHM, unit: pixel }");
        Assert.Equal("2 ['hst.fits[SCI,1]', 'hst.fits[SCI,2]']", PythonColumns.Run(rows, Judge, folder.Path).Trim());
    }

    [Theory]
    [InlineData("fits-cutout", "'SCI,2'", "ERR", "DQ")]
    [InlineData("fits-cutout", "4", "err", "'DQ,2'", Traits = ["Run", "Long"])]
    [InlineData("fits-image", "'SCI,2'", "ERR", "DQ", Traits = ["Run", "Long"])]
    [InlineData("fits-image", "4", "5", "DQ")]
    [InlineData("fits-image", "['SCI,2']", "[ERR]", "[DQ]")]
    public async Task One_image_of_a_file_has_the_noise_and_the_mask_of_its_version(string kind, string hdu, string noise, string mask)
    {
        RowBatch rows = await Read(kind, $"files: hst.fits, hdu: {hdu}, ivar: {{ hdu: {noise}, kind: rms }}, mask: {{ hdu: {mask} }}");
        Assert.Equal("1", PythonColumns.Run(rows, """
            from astropy.io import fits
            from astropy.nddata import Cutout2D
            from astropy.wcs import WCS
            from astropy.coordinates import SkyCoord
            f, got = fits.open(sys.argv[2] + '/hst.fits'), columns['image_array'][0, 0]
            at = WCS(f['SCI', 2].header).world_to_pixel(SkyCoord(columns['ra'][0], columns['dec'][0], unit='deg'))
            cut = lambda name: Cutout2D(f[name, 2].data, at, got.shape).data
            np.testing.assert_array_equal(got, cut('SCI'))
            np.testing.assert_allclose(columns['image_ivar'][0, 0], cut('ERR').astype('f8') ** -2, rtol=1e-6)
            np.testing.assert_array_equal(columns['image_dq'][0, 0], cut('DQ'))
            print(len(columns['ra']))
            """, folder.Path).Trim());
    }

    [Theory]
    [InlineData("fits-cutout")]
    [InlineData("fits-image")]
    public async Task A_file_of_which_only_one_image_is_used_is_reported(string kind)
    {
        List<string> messages = [];
        await Read(kind, "files: c_ooi.fits, hdu: 1", messages.Add);
        await Read(kind, "files: hst.fits, hdu: 'SCI,1'", messages.Add);
        await Read(kind, "files: c_ooi.fits, hdu: N1", messages.Add);
        Assert.DoesNotContain(messages, m => m.Contains("Set 'hdu'", StringComparison.Ordinal));
        await Read(kind, "files: c_ooi.fits", messages.Add);
        await Read(kind, "files: hst.fits", messages.Add);
        await Read(kind, "files: hst.fits, hdu: sci", messages.Add);
        const string Remedy = "is used. Set 'hdu' of band 'r' in the recipe to its number, to a list, or to 'all'";
        Assert.Equal([$"{folder["c_ooi.fits"]}: 3 images have a WCS of their own; only HDU 1 {Remedy}",
            .. Enumerable.Repeat($"{folder["hst.fits"]}: 2 images have a WCS of their own; only HDU 1 {Remedy}", 2)],
            messages.Where(m => m.Contains("Set 'hdu'", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("files: hst.fits, hdu: all", "hst.fits', HDU 2 (ERR): it has the WCS of HDU 1 (SCI)")]
    [InlineData("files: c_ooi.fits, hdu: [1, N1]", "c_ooi.fits', HDU 1 (N1): 'hdu' in the recipe lists it twice")]
    [InlineData("files: c_ooi.fits, hdu: [1, 9]", "c_ooi.fits': there is no HDU 9")]
    [InlineData("files: c_ooi.fits, hdu: [1, 3], mask: { files: lackmask.fits }",
        "lackmask.fits': expected the mask of c_ooi.fits, HDU 3 (N3)")]
    [InlineData("files: c_ooi.fits, hdu: all, ivar: { hdu: 2, kind: rms }",
        "with 'hdu: all', noise and masks in the same file need a list")]
    [InlineData("files: hst.fits, hdu: [1, 4], ivar: { hdu: [2], kind: rms }",
        "expected a list of 2 HDUs, in the order of 'hdu' of the band")]
    [InlineData("files: hst.fits, hdu: 1, ivar: { hdu: [2, 5], kind: rms }", "expected a single value, found a list")]
    [InlineData("files: hst.fits, hdu: []", "at least one HDU is needed")]
    [InlineData("files: e_sci.fits, hdu: 2, ivar: { files: e_sci.fits, hdu: SCI, kind: rms }",
        "expected the ivar of e_sci.fits, HDU 2 (SCI), with EXTVER 1, in an HDU 'SCI', but the images of this name have EXTVER 1, 1, 1")]
    [InlineData("files: hst.fits, hdu: 1, ivar: { hdu: 5, kind: rms }",
        "the ivar of hst.fits should show the sky of the image, whose centre is at (150, 2), but its own centre is at (151, 2)")]
    [InlineData("files: lone.fits, hdu: 'SCI,2', ivar: { hdu: ERR, kind: rms }", "but the images of this name have EXTVER 1.")]
    public async Task Images_that_are_not_certain_are_errors(string keys, string message)
    {
        foreach (string kind in new[] { "fits-cutout", "fits-image" })
        {
            PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Read(kind, keys));
            Assert.Contains(message, e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("fits-cutout", "e_sci.fits", "e_var.fits", "[1.0, 0.5, 0.3333]")] // no EXTVER: only the numbers tell them apart
    [InlineData("fits-image", "e_sci.fits", "e_var.fits", "[1.0, 0.5, 0.3333]", Traits = ["Run", "Long"])]
    [InlineData("fits-cutout", "v_sci.fits", "v_other.fits", "[0.5, 0.3333, 1.0]", Traits = ["Run", "Long"])]
    [InlineData("fits-image", "v_sci.fits", "v_other.fits", "[0.5, 0.3333, 1.0]")]
    public async Task Images_of_one_name_are_paired_by_version_or_number(string kind, string files, string noise, string expected)
    {
        RowBatch rows = await Read(kind, $"files: {files}, hdu: all, ivar: {{ files: {noise}, kind: variance }}");
        Assert.Equal(expected, PythonColumns.Run(rows, "print(np.round(columns['image_ivar'].mean((1, 2, 3)).astype('f8'), 4).tolist())",
            folder.Path).Trim());
    }

    [Fact]
    public async Task Images_of_several_bands_are_paired_by_version()
    {
        RowBatch rows = Frames.Joined(await BuilderRuns.Builder("kind: fits-image\nbands: [{ name: r, files: v_sci.fits, hdu: all }, "
            + "{ name: w, files: v_other.fits, hdu: all }]", folder.Path).ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Equal("['v_sci-SCI-1', 'v_sci-SCI-2', 'v_sci-SCI-3'] [[1.0, 2.0], [2.0, 3.0], [3.0, 1.0]]", PythonColumns.Run(rows,
            "print(columns['object_id'].ravel().tolist(), columns['image_array'].mean((2, 3)).tolist())", folder.Path).Trim());
    }

    [Fact]
    public async Task Images_of_several_bands_are_paired_by_name()
    {
        const string Recipe = "kind: fits-image\nbands: [{ name: r, files: c_ooi.fits, hdu: HDUS }, "
            + "{ name: w, files: c_oow.fits, hdu: HDUS }]";
        RowBatch rows = Frames.Joined(await BuilderRuns.Builder(Recipe.Replace("HDUS", "[N2, N1]", StringComparison.Ordinal), folder.Path)
            .ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Equal("['c_ooi-N2', 'c_ooi-N1'] True", PythonColumns.Run(rows, """
            from astropy.io import fits
            same = all(np.array_equal(columns['image_array'][i, b], fits.getdata(f'{sys.argv[2]}/c_oo{kind}.fits', name))
                       for i, name in enumerate(('N2', 'N1')) for b, kind in enumerate('iw'))
            print(columns['object_id'].ravel().tolist(), same)
            """, folder.Path).Trim());
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => BuilderRuns.Builder(
            Recipe.Replace("c_oow", "lacking", StringComparison.Ordinal).Replace("HDUS", "all", StringComparison.Ordinal), folder.Path)
            .ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Contains("lacking.fits: it has no image 'N3'", e.Message, StringComparison.Ordinal);
    }

    private async Task<RowBatch> Read(string kind, string keys, Action<string>? onMessage = null)
    {
        string source = kind == "fits-image" ? "kind: fits-image\ngroup: '[a-z_]+'" : "kind: fits-cutout\ncatalogue: t.csv\nsize: 6";
        return Frames.Joined(await BuilderRuns.Builder($"{source}\nbands: [{{ name: r, {keys} }}]", folder.Path, onMessage)
            .ReadAllAsync(TestContext.Current.CancellationToken));
    }
}
