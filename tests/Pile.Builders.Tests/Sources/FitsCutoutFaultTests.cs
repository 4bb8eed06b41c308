using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>Recipes, catalogues and images from which no cut-outs can be made.</summary>
public class FitsCutoutFaultTests
{
    [Theory]
    [InlineData("id,ra,dec\n1,10,95\n", "10, 95 is not a position")]
    [InlineData("id,ra,dec\n,10,5\n3,1,1\n", "was used as the id, but has no value here")]
    [InlineData("id,x,y\n1,10,5\n", "No column looks like")]
    public async Task Catalogue_without_positions_or_ids_is_rejected(string csv, string message)
    {
        using TemporaryFolder folder = Cutouts.Decam(csv);
        PileException e = await Assert.ThrowsAnyAsync<PileException>(
            () => Cutouts.ReadOne($"kind: fits-cutout\ncatalogue: targets.csv\nsize: 9\n{Cutouts.DecamBands}", folder.Path));
        Assert.Contains("targets.csv", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("files: \"images/dist_lookup.fits.gz\"", "dist_lookup.fits.gz", "lookup tables")]
    [InlineData("files: \"spectra/spec-0266-51602-0031.fits\"", "spec-0266-51602-0031.fits", "no image in it has a celestial WCS")]
    [InlineData("files: \"images/example_cube.fits\"", "example_cube.fits", "cube")]
    [InlineData("files: \"images/m13.fits\", hdu: SCI", "m13.fits", "no HDU 'SCI'")]
    [InlineData("files: \"images/m13.fits\", psf_fwhm: { keyword: SEEING, unit: arcsec }", "m13.fits", "no keyword SEEING")]
    [InlineData("files: \"images/m13.fits\", ivar: { files: \"images/xdf/*f105w_rms.fits\", kind: rms }",
        "xdf_hst_wfc3ir_60mas_f105w_rms.fits", "should have 300 x 300 pixels")]
    [InlineData("files: \"images/xdf/*f105w_sci.fits\", mask: { replace: [_sci, _rms] }", "xdf_hst_wfc3ir_60mas_f105w_rms.fits",
        "a mask should hold integers")]
    [InlineData("files: \"malformed/spec-0266-51602-0031_truncated_half.fits\"", "spec-0266-51602-0031_truncated_half.fits", "truncated")]
    public async Task Images_that_cannot_be_cut_are_rejected_with_the_file(string band, string file, string message)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], "ra,dec\n250.4226,36.4602\n53.15872,-27.76433\n");
        PileException e = await Assert.ThrowsAnyAsync<PileException>(
            () => Cutouts.ReadOne($"kind: fits-cutout\ncatalogue: {folder["t.csv"]}\nsize: 8\nbands: [{{ name: r, {band} }}]",
                TestPaths.Data("")));
        Assert.Contains(file, e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Theory] // astropy cuts the objects that are left
    [InlineData("a_sci.fits", 100, "a_sci.fits,,", "1")] // without its image, the object is in none
    [InlineData("a_ivar.fits", 0, "t.csv,0,", "1")]
    [InlineData("a_ivar.fits", -2880, "t.csv,0,", "1")]
    [InlineData("a_mask.fits", 3000, "t.csv,0,", "1")]
    [InlineData("b_psf.fits", 100, "t.csv,1,", "0")]
    public async Task A_truncated_file_costs_only_the_objects_that_need_it(string file, int length, string listed, string left)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            from astropy.wcs import WCS
            for name, ra in (('a', 10), ('b', 20)):
                w = WCS(naxis=2)
                w.wcs.ctype, w.wcs.crval, w.wcs.crpix, w.wcs.cdelt = ['RA---TAN', 'DEC--TAN'], [ra, 5], [32.3, 32.3], [-1e-4, 1e-4]
                for kind in ('sci', 'ivar', 'mask', 'psf'):
                    data = np.arange(64 * 64, dtype='i4').reshape(64, 64) * (kind != 'mask') + ra * (kind == 'sci')
                    data = data.astype('i4' if kind == 'mask' else 'f4')
                    fits.PrimaryHDU(data, w.to_header()).writeto(f'{sys.argv[1]}/{name}_{kind}.fits')
            """, folder.Path);
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n0,10,5\n1,20,5\n");
        await using (FileStream stream = new(folder[file], FileMode.Open))
            stream.SetLength(length < 0 ? stream.Length + length : length);
        const string Recipe = "kind: fits-cutout\ncatalogue: t.csv\nsize: 4\nbands: [{ name: r, files: '*_sci.fits', "
            + "ivar: { replace: [sci, ivar], kind: ivar }, mask: { replace: [sci, mask] }, "
            + "psf_fwhm: { replace: [sci, psf], unit: arcsec } }]";
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Cutouts.ReadOne(Recipe, folder.Path));
        Assert.Contains(file, e.Message, StringComparison.Ordinal);

        List<SkippedRow> skipped = [];
        RowBatch rows = Assert.Single(await BuilderRuns.Builder(Recipe, folder.Path, skipBadRows: true, onSkip: skipped.Add)
            .ReadAllAsync(TestContext.Current.CancellationToken));
        SkippedRow first = skipped[0];
        Assert.Equal(listed, $"{first.File},{first.Row},");
        Assert.Contains(file, first.Reason, StringComparison.Ordinal);
        Assert.Equal("True", PythonColumns.Run(new(rows.Columns.Where(c => c is not TextColumnData)), """
            from astropy.io import fits
            from astropy.nddata import Cutout2D
            i = int(sys.argv[3])
            data = fits.getdata(f'{sys.argv[2]}/{"ab"[i]}_sci.fits')
            expected = Cutout2D(data, (31.3, 31.3), 4).data
            print(columns['object_id'].tolist() == [i] and np.array_equal(columns['image_array'][0, 0], expected))
            """, folder.Path, left).Trim());
    }

    [Theory]
    [InlineData("size: 0", "expected 1 to 16384 pixels")]
    [InlineData("size: [8, 8, 8]", "two: [ny, nx]")]
    [InlineData("size: 8\nband: []", "did you mean 'bands'")]
    [InlineData("size: 8\nbands: []", "at least one band")]
    [InlineData("size: 8\nbands: [{ name: r, files: images/m13.fits, ivar: { kind: rms } }]", "'replace', 'files' or 'hdu'")]
    [InlineData("size: 8\nbands: [{ name: r, files: images/m13.fits, ivar: { hdu: 1, kind: sigma } }]", "expected one of")]
    [InlineData("size: 8\nbands: [{ name: r, files: images/m13.fits, ivar: { replace: [x, y], kind: rms } }]", "does not contain 'x'")]
    [InlineData("size: 8\nbands: [{ name: r, files: images/m13.fits }, { name: r, files: images/m13.fits }]", "two bands are called 'r'")]
    [InlineData("size: 8\nbands: [{ name: r, files: images/m13.fits, psf_fwhm: { unit: pixel } }]", "either 'keyword' or 'value'")]
    public void Misused_key_is_rejected_with_line_and_column(string yaml, string message) =>
        Assert.Contains(message, Assert.Throws<DocumentInvalidException>(() => BuilderRuns.Builder("kind: fits-cutout\ncatalogue: "
            + $"t.csv\n{yaml}")).Message, StringComparison.Ordinal);
}
