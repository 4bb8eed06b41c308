using Pile.Builders.Sources.FitsFrames;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.FitsFrames;

public class FitsImageTests
{
    [Fact]
    public async Task Frames_with_noise_mask_and_seeing_agree_with_astropy()
    {
        RowBatch rows = await Frames.ReadAsync("""
            files: "legacypipe-testcase3/*_ooi_*.fits"
            ivar: { replace: [_ooi_, _oow_], kind: ivar }
            mask: { replace: [_ooi_, _ood_], bad: nonzero, bits: DECam CP codes }
            psf_fwhm: { keyword: FWHM, unit: pixel }
            unit: count
            zero_point: 25.1
            """, TestPaths.Data("images"));
        string[] names = ["c4d_140818_232043_ooi_z_ls9.N12", "c4d_150329_083320_ooi_r_ls9.N11", "c4d_150329_083505_ooi_g_ls9.N11",
            "c4d_150412_073257_ooi_z_ls9.N11"];
        Assert.Equal(names, Frames.Texts(rows, "object_id"));
        Assert.Equal(["z", "r", "g", "z"], Frames.Texts(rows, "image_band"));
        Assert.Equal(4, Frames.Compare(rows, TestPaths.Data("images/legacypipe-testcase3"), "ivar", "_ooi_:_oow_", "_ooi_:_ood_"));
        Assert.Equal(3.606337f * Frames.Values<float>(rows, "image_scale")[1], Frames.Values<float>(rows, "image_psf_fwhm")[1], 1e-5);
        ColumnSchema array = rows["image_array"].Schema;
        Assert.Equal(("count", 0), (array.Unit, array.Bands.Length)); // the rows have different bands
        Assert.Equal("DECam CP codes", rows["image_dq"].Schema.MaskBits);
        Assert.Equal([25.1f, 25.1f, 25.1f, 25.1f], Frames.Values<float>(rows, "frame_zero_point"));
        Assert.Null(rows.Find("frame_x"));
    }

