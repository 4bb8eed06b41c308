using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Cube;

/// <summary>LOGCUBE and MAPS files that a script writes after the data model of MaNGA.</summary>
public sealed class MangaLayoutTests : IDisposable
{
    private const string Cube = "manga-8485-1901-LOGCUBE.fits", Maps = "manga-8485-1901-MAPS-HYB10-MILESHC-MASTARSSP.fits";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("layout: manga\n")]
    [InlineData("")]
    public async Task All_values_are_those_that_astropy_reads(string layout)
    {
        Make("8485-1901");
        RowBatch row = await CubeRun.ReadRow(layout + """
            files: "*-LOGCUBE.fits"
            maps: { replace: [LOGCUBE, MAPS-HYB10-MILESHC-MASTARSSP] }
            keywords: [MANGAID, EBVGAL]
            """, folder.Path);
        CubeRun.Agrees(row, """
            f, m = fits.open(sys.argv[2]), fits.open(sys.argv[3])
            h = f['FLUX'].header
            for name, hdu, dtype in (('flux', 'FLUX', 'f4'), ('ivar', 'IVAR', 'f4'), ('mask', 'MASK', 'i4'), ('lambda', 'WAVE', 'f8')):
                same(f'cube_{name}', f[hdu].data.astype(dtype))
            lsf = f['LSFPOST'].data
            same('cube_lsf_sigma', np.where(lsf > 0, lsf, np.nan).astype('f4'))
            assert columns['object_id'][0] == '8485-1901' and columns['ra'][0] == h['OBJRA'] and columns['dec'][0] == h['OBJDEC']
            np.testing.assert_allclose(columns['spaxel_size'][0], 0.5, rtol=1e-6)
            same('cube_image', np.stack([f[f'{b}IMG'].data for b in 'GRIZ']).astype('f4'))
            same('cube_psf', np.stack([f[f'{b}PSF'].data for b in 'GRIZ']).astype('f4'))
            same('cube_psf_fwhm', np.array([2.61, 2.53, 2.49, 2.47], 'f4'))
            assert list(columns['cube_image_band'][0]) == list('griz') and units['cube_image'] == 'nanomaggies/pixel'
            labels, planes, ivar, mask, has, units_of = [], [], [], [], [], []
            for hdu in m[1:]:
                if hdu.name.endswith(('_IVAR', '_MASK')):
                    continue
                data = hdu.data if hdu.data.ndim == 3 else hdu.data[None]
                digits = len(str(len(data))) + 1
                for i, plane in enumerate(data):
                    labels.append(f"{hdu.name}/{hdu.header.get(f'C{i + 1:0{digits}d}', hdu.name)}")
                    units_of.append(hdu.header.get(f'U{i + 1:0{digits}d}', hdu.header.get('BUNIT', '')))
                    planes.append(plane); has.append(f'{hdu.name}_IVAR' in m)
                    if has[-1]:
                        own = [m[f'{hdu.name}_{c}'].data for c in ('IVAR', 'MASK')]
                        own = [c if c.ndim == 3 else c[None] for c in own]
                        ivar.append(own[0][i]); mask.append(own[1][i])
                    else:
                        ivar.append(np.zeros_like(plane, 'f8')); mask.append(np.zeros_like(plane, 'i4'))
            same('cube_map', np.stack(planes).astype('f8')); same('cube_map_ivar', np.stack(ivar).astype('f8'))
            same('cube_map_mask', np.stack(mask).astype('i4'))
            assert list(columns['cube_map_label'][0]) == labels and list(columns['cube_map_unit'][0]) == units_of
            assert 'EMLINE_GFLUX/Ha-6564' in labels and 'STELLAR_VEL/STELLAR_VEL' in labels
            same('cube_map_has_ivar', np.array(has)); same('cube_map_has_mask', np.array(has))
            assert columns['MANGAID'][0] == h['MANGAID'] and columns['EBVGAL'][0] == h['EBVGAL']
            """, folder[Cube], folder[Maps]);
        Assert.Contains("10 DONOTUSE", row["cube_mask"].Schema.MaskBits, StringComparison.Ordinal);
        Assert.Contains("30 DONOTUSE", row["cube_map_mask"].Schema.MaskBits, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cube_without_maps_has_empty_lists_if_they_are_optional()
    {
        Make("8485-1901", "7443-12703");
        File.Delete(folder[Maps]);
        const string Source = """
            kind: cube
            files: "*-LOGCUBE.fits"
            maps: { replace: [LOGCUBE, MAPS-HYB10-MILESHC-MASTARSSP], optional: true }
            """;
        List<RowBatch> rows = await BuilderRuns.Builder(Source, folder.Path).ReadAllAsync(TestContext.Current.CancellationToken);
        Assert.Equal([0, 1], rows.Select(r => Math.Min(r["cube_map"].ShapeOf(0)[0], 1)).Order());
        Assert.Contains("there is no such file", Assert.ThrowsAny<PileException>(
            () => BuilderRuns.Builder(Source.Replace(", optional: true", "", StringComparison.Ordinal), folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IVAR", "there is no HDU 'IVAR', which the layout 'manga' requires")]
    [InlineData("LSFPOST", "there is no HDU 'LSFPOST', which the layout 'manga' requires")]
    [InlineData("WCS", "it has no celestial WCS, which the layout 'manga' requires")]
    public async Task The_layout_requires_its_companions_and_a_celestial_WCS(string hdu, string message)
    {
        Make("8485-1901");
        Python.Run("""
            import sys
            from astropy.io import fits
            with fits.open(sys.argv[1]) as f:
                if sys.argv[2] == 'WCS':
                    del f['FLUX'].header['CTYPE1']
                fits.HDUList([h for h in f if h.name != sys.argv[2]]).writeto(sys.argv[3])
            """, folder[Cube], hdu, folder["without.fits"]);
        PileException e = await Assert.ThrowsAnyAsync<PileException>(
            () => CubeRun.ReadRow("layout: manga\nfiles: without.fits", folder.Path));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    private void Make(params string[] plateIfu) =>
        Python.Run(File.ReadAllText(TestPaths.Data("scripts/make_manga.py")), [folder.Path, .. plateIfu]);
}
