using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.FitsFrames;

/// <summary>Recipes and frames from which no rows can be made.</summary>
public class FitsImageFaultTests
{
    [Theory]
    [InlineData("files: images/m13.fits", "m13.fits", "the header names no band in BAND or FILTER. Set 'band'")]
    [InlineData("files: images/m13.fits\nband: { keyword: FILTER1 }", "m13.fits", "names no band in FILTER1")]
    [InlineData("files: images/example_cube.fits\nband: r", "example_cube.fits", "cube")]
    [InlineData("files: images/dist_lookup.fits.gz\nband: r", "dist_lookup.fits.gz", "lookup tables")]
    [InlineData("files: spectra/spec-0266-51602-0031.fits\nband: r", "spec-0266-51602-0031.fits", "no image in it has a celestial WCS")]
    [InlineData("files: malformed/spec-0266-51602-0031_truncated_half.fits\nband: r", "truncated_half.fits", "truncated")]
    [InlineData("files: malformed/truncated.fits.gz\nband: r", "truncated.fits.gz", "truncated")]
    [InlineData("files: malformed/empty.fits\nband: r", "empty.fits", "it is empty")]
    [InlineData("files: images/m13.fits\nband: r\nhdu: 7", "m13.fits", "there is no HDU 7")]
    [InlineData("files: images/m13.fits\nband: r\nivar: { files: images/xdf/*f105w_rms.fits, kind: rms }", "f105w_rms.fits",
        "should have 300 x 300 pixels")]
    [InlineData("files: images/legacypipe-testcase3/*_ooi_*.fits\nwavelength_angstrom: 5000", "ooi_z_ls9",
        "the frames have the bands g, r, z")]
    public async Task Unusable_frame_is_rejected_with_the_file(string yaml, string file, string message)
    {
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Frames.ReadAsync(yaml, TestPaths.Data("")));
        Assert.Contains(file, e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tile: 8\noverlap: 8", "expected 0 to 7 pixels, less than the size of a tile")]
    [InlineData("tile: [8, 16]\noverlap: 9", "expected 0 to 7 pixels")]
    [InlineData("overlap: 8", "an overlap needs 'tile'")]
    [InlineData("tile: 0", "expected 1 to 16384 pixels")]
    [InlineData("group: '('", "'(' is not a supported regular expression")]
    [InlineData("group: 'm31'", "does not contain 'm31'")]
    [InlineData("tiles: 8", "did you mean 'tile'")]
    [InlineData("bands: []", "files")]
    [InlineData("extinction: { column: EBV }", "'extinction' needs a 'map'")]
    [InlineData("extinction: { coefficient: 3.1 }", "expected either 'column' or 'map'")]
    [InlineData("psf_fwhm: { column: SEEING, unit: arcsec }", "frames have no catalogue")]
    public void Misused_key_is_rejected_with_line_and_column(string yaml, string message)
    {
        DocumentInvalidException e = Assert.Throws<DocumentInvalidException>(
            () => BuilderRuns.Builder($"kind: fits-image\nfiles: images/m13.fits\nband: r\n{yaml}"));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Contains("line", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Brick_without_the_file_of_a_band_is_named_and_can_be_skipped()
    {
        using TemporaryFolder folder = FitsImageTests.Bricks(["b1-g", "b1-r", "b2-g"]);
        const string Recipe = """
            group: "(b[0-9])-"
            bands: [{ name: g, files: "*-g.fits" }, { name: r, files: "*-r.fits" }]
            """;
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Frames.ReadAsync(Recipe, folder.Path));
        Assert.Contains("b2-g.fits: 'b2' has this file of band 'g', but none of band 'r'", e.Message, StringComparison.Ordinal);

        BuilderRun run = BuilderRuns.Builder("kind: fits-image\n" + Recipe, folder.Path);
        CancellationToken token = TestContext.Current.CancellationToken;
        SourceUnit unit = await run.PlanAsync(token).FirstAsync(token);
        Assert.Equal(("b1", 2), (unit.Id, unit.Files.Count));
        Assert.Equal(1, (await run.ReadAsync(unit, token).SingleAsync(token)).RowCount);
    }

    [Fact]
    public async Task Bands_of_different_size_or_place_are_rejected()
    {
        using TemporaryFolder folder = FitsImageTests.Bricks(["b1-g", "b1-r", "b1-z"]);
        Python.Run("""
            import sys
            from astropy.io import fits
            for path, action in zip(sys.argv[1:], ('size', 'place')):
                data, header = fits.getdata(path), fits.getheader(path)
                header['CRVAL1'] += action == 'place'
                fits.writeto(path, data[:10] if action == 'size' else data, header, overwrite=True)
            """, folder["b1-r.fits"], folder["b1-z.fits"]);
        foreach ((string band, string message) in new[]
        {
            ("r", "should have one size; found 30 x 10 pixels, but 30 x 20"),
            ("z", "which is in the frame of band 'g'"),
        })
        {
            PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Frames.ReadAsync(
                $"bands: [{{ name: g, files: b1-g.fits }}, {{ name: {band}, files: b1-{band}.fits }}]", folder.Path));
            Assert.Contains($"b1-{band}.fits", e.Message, StringComparison.Ordinal);
            Assert.Contains(message, e.Message, StringComparison.Ordinal);
        }
    }

    [Theory] // the offset by astropy
    [InlineData("h['CRPIX1'] += 5", "")]
    [InlineData("h['CRPIX2'] -= 1.2", "")]
    [InlineData("h['CDELT1'] *= -1", "")]
    [InlineData("h.update(PC1_1=.99, PC1_2=.1, PC2_1=-.1, PC2_2=.99)", "")]
    [InlineData("h['CRPIX1'] += 5", "tile: 10")]
    [InlineData("h['CDELT1'] *= -1", "tile: [6, 10]")]
    public async Task Bands_whose_pixels_are_not_at_the_same_positions_are_rejected(string change, string tile)
    {
        using TemporaryFolder folder = FitsImageTests.Bricks(["b1-g", "b1-r"]);
        string offset = Change(folder, change);
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => Frames.ReadAsync(
            $"bands: [{{ name: g, files: b1-g.fits }}, {{ name: r, files: b1-r.fits }}]\n{tile}", folder.Path));
        Assert.Matches(@"b1-r\.fits: HDU 0.*: the pixel x = [0-9.]+, y = [0-9.]+ is [0-9.]+ pixels away from that of band 'g'", e.Message);
        if (tile.Length == 0)
            Assert.Contains($"is {offset} pixels away", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("h['CRPIX1'] += .8")] // beside 0.1 of the bricks
    [InlineData("h.update(PC1_2=.01, PC2_1=-.01)")]
    public async Task Bands_may_be_shifted_by_parts_of_a_pixel(string change)
    {
        using TemporaryFolder folder = FitsImageTests.Bricks(["b1-g", "b1-r"]);
        Change(folder, change);
        Assert.Equal(1, (await Frames.ReadAsync("bands: [{ name: g, files: b1-g.fits }, { name: r, files: b1-r.fits }]", folder.Path))
            .RowCount);
    }

    /// <summary>Changes the header of the second band, and returns the largest offset in pixels at the centre and the corners.</summary>
    private static string Change(TemporaryFolder folder, string change) => Python.Run("""
        import sys
        from astropy.io import fits
        from astropy.wcs import WCS
        data, h = fits.getdata(sys.argv[2]), fits.getheader(sys.argv[2])
        exec(sys.argv[3])
        fits.writeto(sys.argv[2], data, h, overwrite=True)
        a, b = (WCS(fits.getheader(p)).pixel_to_world([14.5, 0, 29, 0, 29], [9.5, 0, 0, 19, 19]) for p in sys.argv[1:3])
        print(f'{a.separation(b).arcsec.max() / .36:.1f}')
        """, folder["b1-g.fits"], folder["b1-r.fits"], change).Trim();

    [Fact]
    public void Files_with_one_name_need_a_group()
    {
        using TemporaryFolder folder = FitsImageTests.Bricks(["m"]);
        Directory.CreateDirectory(folder["a"]);
        File.Copy(folder["m.fits"], folder["a/m.fits"]);
        Assert.Contains("would both be called 'm'", Assert.Throws<DocumentInvalidException>(
            () => BuilderRuns.Builder("kind: fits-image\nfiles: '**/m.fits'\nband: r", folder.Path)).Message, StringComparison.Ordinal);
        BuilderRuns.Builder("kind: fits-image\nfiles: '**/m.fits'\nband: r\ngroup: '.*m'", folder.Path);
        Assert.Contains("bands of several files need 'group'", Assert.Throws<DocumentInvalidException>(() => BuilderRuns.Builder(
            "kind: fits-image\nbands: [{ name: r, files: '**/m.fits' }, { name: i, files: '**/m.fits' }]", folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frames_in_different_units_need_a_declared_unit()
    {
        using TemporaryFolder folder = FitsImageTests.Bricks(["a", "b"]);
        Python.Run("import sys; from astropy.io import fits; fits.setval(sys.argv[1], 'BUNIT', value='Jy')", folder["b.fits"]);
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Frames.ReadAsync("files: '*.fits'\nband: r", folder.Path));
        Assert.Contains("b.fits: BUNIT is 'Jy', but ''", e.Message, StringComparison.Ordinal);
        Assert.Equal("mJy", (await Frames.ReadAsync("files: '*.fits'\nband: r\nunit: mJy", folder.Path))["image_array"].Schema.Unit);
    }

    [Fact]
    public async Task Frames_may_write_equal_units_differently()
    {
        using TemporaryFolder folder = FitsImageTests.Bricks(["a", "b"]);
        Python.Run("""
            import sys; from astropy.io import fits
            fits.setval(sys.argv[1], 'BUNIT', value='erg/s/cm2')
            fits.setval(sys.argv[2], 'BUNIT', value='erg s-1 cm-2')
            """, folder["a.fits"], folder["b.fits"]);
        Assert.Equal("erg/s/cm2", (await Frames.ReadAsync("files: '*.fits'\nband: r", folder.Path))["image_array"].Schema.Unit);
    }
}
