using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Cube;

/// <summary>Files and recipes that the builder <c>cube</c> rejects.</summary>
public class CubeBuilderFaultTests
{
    // The codes that write the files, and the name of each.
    private static readonly Dictionary<string, string> Files = new(StringComparer.Ordinal)
    {
        ["good"] = "hdus += [fits.ImageHDU(flux, h, name='SCI')]",
        ["noise"] = "hdus += [fits.ImageHDU(flux, h, name='SCI'), fits.ImageHDU(err[:, :, 1:], name='ERR')]",
        ["mask"] = "hdus += [fits.ImageHDU(flux, h, name='SCI'), fits.ImageHDU(dq[0], name='DQ'), fits.ImageHDU(err, name='BAD')]",
        ["image"] = "hdus += [fits.ImageHDU(flux[0], h, name='SCI')]",
        ["linear"] = "h['CTYPE3'] = 'LINEAR'; hdus += [fits.ImageHDU(flux, h, name='SCI')]",
        ["step"] = "h['CDELT3'] = 0.0; hdus += [fits.ImageHDU(flux, h, name='SCI')]",
        ["wave"] = """
            w = fits.ImageHDU(np.array([5., 6, 7, 6.5, 8, 9]), fits.Header({'BUNIT': 'um'}), name='WAVE')
            hdus += [fits.ImageHDU(flux, h, name='SCI'), w]
            """,
        ["crval"] = "del h['CRVAL3']; hdus += [fits.ImageHDU(flux, h, name='SCI')]",
        ["tilted"] = """
            h['CD1_1'], h['CD2_2'], h['CD3_3'], h['CD3_1'] = -3e-5, 3e-5, 0.0013, 0.002
            hdus += [fits.ImageHDU(flux, h, name='SCI')]
            """,
        ["rows"] = """
            h = header('WAVE-TAB', 'um', 2.0, 1.0, 'Jy')
            h['PS3_0'], h['PS3_1'] = 'WCS-TABLE', 'wavelength'
            lam = 5 + 0.001 * np.arange(6)
            table = fits.BinTableHDU(np.array([(6, lam[:, None])], dtype=[('nelem', 'i4'), ('wavelength', 'f8', (6, 1))]), name='WCS-TABLE')
            hdus += [fits.ImageHDU(flux, h, name='SCI'), table]
            """,
        ["sky"] = "h['CTYPE1'] = h['CTYPE2'] = ''; hdus += [fits.ImageHDU(flux, h, name='SCI')]",
        ["jy"] = "hdus += [fits.ImageHDU(flux, header('WAVE', 'um', 5.0, 0.0013, 'Jy'), name='SCI')]",
        ["spelled"] = "hdus += [fits.ImageHDU(flux, header('WAVE', 'um', 5.0, 0.0013, 'MJy sr-1'), name='SCI')]",
        ["zair"] = "hdus += [fits.ImageHDU(flux, header('AWAV', 'um', 5.0, 0.0013, 'MJy/sr'), name='SCI')]",
    };

    private static readonly Lazy<TemporaryFolder> Made = new(() =>
    {
        TemporaryFolder folder = new();
        MadeCube.Write([.. Files.Select(f => (folder[f.Key + ".fits"], f.Value))]);
        return folder;
    });

