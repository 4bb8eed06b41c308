using System.Globalization;
using Pile.Builders.Sources.SkyImages;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

public class FitsCutoutTests
{
    // Compares every band of every row with Cutout2D, the WCS of the frame, and the local Jacobian.
    // argv: folder of the frames, ny, nx, kind of noise ('ivar', 'variance', 'rms', 'none'), noise and mask as 'old:new' in the name or
    // '@HDU'.
    private const string Judge = """
        import os
        from astropy.io import fits
        from astropy.wcs import WCS, utils
        from astropy.nddata import Cutout2D
        from astropy.stats import mad_std
        from astropy.coordinates import SkyCoord
        import astropy.units as u
        folder, ny, nx, kind, noise, dq = sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5], sys.argv[6], sys.argv[7]
        def image(path):
            return next(h for h in fits.open(path) if h.data is not None)
        def companion(path, how):
            return fits.open(path)[how[1:]].data if how[0] == '@' else image(path.replace(*how.split(':'))).data
        count = 0
        for i in range(len(columns['ra'])):
            where = SkyCoord(columns['ra'][i], columns['dec'][i], unit='deg')
            for b in range(columns['image_array'].shape[1]):
                name = columns['frame_file'][i][b]
                if name == '':
                    assert columns['image_coverage'][i, b] == 0 and not columns['image_array'][i, b].any()
                    assert not columns['image_mask'][i, b].any()
                    assert columns['image_wcs'][i][b] == '' and np.isnan(columns['image_scale'][i, b])
                    assert np.isnan(columns['image_offset'][i, b]).all()
                    continue
                path = os.path.join(folder, name)
                h = image(path)
                w = WCS(h.header).celestial
                x, y = utils.skycoord_to_pixel(where, w, mode='all')
                cut = lambda d, fill: Cutout2D(d, (x, y), (ny, nx), mode='partial', fill_value=fill).data
                flux = h.data.astype('f4')
                inside = cut(np.ones(flux.shape, 'f4'), 0) > 0
                want = np.where(inside, cut(flux, 0), 0)
                np.testing.assert_array_equal(columns['image_array'][i, b], want)
                good = inside & ~np.isnan(want)
                if kind != 'none':
                    n = cut(companion(path, noise).astype('f8'), 0)
                    ok = good & (n > 0) & np.isfinite(n)
                    with np.errstate(all='ignore'):
                        iv = {'ivar': n, 'variance': 1 / n, 'rms': 1 / n ** 2}[kind]
                    np.testing.assert_allclose(columns['image_ivar'][i, b], np.where(ok, iv, 0), rtol=2e-7)
                if dq != 'none':
                    bits = cut(companion(path, dq).astype('i4'), -1)
                    np.testing.assert_array_equal(columns['image_dq'][i, b], bits)
                    good &= bits == 0
                elif kind != 'none':
                    good = ok
                np.testing.assert_array_equal(columns['image_mask'][i, b], good)
                noise_std = mad_std(want[good].astype('f8')) if good.any() else np.nan
                np.testing.assert_allclose(columns['image_noise_std'][i, b], noise_std, rtol=1e-6)
                assert abs(columns['image_coverage'][i, b] - inside.mean()) < 1e-6
                x0, y0 = int(np.ceil(x - nx / 2)), int(np.ceil(y - ny / 2))
                np.testing.assert_allclose(columns['image_offset'][i, b], [x - (x0 + (nx - 1) / 2), y - (y0 + (ny - 1) / 2)], atol=2e-4)
                text = columns['image_wcs'][i][b]
                assert len(text) % 80 == 0
                mine = WCS(fits.Header.fromstring(text))
                px, py = np.meshgrid(np.linspace(-0.5, nx - 0.5, 7), np.linspace(-0.5, ny - 0.5, 7))
                separation = mine.pixel_to_world(px, py).icrs.separation(w.pixel_to_world(px + x0, py + y0).icrs)
                assert separation.arcsec.max() < 1e-6, (name, separation.arcsec.max())
                here, right, up = (w.pixel_to_world(x + dx, y + dy) for dx, dy in ((0, 0), (1, 0), (0, 1)))
                cx, cy = ([o.to(u.arcsec).value for o in here.spherical_offsets_to(p)] for p in (right, up))
                scale = np.sqrt(abs(cx[0] * cy[1] - cx[1] * cy[0]))
                assert abs(columns['image_scale'][i, b] / scale - 1) < 1e-5, (columns['image_scale'][i, b], scale)
                assert abs(columns['image_scale'][i, b] / np.mean(utils.proj_plane_pixel_scales(w)) / 3600 - 1) < 0.02
                count += 1
        print(count)
        """;

