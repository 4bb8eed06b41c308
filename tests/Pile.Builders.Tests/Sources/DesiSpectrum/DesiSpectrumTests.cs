using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.DesiSpectrum;

public class DesiSpectrumTests
{
    private const string Tile = "spectra/desi/coadd-4-80613-thru20210324.fits",
        TileRedshifts = "spectra/desi/redrock-4-80613-thru20210324.fits", Pixel = "spectra/desi/coadd-sv3-dark-26065.fits.gz";

    // Joins the arms with numpy by the formulas of SOURCE.md, and compares all other columns with astropy.
    private const string Judge = """
        from astropy.io import fits
        from scipy.optimize import curve_fit
        f = fits.open(sys.argv[2])
        fm, n = f['FIBERMAP'].data, len(f['FIBERMAP'].data)
        arms = [a for a in 'BRZ' if a + '_WAVELENGTH' in f]
        wave = f[arms[0] + '_WAVELENGTH'].data
        for a in arms[1:]:
            w = f[a + '_WAVELENGTH'].data
            wave = np.append(wave, w[w > wave[-1] + 1e-4])
        pixels = len(wave)
        assert pixels == 7781 or len(arms) < 3
        where = {a: np.abs(f[a + '_WAVELENGTH'].data[:, None] - wave).argmin(axis=1) for a in arms}
        count = sum(np.bincount(where[a], minlength=len(wave)) for a in arms)
        assert count.min() == 1 and (count == 2).sum() == {'BRZ': 51 + 126, 'BR': 51, 'RZ': 126, 'B': 0}[''.join(arms)]
        flux, ivar = np.full((n, pixels), np.nan, 'f8'), np.zeros((n, pixels))
        weights, total = np.zeros((n, pixels)), np.zeros((n, pixels))
        mask = np.full((n, pixels), 2**32 - 1, 'u4')
        rw, rtotal, rmean = np.zeros((n, pixels)), np.zeros((n, 11, pixels)), np.zeros((n, 11, pixels))
        for a in arms:
            fl, iv = f[a + '_FLUX'].data.astype('f8'), f[a + '_IVAR'].data.astype('f8')
            m = f[a + '_MASK'].data.astype('u4') if a + '_MASK' in f else np.zeros(fl.shape, 'u4')
            good = np.where((m == 0) & (iv > 0), iv, 0)
            i = where[a]
            first = np.isnan(flux[:, i])
            flux[:, i] = np.where(first, fl, flux[:, i])
            ivar[:, i] = np.where(count[i] == 1, iv, ivar[:, i])
            weights[:, i] += good
            total[:, i] += good * fl
            mask[:, i] &= m
            r = f[a + '_RESOLUTION'].data.astype('f8')
            rw[:, i] += iv
            rtotal[:, :, i] += iv[:, None] * r
            rmean[:, :, i] += r / count[i]
        both = count == 2
        joined = both & (weights > 0)
        flux[joined] = total[joined] / weights[joined]
        ivar[:, both] = weights[:, both]
        single = count == 1
        assert columns['spectrum_flux'].shape == (n, pixels), columns['spectrum_flux'].shape
        np.testing.assert_array_equal(columns['spectrum_flux'][:, single], flux[:, single].astype('f4'))
        np.testing.assert_array_max_ulp(columns['spectrum_flux'], flux.astype('f4'), 1)
        np.testing.assert_array_equal(columns['spectrum_ivar'], ivar.astype('f4'))
        np.testing.assert_array_equal(columns['spectrum_lambda'], np.tile(wave.astype('f4'), (n, 1)))
        has_masks = arms[0] + '_MASK' in f
        assert list(nulls['mask_bits']) == [not has_masks] * n
        if has_masks:
            np.testing.assert_array_equal(columns['mask_bits'], mask)
        np.testing.assert_array_equal(columns['spectrum_mask'], (mask != 0) | ~(ivar > 0))

        # The fit of the line-spread function: numpy's weighted parabola, and as a check of its sense scipy's Gaussian.
        profile = np.where(rw[:, None] > 0, rtotal / np.where(rw > 0, rw, 1)[:, None], rmean)
        x = np.arange(-5, 6.)
        for row in range(0, n, 23):
            for p in list(range(0, pixels, 97)) + [0, 1, pixels - 1]:
                y = profile[row, :, p]
                k = y > 0.1 * max(y.max(), 0)
                got = columns['spectrum_lsf_sigma'][row, p]
                if k.sum() < 3:
                    assert np.isnan(got), (row, p, got)
                    continue
                c = np.polyfit(x[k], np.log(y[k]), 2, w=y[k])[0]
                if c >= 0:
                    assert np.isnan(got), (row, p, got)
                    continue
                np.testing.assert_allclose(got, np.sqrt(-0.5 / c) * 0.8, rtol=2e-4)
                if 10 < p < pixels - 11:
                    fit = curve_fit(lambda x, a, x0, s: a * np.exp(-(x - x0)**2 / 2 / s**2), x, y, p0=[y.max(), 0, 1])[0]
                    assert abs(got / (abs(fit[2]) * 0.8) - 1) < 0.1, (row, p, got, fit)

        # Native columns, ids, times, redshifts.
        for hdu in ('FIBERMAP', 'SCORES'):
            t = f[hdu].data
            for name in t.names:
                mine, want = columns[name], t[name]
                if want.dtype.kind in 'SU':
                    assert [str(s) for s in mine] == [s.rstrip() for s in want], name
                else:
                    assert mine.dtype == want.dtype.newbyteorder('='), name
                    assert mine.tobytes() == want.astype(mine.dtype).tobytes(), name
        np.testing.assert_array_equal(columns['object_id'], fm['TARGETID'])
        np.testing.assert_array_equal(columns['ra'], fm['TARGET_RA'])
        np.testing.assert_array_equal(columns['dec'], fm['TARGET_DEC'])
        e = f['EXP_FIBERMAP'].data
        for i, target in enumerate(fm['TARGETID']):
            mine = e[e['TARGETID'] == target]
            assert nulls['mjd'][i] == nulls['mjd_end'][i] == (len(mine) == 0), i
            if len(mine):
                assert columns['mjd'][i] == mine['MJD'].min()
                assert columns['mjd_end'][i] == (mine['MJD'] + mine['EXPTIME'] / 86400).max()
        if len(sys.argv) > 3:
            z = fits.open(sys.argv[3])['REDSHIFTS'].data
            row = {t: i for i, t in enumerate(z['TARGETID'])}
            for i, target in enumerate(fm['TARGETID']):
                for name in z.names:
                    if name == 'TARGETID':
                        continue
                    assert nulls[name][i] == (target not in row), (name, i)
                    if target in row:
                        mine, want = columns[name][i], z[name][row[target]]
                        assert mine == want.rstrip() if isinstance(want, str) else np.array_equal(mine, want), (name, i)
        print('agrees')
        """;