    [Theory]
    [InlineData("noise", "", "HDU 2 (ERR): the noise must have the axes of the cube in HDU 1 (SCI), [8, 9, 6]; found Image [7, 9, 6]")]
    [InlineData("mask", "", "HDU 2 (DQ): the mask must have the axes of the cube in HDU 1 (SCI), [8, 9, 6]; found Image [8, 9]")]
    [InlineData("mask", "mask: { hdu: BAD }", "HDU 3 (BAD): a mask must have integers of at most 63 bits, found Float32")]
    [InlineData("image", "", "expected an image with three axes, found none. The file contains 0 (PRIMARY) Empty, 1 (SCI) Image.")]
    [InlineData("image", "hdu: SCI", "expected an image with three axes, found Image [8, 9]")]
    [InlineData("linear", "", "HDU 1: the file says neither that its wavelengths are in air nor in vacuum (CTYPE3 = 'LINEAR')")]
    [InlineData("step", "", "HDU 1")]
    [InlineData("wave", "", "channel 3 of axis 3 has the wavelength 65000 Å after 70000")]
    [InlineData("crval", "", "CRVAL3 is missing, so the wavelengths of its 6 channels are unknown")]
    [InlineData("tilted", "", "CD3_1 = 0.002: the spectral coordinates differ between spaxels")]
    [InlineData("rows", "", "CTYPE3 = 'WAVE-TAB': channel 1 is row 2 of its table, and the step is 1 rows")]
    [InlineData("sky", "", "it has no celestial WCS (CTYPE such as 'RA---TAN', 'DEC--TAN') and no keywords RA and DEC")]
    [InlineData("good", "unit: m", "'MJy/sr' cannot be converted to 'm'")]
    [InlineData("good", "ivar: { hdu: NONE, kind: rms }", "there is no HDU 'NONE'")]
    [InlineData("good", "layout: manga", "there is no HDU 'FLUX', which the layout 'manga' requires")]
    [InlineData("good", "id: NAME", "there is no keyword 'NAME'")]
    [InlineData("good", "images: [ { band: r, hdu: SCI } ]",
        "a reconstructed image must have the spaxels of the cube, [8, 9]; found [8, 9, 6]")]
    public async Task A_file_that_does_not_fit_is_an_error_with_HDU_and_remedy(string file, string keys, string message)
    {
        PileException e = await Assert.ThrowsAnyAsync<PileException>(
            () => CubeRun.ReadRow($"files: {file}.fits\n{keys}", Made.Value.Path));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Contains($"{file}.fits", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("malformed/empty.fits", "it is empty")]
    [InlineData("PROVENANCE.md", "it is not a FITS file")]
    [InlineData("spectra/spec-0266-51602-0031.fits", "expected an image with three axes, found none")]
    public async Task A_file_of_another_kind_is_an_error(string file, string message)
    {
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => CubeRun.ReadRow($"files: {file}"));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_truncated_file_is_an_error()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["cut.fits"], File.ReadAllBytes(TestPaths.Data("ifu/muse-udf-26.fits"))[..400_000]);
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => CubeRun.ReadRow("files: cut.fits", folder.Path));
        Assert.Contains("cut.fits', HDU 1 (DATA): the file is truncated", e.Message, StringComparison.Ordinal);
    }

    [Fact] // astropy reads it, with the warning that it may be truncated
    public async Task A_file_without_the_end_of_its_last_block_is_truncated()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys
            from astropy.io import fits
            whole = open(sys.argv[1], 'rb').read()
            info = fits.open(sys.argv[1])[1].fileinfo()
            open(sys.argv[2], 'wb').write(whole[:info['datLoc'] + 6 * 9 * 8 * 4])
            """, Path.Combine(Made.Value.Path, "good.fits"), folder["cut.fits"]);
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => CubeRun.ReadRow("files: cut.fits", folder.Path));
        Assert.Contains("cut.fits', HDU 1 (SCI): pixels", e.Message, StringComparison.Ordinal);
        Assert.Contains("the file is truncated, because its ", e.Message, StringComparison.Ordinal);
        Assert.Contains(" are not a multiple of 2880. Get the file again", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linear", "wavelength: { medium: air }", "wavelengths in air (by the recipe) from CTYPE3 = 'LINEAR'")]
    [InlineData("zair", "wavelength: { medium: air }", "wavelengths in air from CTYPE3 = 'AWAV'")]
    public async Task The_medium_of_the_recipe_is_reported_as_such(string file, string keys, string message)
    {
        List<string> notes = [];
        await BuilderRuns.Builder($"kind: cube\nfiles: {file}.fits\n{keys}", Made.Value.Path, notes.Add)
            .ReadAllAsync(TestContext.Current.CancellationToken);
        Assert.Contains(notes, note => note.EndsWith(message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_large_file_of_gzip_is_unpacked_and_a_truncated_one_is_an_error()
    {
        using TemporaryFolder folder = new();
        MadeCube.Write((folder["large.fits.gz"], """
            hdus += [fits.ImageHDU(np.arange(4_800_000, dtype='f4').reshape(200, 160, 150) % 1000, h, name='SCI')]
            """));
        // The last bytes, which have the size, stay.
        byte[] packed = File.ReadAllBytes(folder["large.fits.gz"]);
        File.WriteAllBytes(folder["cut.fits.gz"], [.. packed[..^1000], .. packed[^4..]]);
        CubeRun.Agrees(await CubeRun.ReadRow("files: large.fits.gz", folder.Path),
            "same('cube_flux', fits.open(sys.argv[2])['SCI'].data.astype('f4'))", folder["large.fits.gz"]);
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => CubeRun.ReadRow("files: cut.fits.gz", folder.Path));
        Assert.Contains("cut.fits.gz", e.Message, StringComparison.Ordinal);
        Assert.Contains("it cannot be unpacked", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jy", "its values have the unit 'Jy', but those of")]
    [InlineData("zair", "its wavelengths are in air, but those of")]
    public async Task Cubes_of_one_dataset_have_one_unit_and_one_medium(string other, string message)
    {
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => BuilderRuns.Builder(
            $"kind: cube\nfiles: [good.fits, {other}.fits]", Made.Value.Path).ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Equal_units_may_be_written_differently() =>
        Assert.Equal(2, (await BuilderRuns.Builder("kind: cube\nfiles: [good.fits, spelled.fits]", Made.Value.Path)
            .ReadAllAsync(TestContext.Current.CancellationToken)).Sum(b => b.RowCount));

    [Theory]
    [InlineData("ra: RA", "'ra' and 'dec' must be given together")]
    [InlineData("mjd: MJD", "times need 'time_scale'")]
    [InlineData("ivar: { hdu: STAT }", "'kind' is missing")]
    [InlineData("ivar: STAT", "expected a mapping such as '{ hdu: … }', or 'none'")]
    [InlineData("layout: muse", "expected manga, found 'muse'")]
    [InlineData("maps: { bits: a }", "expected 'replace', 'files' or 'hdus'")]
    [InlineData("images: [ { band: g, hdu: A, psf: B }, { band: r, hdu: C } ]", "expected 'psf' in all images or in none")]
    [InlineData("maks: none", "'maks'")]
    public void A_wrong_key_is_an_error(string keys, string message) => Assert.Contains(message,
        Assert.ThrowsAny<PileException>(() => BuilderRuns.Builder($"kind: cube\nfiles: ifu/muse-udf-26.fits\n{keys}")).Message,
        StringComparison.Ordinal);
}