    [Theory]
    [InlineData(15, 22)]
    [InlineData(64, 64)]
    public async Task Decam_bands_agree_with_Cutout2D(int height, int width)
    {
        using TemporaryFolder folder = Cutouts.Decam("""
            name,ra,dec,mag [AB]
            centre,244.7797,12.0724,16.5
            edge,244.7811,12.0735,20.1
            corner,244.7782,12.0712,
            """);
        RowBatch rows = await Cutouts.ReadOne(
            $"kind: fits-cutout\ncatalogue: targets.csv\nid: name\nsize: [{height}, {width}]\n{Cutouts.DecamBands}", folder.Path);
        Assert.Equal(3, rows.RowCount);
        Assert.Equal("9", Run(rows, folder["decam"], height, width, "ivar", "_ooi_:_oow_", "_ooi_:_ood_"));
        Assert.True(rows["mag [AB]"].IsNullAt(2));
        float[] scale = Values<float>(rows, "image_scale");
        Assert.Equal([4.412512f * scale[0], 3.606337f * scale[1], 0.9f], Values<float>(rows, "image_psf_fwhm")[..3],
            (a, b) => Math.Abs((a / b) - 1) < 1e-6);
    }

    [Fact] // whose frames are read as a whole
    public async Task Cutouts_of_a_crowded_field_agree_with_Cutout2D()
    {
        using TemporaryFolder folder = Cutouts.Decam("name,ra,dec\n" + string.Join("\n", Enumerable.Range(0, 40).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"o{i},{244.7787 + (i * 7 % 40 * 5e-5)},{12.0714 + (i * 5e-5)}"))));
        RowBatch rows = await Cutouts.ReadOne($"kind: fits-cutout\ncatalogue: targets.csv\nid: name\nsize: 64\n{Cutouts.DecamBands}",
            folder.Path);
        Assert.Equal(40, rows.RowCount);
        Assert.Equal("120", Run(rows, folder["decam"], 64, 64, "ivar", "_ooi_:_oow_", "_ooi_:_ood_"));
    }

    [Fact]
    public async Task Noise_in_standard_deviations_becomes_inverse_variance()
    {
        using TemporaryFolder folder = new();
        Cutouts.Link(folder, "xdf", "images/xdf");
        File.WriteAllText(folder["t.csv"], "id,RA,DEC\n7,53.15872,-27.76433\n8,53.1605,-27.7659\n9,53.1580,-27.7630\n");
        RowBatch rows = await Cutouts.ReadOne("""
            kind: fits-cutout
            catalogue: t.csv
            size: 33
            bands: [{ name: f105w, files: xdf/*f105w_sci.fits, ivar: { replace: [_sci, _rms], kind: rms }, zero_point: 26.27 }]
            """, folder.Path);
        Assert.Equal("3", Run(rows, folder["xdf"], 33, 33, "rms", "_sci:_rms", "none"));
        Assert.Equal(("ELECTRONS/S", "ELECTRONS-2 S2"), (rows["image_array"].Schema.Unit, rows["image_ivar"].Schema.Unit));
        Assert.Equal([7L, 8, 9], Values<long>(rows, "object_id"));
        Assert.Null(rows.Find("image_dq"));
    }

    [Fact]
    public async Task Integer_image_in_FK5_without_noise_agrees_with_Cutout2D()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], "ra,dec\n250.4226,36.4602\n250.3715,36.4190\n");
        RowBatch rows = await Cutouts.ReadOne($"kind: fits-cutout\ncatalogue: t.csv\nsize: 21\nbands: [{{ name: r, files: "
            + $"{TestPaths.Data("images/m13.fits")} }}]", folder.Path);
        Assert.Equal("2", Run(rows, TestPaths.Data("images"), 21, 21, "none", "none", "none"));
        Assert.Equal([0L, 1], Values<long>(rows, "object_id"));
        Assert.Null(rows["image_array"].Schema.Unit);
        Assert.Null(rows.Find("image_ivar"));
    }

    [Fact]
    public async Task Distorted_galactic_image_with_blank_pixels_agrees_with_Cutout2D()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            from astropy.wcs import WCS
            rng = np.random.default_rng(1)
            w = WCS(naxis=2)
            w.wcs.ctype = 'GLON-TAN-SIP', 'GLAT-TAN-SIP'
            w.wcs.crval = 120.3, -25.1; w.wcs.crpix = 40, 35; w.wcs.cd = [[-1.1e-4, 2e-5], [2e-5, 1.1e-4]]
            from astropy.wcs import Sip
            a, b, ap, bp = (np.zeros((3, 3)) for _ in range(4))
            a[2, 0], a[1, 1], b[0, 2], b[1, 1] = 2e-6, -1e-6, 3e-6, 1e-6
            w.sip = Sip(a, b, None, None, (40, 35))
            d = rng.normal(size=(70, 80)).astype('f4'); d[30:33, 40:45] = np.nan
            v = rng.uniform(0.1, 2, d.shape).astype('f4'); v[0:40, 20] = 0; v[5, 41] = -1; v[6, 42] = np.nan
            q = rng.integers(0, 3, d.shape).astype('u2')
            head = w.to_header(relax=True); head['BUNIT'] = 'mJy'; head['ZP'] = 23.5
            fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(d, head, name='SCI'), fits.ImageHDU(v, name='STAT'),
                          fits.ImageHDU(q, name='DQ')]).writeto(sys.argv[1])
            c = w.pixel_to_world([39.2, 3.3, 70.7], [31.6, 66.1, 20.2]).icrs
            open(sys.argv[2], 'w').write('ra,dec\n' + '\n'.join(f'{float(r)!r},{float(e)!r}' for r, e in zip(c.ra.deg, c.dec.deg)))
            """, folder["sip.fits"], folder["t.csv"]);
        RowBatch rows = await Cutouts.ReadOne("""
            kind: fits-cutout
            catalogue: t.csv
            size: [17, 24]
            bands: [{ name: w1, files: sip.fits, hdu: SCI, ivar: { hdu: STAT, kind: variance }, mask: { hdu: DQ },
                      zero_point: { keyword: ZP } }]
            """, folder.Path);
        Assert.Equal("3", Run(rows, folder.Path, 17, 24, "variance", "@STAT", "@DQ"));
        Assert.Equal([23.5f, 23.5f, 23.5f], Values<float>(rows, "frame_zero_point"));
        Assert.Contains(rows.Columns.OfType<ColumnData<float>>().Single(c => c.Schema.Name == "image_array").Values.ToArray(), float.IsNaN);
    }

    [Fact]
    public async Task Pixels_outside_of_the_frames_are_not_those_of_earlier_objects()
    {
        using TemporaryFolder folder = Cutouts.Decam("ra,dec\n244.7797,12.0724\n244.7803,12.0718\n");
        RowBatch[] rows = [.. await BuilderRuns.Builder("kind: fits-cutout\ncatalogue: targets.csv\nsize: 1100\n" + Cutouts.DecamBands,
            folder.Path).ReadAllAsync(TestContext.Current.CancellationToken)];
        Assert.Equal(2, rows.Length); // in the same memory
        Assert.Equal("3", Run(rows[1], folder["decam"], 1100, 1100, "ivar", "_ooi_:_oow_", "_ooi_:_ood_"));
    }

    [Fact]
    public async Task Catalogue_with_units_keeps_them_and_its_id()
    {
        List<string> notes = [];
        RowBatch rows = Assert.Single(await BuilderRuns.Builder("""
            kind: fits-cutout
            catalogue: same-object/hd219829/HD_219829_query_results.ecsv
            size: 31
            bands: [{ name: dss, files: same-object/hd219829/dss_hd219829.fits }]
            """, onMessage: notes.Add).ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Empty(notes);
        Assert.Equal(6, rows.RowCount);
        Assert.Equal("6", Run(rows, TestPaths.Data("same-object/hd219829"), 31, 31, "none", "none", "none"));
        Assert.Equal(Values<long>(rows, "source_id"), Values<long>(rows, "object_id"));
        Assert.Equal("mas", rows["parallax"].Schema.Unit);
        Assert.Contains(rows.Columns, c => c.Schema.Name == "phot_g_mean_mag" && c.Schema.Role == ColumnRole.Native);
    }

    [Fact]
    public async Task Right_ascensions_that_look_like_hours_are_an_error_and_hours_are_converted()
    {
        using TemporaryFolder folder = Cutouts.Decam("ra,dec\n0.5,-70\n16.31864667,12.0724\n23.9,80\n");
        const string Recipe = "kind: fits-cutout\ncatalogue: targets.csv\nsize: 9\n";
        RaUnitUndeclaredException undeclared =
            await Assert.ThrowsAsync<RaUnitUndeclaredException>(
                () => BuilderRuns.Builder(Recipe + Cutouts.DecamBands, folder.Path).ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Equal(new PositionExtent(0.5, 23.9, -70, 80), undeclared.Extent);

        RowBatch rows = await Cutouts.ReadOne(Recipe + "ra_unit: hours\n" + Cutouts.DecamBands, folder.Path);
        Assert.Equal([16.31864667 * 15], Values<double>(rows, "ra"));
        Assert.Equal([16.31864667], Values<double>(rows, "native_ra"));
    }

    [Fact]
    public async Task A_column_is_renamed_to_a_name_that_the_catalogue_does_not_have()
    {
        using TemporaryFolder folder = Cutouts.Decam("ra,dec,native_ra\n16.31864667,12.0724,5.5\n");
        RowBatch rows = await Cutouts.ReadOne("kind: fits-cutout\ncatalogue: targets.csv\nsize: 9\nra_unit: hours\n" + Cutouts.DecamBands,
            folder.Path);
        Assert.Equal([5.5], Values<double>(rows, "native_ra"));
        Assert.Equal([16.31864667], Values<double>(rows, "native_ra_"));
    }

    [Fact]
    public async Task The_most_central_frame_is_used_in_each_band()
    {
        using TemporaryFolder folder = Cutouts.Decam("ra,dec\n244.7797,12.0724\n244.7790,12.0730\n244.7803,12.0718\n");
        RowBatch rows = await Cutouts.ReadOne($"kind: fits-cutout\ncatalogue: targets.csv\nsize: 9\n{Cutouts.DecamBands}", folder.Path);
        string expected = Python.Run("""
            import sys, glob, os, warnings
            warnings.simplefilter('ignore')
            from astropy.io import fits
            from astropy.wcs import WCS
            for ra, dec in ((244.7797, 12.0724), (244.7790, 12.0730), (244.7803, 12.0718)):
                for band in 'grz':
                    best = None
                    for path in sorted(glob.glob(f'{sys.argv[1]}/*_ooi_{band}_*')):
                        h = fits.open(path)[1]
                        x, y = WCS(h.header).all_world2pix(ra, dec, 0)
                        d = min(x + .5, y + .5, h.header['NAXIS1'] - .5 - x, h.header['NAXIS2'] - .5 - y)
                        if best is None or d > best[0]: best = (d, os.path.basename(path))
                    print(best[1])
            """, folder["decam"]);
        TextColumnData frames = (TextColumnData)rows["frame_file"];
        Assert.Equal(expected.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Enumerable.Range(0, 9).Select(i => frames.Text(i / 3, i % 3)));
    }

    [Fact]
    public async Task Objects_outside_of_all_frames_are_skipped_and_a_missing_band_is_empty()
    {
        using TemporaryFolder folder = Cutouts.Decam("object_id,ra,dec\n11,10,10\n12,244.7797,12.0724\n13,,\n14,64.7797,-12.0724\n");
        Cutouts.Link(folder, "xdf", "images/xdf");
        List<string> notes = [];
        List<SkippedRow> skipped = [];
        RowBatch rows = Assert.Single(await BuilderRuns.Builder("kind: fits-cutout\ncatalogue: targets.csv\nsize: 8\n"
            + $"{Cutouts.DecamBands}\n  - {{ name: f105w, files: xdf/*f105w_sci.fits }}", folder.Path, notes.Add, onSkip: skipped.Add)
            .ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Equal([12L], Values<long>(rows, "object_id"));
        Assert.Equal([("targets.csv", 0L), ("targets.csv", 2L), ("targets.csv", 3L)], skipped.Select(s => (s.File, s.Row!.Value)));
        Assert.Equal(["no image of any band contains the object's position", "the object has no position"],
            skipped.Take(2).Select(s => s.Reason));
        Assert.Equal([1, 1, 1, 0], Values<float>(rows, "image_coverage"));
        Assert.All(Values<int>(rows, "image_dq")[(3 * 64)..], bits => Assert.Equal(-1, bits));
        Assert.Equal("3", Run(rows, folder["decam"], 8, 8, "ivar", "_ooi_:_oow_", "_ooi_:_ood_"));
    }

    [Fact]
    public async Task Blocks_of_a_catalogue_give_the_rows_of_the_complete_catalogue()
    {
        using TemporaryFolder folder = Cutouts.Decam("ra,dec\n244.7797,12.0724\n244.7790,12.0730\n244.7803,12.0718\n");
        BuilderRun builder = BuilderRuns.Builder($"kind: fits-cutout\ncatalogue: targets.csv\nsize: 9\n{Cutouts.DecamBands}", folder.Path);
        RowBatch whole = Assert.Single(await builder.ReadAllAsync(TestContext.Current.CancellationToken));
        SourceUnit unit = await builder.PlanAsync(TestContext.Current.CancellationToken).SingleAsync(TestContext.Current.CancellationToken);
        RowBatch part = await builder.ReadAsync(unit with { FirstRow = 1, RowCount = 1 }, TestContext.Current.CancellationToken)
            .SingleAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Values<float>(whole, "image_array")[(3 * 81)..(6 * 81)], Values<float>(part, "image_array"));
        Assert.Equal([1L], Values<long>(part, "object_id"));
        Assert.Contains(unit.Files, f => f.EndsWith("targets.csv", StringComparison.Ordinal));
        Assert.Equal(1 + 12, unit.Files.Count);
    }

    [Fact]
    public async Task A_long_catalogue_has_a_bounded_number_of_units_which_fit_into_memory_in_blocks()
    {
        const string Inside = "244.7797,12.0724\n244.7790,12.0730\n244.7803,12.0718\n";
        string recipe = $"kind: fits-cutout\ncatalogue: targets.csv\nsize: 900\n{Cutouts.DecamBands}"; // two rows of images are a block
        CancellationToken token = TestContext.Current.CancellationToken;
        using TemporaryFolder few = Cutouts.Decam($"ra,dec\n{Inside}"),
            many = Cutouts.Decam($"ra,dec\n{string.Concat(Enumerable.Repeat("10,10\n", 300))}{Inside}"
                + $"{string.Concat(Enumerable.Repeat("10,10\n", 297))}");
        List<RowBatch> expected = await BuilderRuns.Builder(recipe, few.Path).ReadAllAsync(token);
        BuilderRun builder = BuilderRuns.Builder(recipe, many.Path);
        List<SourceUnit> units = await builder.PlanAsync(token).ToListAsync(token);
        Assert.Equal(200, units.Count);
        Assert.Equal(600, units.Sum(u => u.RowCount));
        List<RowBatch> rows = await builder.ReadAsync(units[100], token).ToListAsync(token);
        Assert.Equal([2, 1], rows.Select(r => r.RowCount));
        Assert.Equal([300L, 301L, 302L], rows.SelectMany(r => Values<long>(r, "object_id")));
        foreach (string column in (string[])["image_array", "image_offset", "image_noise_std"])
            Assert.Equal(expected.SelectMany(r => Values<float>(r, column)), rows.SelectMany(r => Values<float>(r, column)));
        Assert.Empty(await builder.ReadAsync(units[99], token).ToListAsync(token));
    }

    [Fact]
    public async Task Bands_carry_unit_zero_point_wavelength_and_bits()
    {
        using TemporaryFolder folder = Cutouts.Decam("ra,dec\n244.7797,12.0724\n");
        RowBatch rows = await Cutouts.ReadOne($"kind: fits-cutout\ncatalogue: targets.csv\nsize: 9\n{Cutouts.DecamBands}", folder.Path);
        Assert.Null(rows["image_array"].Schema.Unit);
        Assert.Equal(["count", "count", "adu"], rows["image_array"].Schema.Bands.Select(b => b.Unit));
        Assert.Equal([25.1, null, null], rows["image_array"].Schema.Bands.Select(b => b.ZeroPointMag));
        Assert.Equal([4730, 6420, 9260], rows["image_array"].Schema.Bands.Select(b => b.WavelengthAngstrom!.Value));
        Assert.Equal("DECam CP codes", rows["image_dq"].Schema.Bands[0].MaskBits);
        Assert.Equal(MaskPolarity.TrueIsGood, rows["image_mask"].Schema.MaskPolarity);
        Assert.All(rows.Columns.Where(c => c.Schema.Name.StartsWith("image_", StringComparison.Ordinal)),
            c => Assert.NotNull(Modality.Get("image").Find(c.Schema.Name)));
    }

    [Theory]
    [InlineData(10.0, 4, 8)]
    [InlineData(10.2, 4, 9)]
    [InlineData(10.0, 5, 8)]
    [InlineData(10.5, 5, 8)]
    [InlineData(-0.4, 5, -2)]
    public void Window_starts_at_ceil_of_x_minus_half_the_size(double x, int size,
        long start) => Assert.Equal(start, CutoutWindow.About(x, size, 100).Start);

    [Theory]
    [InlineData("ivar", 4f, 4f)]
    [InlineData("variance", 4f, 0.25f)]
    [InlineData("rms", 4f, 0.0625f)]
    [InlineData("rms", 0f, 0f)]
    [InlineData("ivar", -1f, 0f)]
    [InlineData("variance", float.NaN, 0f)]
    [InlineData("ivar", float.PositiveInfinity, 0f)]
    public void Invalid_noise_has_zero_inverse_variance(string kind, float noise, float ivar)
    {
        for (int count = 1; count < 20; count++)
        {
            float[] values = new float[count];
            Array.Fill(values, noise);
            Assert.Equal(-1, Noise.ToIvar(values, Noise.Words[kind], 1));
            Assert.All(values, value => Assert.Equal(ivar, value));
        }
    }

    [Theory]
    [InlineData("rms", 1e-25f)]
    [InlineData("variance", 1e-40f)]
    public void Noise_that_is_too_small_is_found(string kind, float noise)
    {
        for (int at = 0; at < 20; at++)
        {
            float[] values = new float[20];
            Array.Fill(values, 2f);
            values[at] = noise;
            Assert.Equal(at, Noise.ToIvar(values, Noise.Words[kind], 1));
            Assert.Equal(noise, values[at]);
        }
    }

    [Fact]
    public void Pixels_are_judged_alike_at_any_place()
    {
        Random random = new(3);
        float[] special = [float.NaN, 0, -0f, -1, 1, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon];
        for (int count = 0; count < 150; count++)
        {
            float[] pixels = [.. Enumerable.Range(0, count).Select(_ => special[random.Next(special.Length)])],
                ivar = [.. Enumerable.Range(0, count).Select(_ => special[random.Next(1, special.Length)])], between = new float[count];
            bool[] good = new bool[count];
            PixelMasks.SetNumbers(pixels, good);
            Assert.Equal(pixels.Select(float.IsFinite), good);
            PixelMasks.KeepPositive(ivar, good);
            Assert.Equal(pixels.Zip(ivar, (p, i) => float.IsFinite(p) && i > 0), good);
            int kept = PixelMasks.CopyGood(pixels, good, between);
            Assert.Equal(pixels.Where((_, at) => good[at]), between[..kept]);
            kept = PixelMasks.CopyBetween(pixels, -1, 0, between);
            Assert.Equal(pixels.Where(p => p is >= -1 and <= 0), between[..kept]);
            float[] cleared = [.. ivar];
            PixelMasks.ClearBlank(pixels, cleared);
            Assert.Equal(pixels.Zip(ivar, (p, i) => float.IsFinite(p) ? i : 0), cleared);
        }
    }

    private static string Run(RowBatch rows, string folder, int height, int width, string kind, string noise, string mask) =>
        PythonColumns.Run(rows, Judge, folder, $"{height}", $"{width}", kind, noise, mask).Trim();

    private static T[] Values<T>(RowBatch rows, string column) where T : unmanaged => ((ColumnData<T>)rows[column]).Values.ToArray();
}