    [Fact]
    public async Task A_coadd_of_a_tile_agrees_with_astropy_with_its_redshift() => Assert.Equal("agrees",
        PythonColumns.Run(await Read($"files: {Tile}"), Judge, TestPaths.Data(Tile), TestPaths.Data(TileRedshifts)).Trim());

    [Fact]
    public async Task Coadds_of_a_pixel_agree_with_astropy() => Assert.Equal("agrees",
        PythonColumns.Run(await Read($"files: {Pixel}\nredshifts: none"), Judge, TestPaths.Data(Pixel)).Trim());

    [Fact]
    public async Task Masked_pixels_negative_ids_and_redshifts_in_another_order_agree_with_astropy()
    {
        using TemporaryFolder folder = new();
        MadeCoadds.Write(folder.Path);
        RowBatch rows = await Read("files: coadd-made.fits", folder.Path);
        Assert.Contains(((ColumnData<long>)rows["object_id"]).Values.ToArray(), id => id < 0);
        Assert.Equal("agrees", PythonColumns.Run(rows, Judge, folder["coadd-made.fits"], folder["redrock-made.fits"]).Trim());
    }

    [Theory] // cameras fail; desispec writes the arms of the others
    [InlineData("without Z", Traits = ["Run", "Long"])]
    [InlineData("without B", Traits = ["Run", "Long"])]
    [InlineData("without R Z")]
    [InlineData("no-masks")]
    public async Task A_file_without_some_arms_or_without_masks_agrees_with_astropy_and_is_reported(string change)
    {
        using TemporaryFolder folder = new();
        MadeCoadds.Write(folder.Path, change);
        List<string> messages = [];
        RowBatch rows = await Read("files: coadd-made.fits", folder.Path, messages.Add);
        Assert.Equal("agrees", PythonColumns.Run(rows, Judge, folder["coadd-made.fits"], folder["redrock-made.fits"]).Trim());
        Assert.EndsWith(change switch
        {
            "without Z" => "coadd-made.fits: it has the arms B and R alone",
            "without B" => "coadd-made.fits: it has the arms R and Z alone",
            "without R Z" => "coadd-made.fits: it has the arm B alone",
            _ => "coadd-made.fits: it has no masks: 'mask_bits' is null",
        }, Assert.Single(messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_of_files_that_repeat_targets_name_the_group()
    {
        RowBatch rows = await Read($"files: {Pixel}\nredshifts: none\nid: file");
        long[] targets = ((ColumnData<long>)rows["group_id"]).Values.ToArray();
        Assert.Equal($"sv3-dark-26065-{targets[1]}", ((TextColumnData)rows["object_id"]).Text(1));
        Assert.Equal(((ColumnData<long>)rows["TARGETID"]).Values.ToArray(), targets);
    }

    [Fact]
    public async Task A_target_without_a_position_is_an_error_or_a_skipped_row()
    {
        using TemporaryFolder folder = new();
        MadeCoadds.Write(folder.Path, "position");
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Read("files: coadd-made.fits", folder.Path));
        Assert.Contains("row 66, column 'TARGET_RA': NaN is not an angle", e.Message, StringComparison.Ordinal);

        List<SkippedRow> skipped = [];
        BuilderRun run = BuilderRuns.Builder("kind: desi-spectrum\nfiles: coadd-made.fits", folder.Path, skipBadRows: true,
            onSkip: skipped.Add);
        List<RowBatch> rows = await run.ReadAllAsync(TestContext.Current.CancellationToken);
        Assert.Equal(69, rows.Sum(r => r.RowCount));
        Assert.Equal(66, Assert.Single(skipped).Row);
    }

    [Theory]
    [InlineData("gap", "the arms B (to 5800 Å) and R (from 5860 Å) do not overlap")]
    [InlineData("shift", "the grids of the arms differ: R has")]
    [InlineData("unsorted", "HDU 'R_WAVELENGTH': wavelengths must increase, found 5745.6 at 7", Traits = ["Run", "Long"])]
    [InlineData("shape", "HDU 'Z_IVAR' should have the axes [2881, 70], found [2880, 70]", Traits = ["Run", "Long"])]
    [InlineData("unit", "HDU 'B_FLUX' should have the BUNIT '10**-17 erg/(s cm2 Angstrom)', found 'Jy'")]
    [InlineData("scores", "row 5 is target", Traits = ["Run", "Long"])]
    [InlineData("no-arm", "there is no HDU 'Z_FLUX'", Traits = ["Run", "Long"])]
    [InlineData("no-wavelength", "there is no HDU 'Z_WAVELENGTH'")]
    [InlineData("without R", "there is no arm R, and the arms B (to 5800 Å) and Z (from 7520 Å) do not overlap. Leave out this file.",
        Traits = ["Run", "Long"])]
    [InlineData("without B R Z", "there is no HDU 'B_WAVELENGTH', so this is not a coadd of DESI")]
    [InlineData("one-mask", "there is no HDU 'R_MASK', but other arms have a mask")]
    [InlineData("twice", "has two rows, 0 and 1")]
    public async Task A_file_that_differs_from_the_data_model_is_an_error(string change, string message)
    {
        using TemporaryFolder folder = new();
        MadeCoadds.Write(folder.Path, change);
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Read("files: coadd-made.fits", folder.Path));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Contains("-made.fits", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_single_exposures_is_refused()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys
            from astropy.io import fits
            from astropy.table import Table
            fibers = fits.BinTableHDU(Table({'TARGETID': [1], 'EXPID': [2]}), name='FIBERMAP')
            fits.HDUList([fits.PrimaryHDU(), fibers]).writeto(sys.argv[1])
            """, folder["spectra-sv3-dark-26065.fits"]);
        PileException e = await Assert.ThrowsAnyAsync<PileException>(
            () => Read("files: spectra-sv3-dark-26065.fits\nredshifts: none", folder.Path));
        Assert.Contains("single exposures, not coadds. List coadd-*.fits files", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spectra/spec-0266-51602-0031.fits", "there is no HDU 'FIBERMAP', so this is not a coadd of DESI")]
    [InlineData("spectra/redrock-test.fits", "a file of redshifts, not of coadds")]
    [InlineData("malformed/empty.fits", "it is empty")]
    public async Task Another_file_is_refused(string file, string message)
    {
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Read($"files: {file}\nredshifts: none"));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(file), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_of_redshifts_is_an_error_that_says_how_to_do_without()
    {
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Read($"files: {Pixel}"));
        Assert.Contains("redrock-sv3-dark-26065.fits.gz', does not exist", e.Message, StringComparison.Ordinal);
        Assert.Contains("redshifts: none", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spectra/spec-0266-51602-0031.fits", "there is no HDU 'FIBERMAP', so this is not a coadd of DESI")]
    [InlineData(TileRedshifts, "this is a file of redshifts, not of coadds. List coadd-*.fits files only")]
    public async Task A_glob_that_also_finds_other_files_is_an_error_about_these_instead_of_their_redshifts(string file, string message)
    {
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Read($"files: {file}"));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(file), e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redshifts: maybe", "expected redrock or none, found 'maybe'")]
    [InlineData("id: name", "expected TARGETID or file, found 'name'")]
    public void A_wrong_value_of_a_key_is_an_error(string key, string message) => Assert.Contains(message,
        Assert.ThrowsAny<PileException>(() => BuilderRuns.Builder($"kind: desi-spectrum\nfiles: {Tile}\n{key}")).Message,
        StringComparison.Ordinal);

    private static async Task<RowBatch> Read(string source, string? folder = null, Action<string>? report = null)
    {
        List<RowBatch> batches = await BuilderRuns.Builder($"kind: desi-spectrum\n{source}", folder, report)
            .ReadAllAsync(TestContext.Current.CancellationToken);
        return new RowBatch(batches[0].Columns.Select((_, i) => ColumnData.Concat([.. batches.Select(b => b.Columns[i])])));
    }
}