    [Fact]
    public async Task Tiles_of_a_compressed_brick_agree_with_astropy()
    {
        BuilderRun run = BuilderRuns.Builder("""
            kind: fits-image
            files: "brick-0959p805/*-image-z.fits.fz"
            group: "legacysurvey-(.+)-image"
            tile: 512
            overlap: 32
            ivar: { replace: [-image-, -invvar-], kind: ivar }
            zero_point: 22.5
            """, TestPaths.Data("images"));
        CancellationToken token = TestContext.Current.CancellationToken;
        List<SourceUnit> units = await run.PlanAsync(token).ToListAsync(token);
        Assert.Equal(64, units.Sum(u => u.RowCount!.Value));
        RowBatch rows = Frames.Joined(await run.ReadAsync(units[0] with { RowCount = 9 }, token).SingleAsync(token),
            await run.ReadAsync(units[^1] with { FirstRow = 62, RowCount = 2 }, token).SingleAsync(token));
        Assert.Equal(["0959p805-0-0", "0959p805-0-1"], Frames.Texts(rows, "object_id")[..2]);
        Assert.Equal(["0959p805-0-7", "0959p805-1-0", "0959p805-7-6", "0959p805-7-7"], Frames.Texts(rows, "object_id")[7..]);
        // The last tile of a row or column ends at the border.
        Assert.Equal([0, 480, 960, 1440, 1920, 2400, 2880, 3088, 0, 2880, 3088], Frames.Values<long>(rows, "frame_x"));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 480, 3088, 3088], Frames.Values<long>(rows, "frame_y"));
        Assert.Equal(11, Frames.Compare(rows, TestPaths.Data("images/brick-0959p805"), "ivar", "-image-:-invvar-"));
        ColumnSchema array = rows["image_array"].Schema;
        Assert.Equal(("nanomaggy", 22.5, "zd DECam k1038"), (array.Unit, Assert.Single(array.Bands).ZeroPointMag, array.Bands[0].Name));
        Assert.Equal("nanomaggy-2", rows["image_ivar"].Schema.Unit);
    }

    [Fact]
    public async Task Tiles_without_good_pixels_are_left_out_on_request()
    {
        BuilderRun run = BuilderRuns.Builder("""
            kind: fits-image
            files: images/brick-0959p805/*-image-z.fits.fz
            tile: 450
            skip_empty: true
            ivar: { replace: [-image-, -invvar-], kind: ivar }
            """);
        CancellationToken token = TestContext.Current.CancellationToken;
        SourceUnit unit = await run.PlanAsync(token).FirstAsync(token);
        RowBatch rows = await run.ReadAsync(unit with { RowCount = 16 }, token).SingleAsync(token);
        Assert.Equal("0-0,0-1", string.Join(',', Frames.Texts(rows, "object_id").Select(id => id[^3..])));
        Assert.Equal("2", Python.Run("""
            import sys
            from astropy.io import fits
            ivar = fits.getdata(sys.argv[1])
            print(sum((ivar[y:y + 450, x:x + 450] > 0).any() for y in (0, 450) for x in range(0, 3600, 450)))
            """, TestPaths.Data("images/brick-0959p805/legacysurvey-0959p805-invvar-z.fits.fz")).Trim());
    }

    [Fact]
    public async Task Compressed_images_give_the_pixels_of_the_uncompressed_image()
    {
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["m13.fits", "m13_rice.fits", "m13_gzip.fits"])
            File.CreateSymbolicLink(folder[name], TestPaths.Data($"images/{name}"));
        Python.Run("import gzip, sys; open(sys.argv[2], 'wb').write(gzip.compress(open(sys.argv[1], 'rb').read()))", folder["m13.fits"],
            folder["m13_whole.fits.gz"]);
        RowBatch rows = await Frames.ReadAsync("files: \"m13*\"\nband: r", folder.Path);
        Assert.Equal(["m13", "m13_gzip", "m13_rice", "m13_whole"], Frames.Texts(rows, "object_id"));
        Assert.Equal(4, Frames.Compare(rows, folder.Path));
        float[] pixels = Frames.Values<float>(rows, "image_array");
        Assert.All(Enumerable.Range(1, 3), row => Assert.True(pixels.AsSpan(row * 90_000, 90_000).SequenceEqual(pixels.AsSpan(0, 90_000))));
    }

    // A pole in the frame, right ascensions that wrap, the celestial pole in galactic coordinates, and a distortion.
    [Fact]
    public async Task Tiles_have_the_position_and_the_WCS_of_their_part_of_the_frame()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            from astropy.wcs import WCS, Sip
            rng = np.random.default_rng(3)
            for name, xtype, ytype, x, y in (('north', 'RA---TAN', 'DEC--TAN', 12.3, 89.99),
                                             ('south', 'RA---STG', 'DEC--STG', 359.999, -89.9),
                                             ('wrap', 'RA---ZEA', 'DEC--ZEA', 0.001, 45), ('galactic', 'GLON-SIN', 'GLAT-SIN', 122.9, 27.1),
                                             ('sip', 'RA---TAN-SIP', 'DEC--TAN-SIP', 200, -30)):
                w = WCS(naxis=2)
                w.wcs.ctype = xtype, ytype; w.wcs.crval = x, y; w.wcs.crpix = 71, 48; w.wcs.cd = [[-1.1e-3, 2e-4], [2e-4, 1.1e-3]]
                if name == 'sip':
                    a, b = np.zeros((3, 3)), np.zeros((3, 3))
                    a[2, 0], a[1, 1], b[0, 2], b[1, 1] = 2e-6, -1e-6, 3e-6, 1e-6
                    w.sip = Sip(a, b, None, None, (71, 48))
                d = rng.normal(3, 2, size=(100, 130)).astype('f4'); d[30:33, 40:45] = np.nan
                v = rng.uniform(0.1, 2, d.shape).astype('f4'); v[0:40, 20] = 0; v[5, 41] = -1; v[6, 42] = np.nan
                q = rng.integers(0, 3, d.shape).astype('u2')
                fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(d, w.to_header(relax=True), name='SCI'), fits.ImageHDU(v, name='STAT'),
                              fits.ImageHDU(q, name='DQ')]).writeto(f'{sys.argv[1]}/{name}.fits')
            """, folder.Path);
        RowBatch rows = await Frames.ReadAsync("files: \"*.fits\"\nband: i\nhdu: SCI\ntile: [33, 40]\noverlap: 7\n"
            + "ivar: { hdu: STAT, kind: variance }\nmask: { hdu: DQ }", folder.Path);
        Assert.Equal(5 * 16, rows.RowCount);
        Assert.Equal([0, 33, 66, 90, 0], Frames.Values<long>(rows, "frame_x")[..5]);
        Assert.Equal([0, 26, 52, 67], Frames.Values<long>(rows, "frame_y").Distinct());
        Assert.Equal(5 * 16, Frames.Compare(rows, folder.Path, "variance", "@STAT", "@DQ"));
    }

    [Fact]
    public async Task Bands_of_a_brick_become_one_row_whatever_the_order_of_their_files()
    {
        using TemporaryFolder folder = Bricks(["b2-g", "b1-r", "b1-g", "b2-r"]);
        const string Bands = """
            group: "(b[0-9])-"
            bands:
              - { name: g, files: "*-g.fits", wavelength_angstrom: 4800, zero_point: 22.5, psf_fwhm: { value: 1.3, unit: arcsec } }
              - { name: r, files: "*-r.fits", unit: mJy, psf_fwhm: { replace: [-r, -r-psf], unit: arcsec } }
            """;
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            for path in sys.argv[1:]:
                fits.writeto(path, np.arange(20 * 30, dtype='f4').reshape(20, 30))
            """, folder["b1-r-psf.fits"], folder["b2-r-psf.fits"]);
        RowBatch rows = await Frames.ReadAsync(Bands, folder.Path);
        Assert.Equal(["b1", "b2"], Frames.Texts(rows, "object_id"));
        Assert.Equal(4, Frames.Compare(rows, folder.Path));
        TextColumnData files = (TextColumnData)rows["frame_file"];
        Assert.Equal(("b2-g.fits", "b2-r.fits"), (files.Text(1, 0), files.Text(1, 1)));
        ColumnSchema array = rows["image_array"].Schema;
        Assert.Equal(["g", "r"], array.Bands.Select(b => b.Name));
        Assert.Equal((4800, 22.5, null, "mJy"),
            (array.Bands[0].WavelengthAngstrom!.Value, array.Bands[0].ZeroPointMag!.Value, array.Bands[0].Unit, array.Bands[1].Unit));
        Assert.Equal([null, "mJy"], rows["image_noise_std"].Schema.Bands.Select(b => b.Unit));
        // The centre of 30 x 20 pixels is (14.5, 9.5); the nearest pixel is (14, 10), as halves are rounded to even.
        Assert.Equal([1.3f, (10 * 30) + 14], Frames.Values<float>(rows, "image_psf_fwhm")[..2]);
    }

    [Theory]
    [InlineData(100, 40, 0, "0,40,60")]
    [InlineData(100, 40, 10, "0,30,60")]
    [InlineData(101, 40, 10, "0,30,60,61")]
    [InlineData(40, 40, 39, "0")]
    [InlineData(41, 40, 39, "0,1")]
    [InlineData(30, 40, 0, "0")]
    public void Tiles_cover_a_frame_and_end_at_its_border(long frame, int size, int overlap, string starts)
    {
        TileAxis axis = new(frame, size, overlap);
        Assert.Equal(starts, string.Join(',', Enumerable.Range(0, (int)axis.Count).Select(tile => axis.Start(tile))));
        Assert.Equal(frame, axis.Start(axis.Count - 1) + axis.Length);
    }

    /// <summary>Makes small frames of one part of the sky with the given names.</summary>
    internal static TemporaryFolder Bricks(string[] names)
    {
        TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            from astropy.wcs import WCS
            for i, path in enumerate(sys.argv[1:]):
                w = WCS(naxis=2)
                w.wcs.ctype = 'RA---TAN', 'DEC--TAN'
                w.wcs.crval = 150, 2; w.wcs.crpix = 15 + 0.1 * i, 10; w.wcs.cdelt = -1e-4, 1e-4
                fits.writeto(path, np.random.default_rng(i).normal(size=(20, 30)).astype('f4'), w.to_header())
            """, [.. names.Select(name => folder[name + ".fits"])]);
        return folder;
    }

    [Theory] // JWST's data quality has all 32 bits
    [InlineData("fits-image", 2147483648)]
    [InlineData("fits-image", 2147483649)]
    [InlineData("fits-cutout", 2147483648)]
    public Task The_highest_bit_of_a_mask_makes_pixels_bad(string kind, long bad) =>
        MaskAgrees(kind, $"bad: {bad}", $"(dq & np.uint32({bad})) == 0");

    [Theory]
    [InlineData("fits-image", "good: 2", "dq == 2")]
    [InlineData("fits-cutout", "good: [1, 2147483648]", "(dq == 1) | (dq == 2147483648)")]
    public Task Other_values_of_a_mask_than_the_good_ones_are_bad(string kind, string rule, string good) => MaskAgrees(kind, rule, good);

    private static async Task MaskAgrees(string kind, string rule, string good)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            mask = (np.uint32(1) << np.tile(np.array([0, 1, 30, 31], 'u4'), (8, 2)))
            sky = fits.Header(dict(CTYPE1='RA---TAN', CTYPE2='DEC--TAN', CRVAL1=150., CRVAL2=2., CRPIX1=4.5, CRPIX2=4.5, CDELT1=-1e-4,
                                   CDELT2=1e-4))
            fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(np.ones((8, 8), 'f4'), sky, name='SCI'),
                fits.ImageHDU(mask, name='DQ')]).writeto(sys.argv[1] + '/image.fits')
            open(sys.argv[1] + '/t.csv', 'w').write('id,ra,dec\n1,150,2\n')
            """, folder.Path);
        string mask = $"mask: {{ hdu: DQ, {rule} }}";
        string recipe = kind == "fits-image" ? $"kind: fits-image\nfiles: image.fits\nband: r\n{mask}"
            : $"kind: fits-cutout\ncatalogue: t.csv\nsize: 8\nbands: [{{ name: r, files: image.fits, {mask} }}]";
        RowBatch rows = Assert.Single(await BuilderRuns.Builder(recipe, folder.Path).ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Equal("True", PythonColumns.Run(rows, $$"""
            from astropy.io import fits
            dq = fits.getdata(sys.argv[2], 'DQ')
            good = {{good}}
            print(np.array_equal(columns['image_mask'].reshape(8, 8), good) and 0 < good.sum() < 64)
            """, folder["image.fits"]).Trim());
    }
}
