using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Snana;

public sealed class SnanaFitsTests : IDisposable
{
    private const string Source = "kind: snana\nfiles: '*_HEAD.FITS*'\ntime: { scale: TAI }";

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory] // astropy reads the same files, h5py the dataset
    [InlineData("FLUXCAL", "FLUXCALERR")]
    [InlineData("MAG", "MAGERR")]
    public async Task Pair_of_the_SNLS_agrees_with_astropy(string flux, string fluxErr)
    {
        await SnanaFiles.BuildAsync($"kind: snana\nfiles: lightcurves/snana/*_head.fits\nflux: {flux}\ntime: {"{ scale: UTC }"}",
            TestPaths.Data(""), folder["out"], skipBadRows: false, Token);
        Assert.Equal("2 objects, 95 samples", Compare(TestPaths.Data("lightcurves/snana/snana_fits_example_head.fits"),
            TestPaths.Data("lightcurves/snana/snana_fits_example_phot.fits"), flux, fluxErr));
    }

    [Theory]
    [InlineData("a_HEAD.FITS", "a_PHOT.FITS", "a_PHOT.FITS")]
    [InlineData("a_HEAD.FITS.gz", "a_PHOT.FITS.gz", "a_PHOT.FITS")] // compressed after it was named
    [InlineData("a_HEAD.FITS.gz", "a_PHOT.FITS", "other_PHOT.FITS")] // renamed, and found by the name of HEAD
    [InlineData("a_HEAD.FITS", "b.fits", "/data/b.fits")] // only the name counts, not the folder
    [InlineData("a_HEAD.FITS", "a_PHOT.FITS", "")]
    public async Task Pairs_are_found_by_keyword_or_name_and_agree_with_astropy(string head, string phot, string keyword)
    {
        SnanaFiles.WritePair(folder, $"names = ['{head}', '{phot}']; keys['PHOTFILE'] = '{keyword}'");
        await SnanaFiles.BuildAsync(Source, folder.Path, folder["out"], skipBadRows: false, Token);
        Assert.Equal("2 objects, 5 samples", Compare(folder[head], folder[phot], "FLUXCAL", "FLUXCALERR"));
    }

    [Fact]
    public async Task Values_that_are_stored_as_in_the_file_have_its_types()
    {
        SnanaFiles.WritePair(folder);
        List<string> notes = [];
        RowBatch rows = Assert.Single(
            await BuilderRuns.Builder(Source + "\nid: '{SURVEY}-{SNID}'", folder.Path, notes.Add).ReadAllAsync(Token));
        Assert.Equal(["TEST-s1", "TEST-s2"], Enumerable.Range(0, 2).Select(i => ((TextColumnData)rows["object_id"]).Text(i)));
        Assert.Equal(["s1", "s2"], Enumerable.Range(0, 2).Select(i => ((TextColumnData)rows["SNID"]).Text(i)));
        Assert.Equal([(1L << 60) + 1, -9], rows.Values<long>("HOSTGAL_OBJID").ToArray());
        Assert.Equal([-9, 59001.5f], rows.Values<float>("PEAKMJD").ToArray());
        Assert.Equal([-9.0], rows["PEAKMJD"].Schema.Sentinels);
        Assert.Equal([1, 0, 4096, 0, 0, 2], rows.Values<int>("lightcurve_quality").ToArray());
        Assert.Equal([float.NaN, 0, -3.3f, 1.1f, 5.5f, 6.6f], rows.Values<float>("lightcurve_flux").ToArray());
        Assert.Equal([2, 2, 1, 2], (int[])[rows["lightcurve_flux"].ShapeOf(0)[0], rows["lightcurve_flux"].ShapeOf(0)[1],
            rows["lightcurve_flux"].ShapeOf(1)[0], rows["lightcurve_flux"].ShapeOf(1)[1]]);
        Assert.DoesNotContain(rows.Columns, c => c.Schema.Name is "RA" or "DEC" or "PTROBS_MIN" or "PTROBS_MAX");
        Assert.Empty(notes);
    }

    [Theory]
    [InlineData("head['PTROBS_MAX'][1] = 8",
        "a_HEAD.FITS, row 1, column 'PTROBS_MAX': 8 is not a row of the PHOT file, 5 (PTROBS_MIN) to 7")]
    [InlineData("head['PTROBS_MAX'][1] = 4",
        "a_HEAD.FITS, row 1, column 'PTROBS_MAX': 4 is not a row of the PHOT file, 5 (PTROBS_MIN) to 7")]
    [InlineData("head['PTROBS_MIN'][0] = 0", "a_HEAD.FITS, row 0, column 'PTROBS_MIN': 0 is not a row of the PHOT file, 1 to 7")]
    [InlineData("head['PTROBS_MIN'][0] = -9", "a_HEAD.FITS, row 0, column 'PTROBS_MIN': -9 is not a row")]
    [InlineData("head['NOBS'][1] = 3", "a_HEAD.FITS, row 1, column 'NOBS': 3 is not the number of rows from PTROBS_MIN to PTROBS_MAX, 2")]
    [InlineData("head['PTROBS_MIN'][1] = 4; head['NOBS'][1] = 3",
        "a_PHOT.FITS, row 3, column 'MJD': -777, which separates objects, is not a")]
    [InlineData("head['PTROBS_MAX'][1] = 7; head['NOBS'][1] = 3",
        "a_PHOT.FITS, row 6, column 'MJD': -777, which separates objects, is not a")]
    [InlineData("head['RA'][1] = -999", "a_HEAD.FITS, row 1, column 'RA, DEC': -999, 45.5 is not a position on the sky")]
    [InlineData("head['DEC'][1] = np.nan", "a_HEAD.FITS, row 1, column 'RA, DEC': 350.25, NaN is not a position on the sky")]
    [InlineData("head['RA'][1] = head['DEC'][1] = -9", "a_HEAD.FITS, row 1, column 'RA, DEC': -9, -9 is not a position on the sky")]
    [InlineData("head['SNID'][1] = ''", "a_HEAD.FITS, row 1, column 'SNID': an empty text is not an id")]
    [InlineData("phot['BAND'][4] = ''", "a_PHOT.FITS, row 4, column 'BAND': a missing value is not a band")]
    [InlineData("phot['MJD'][4] = np.inf", "a_PHOT.FITS, row 4, column 'MJD': Infinity is not a finite time")]
    public async Task A_bad_object_is_named_and_can_be_skipped(string change, string message)
    {
        SnanaFiles.WritePair(folder, change);
        PileException error = await Assert.ThrowsAnyAsync<PileException>(
            () => BuilderRuns.Builder(Source, folder.Path).ReadAllAsync(Token));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        List<SkippedRow> skipped = [];
        RowBatch row = Assert.Single(
            await BuilderRuns.Builder(Source, folder.Path, skipBadRows: true, onSkip: skipped.Add).ReadAllAsync(Token));
        Assert.Equal((1, 1), (row.RowCount, skipped.Count));
    }

    [Theory]
    [InlineData("names[1] = None", "a_HEAD.FITS: there is no PHOT file in the same folder: a_PHOT.FITS. Download it")]
    [InlineData("names[1] = None; keys['PHOTFILE'] = 'x.fits'", "there is no PHOT file in the same folder: x.fits or a_PHOT.FITS")]
    [InlineData("head.remove_column('SNID')", "a_HEAD.FITS: there is no table with a column 'SNID', so that it is not a HEAD file")]
    [InlineData("head.remove_column('PTROBS_MIN')", "a_HEAD.FITS, column 'PTROBS_MIN': there is no such column; the columns are SNID, RA")]
    [InlineData("head.remove_column('DEC')", "a_HEAD.FITS, column 'DEC': there is no such column; the columns are SNID, RA")]
    [InlineData("phot.remove_column('MJD')", "a_PHOT.FITS: there is no table with a column 'MJD', so that it is not a PHOT file")]
    [InlineData("phot.remove_column('FLUXCAL')", "a_PHOT.FITS, column 'FLUXCAL': there is no such column of measurements")]
    [InlineData("phot['FLUXCAL'] = phot['BAND']", "a_PHOT.FITS, column 'FLUXCAL': expected one float64 per row, found TFORM 1A")]
    public async Task A_pair_that_does_not_fit_is_reported(string change, string message)
    {
        SnanaFiles.WritePair(folder, change);
        PileException error = await Assert.ThrowsAnyAsync<PileException>(
            () => BuilderRuns.Builder(Source, folder.Path).ReadAllAsync(Token));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a_HEAD.FITS")]
    [InlineData("a_PHOT.FITS")]
    public async Task A_truncated_file_is_reported(string file)
    {
        SnanaFiles.WritePair(folder);
        await using (FileStream stream = new(folder[file], FileMode.Open))
            stream.SetLength(stream.Length - 2880);
        PileException error = await Assert.ThrowsAnyAsync<PileException>(
            () => BuilderRuns.Builder(Source, folder.Path).ReadAllAsync(Token));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_without_measurements_has_no_row_and_one_measurement_is_enough()
    {
        SnanaFiles.WritePair(folder, "head['NOBS'] = [0, 1]; head['PTROBS_MAX'][1] = 5");
        List<SkippedRow> skipped = [];
        RowBatch row = Assert.Single(await BuilderRuns.Builder(Source, folder.Path, onSkip: skipped.Add).ReadAllAsync(Token));
        Assert.Equal([59003.25], row.Values<double>("lightcurve_time").ToArray());
        Assert.Equal("the object has no measurements", Assert.Single(skipped).Reason);
    }

    [Fact]
    [Trait("Run", "Long")]
    public async Task More_objects_than_one_part_agree_with_astropy()
    {
        SnanaFiles.WritePair(folder, """
            n = 1100 # more than are read at a time
            head = Table({'SNID': np.arange(n), 'RA': np.linspace(0, 359, n), 'DEC': np.linspace(-80, 80, n), 'NOBS': np.full(n, 1),
                          'PTROBS_MIN': 1 + 2 * np.arange(n), 'PTROBS_MAX': 1 + 2 * np.arange(n), 'DECIMAL': np.arange(n) / 7})
            phot = Table({'MJD': np.where(np.arange(2 * n) % 2, -777.0, 59000 + np.arange(2 * n)), 'BAND': ['r', '-'] * n,
                          'PHOTFLAG': np.zeros(2 * n, 'i4'), 'FLUXCAL': np.arange(2 * n) / 3, 'FLUXCALERR': np.arange(2 * n) / 9})
            """.ReplaceLineEndings("\n"));
        await SnanaFiles.BuildAsync(Source, folder.Path, folder["out"], skipBadRows: false, Token);
        Assert.Equal("1100 objects, 1100 samples", Compare(folder["a_HEAD.FITS"], folder["a_PHOT.FITS"], "FLUXCAL", "FLUXCALERR"));
    }

    private string Compare(string head, string phot, string flux, string fluxErr) => Python.Run("""
        import glob, sys, h5py, numpy as np
        from astropy.io import fits
        out, head, phot, flux, err = sys.argv[1:]
        primary, head, phot = fits.getheader(head), fits.getdata(head, 1), fits.getdata(phot, 1)
        band = 'FLT' if 'FLT' in phot.names else 'BAND'
        rows = {str(row['SNID']): row for row in head}
        objects = samples = 0
        for name in glob.glob(out + '/main/*/*.hdf5'):
            h = {k: v.asstr()[:] if v.dtype.kind in 'SO' else v[:] for k, v in h5py.File(name).items()}
            for i, oid in enumerate(h['object_id']):
                row = rows[oid]
                own = phot[row['PTROBS_MIN'] - 1:row['PTROBS_MAX']]
                assert len(own) == row['NOBS'] and h['ra'][i] == row['RA']
                assert h['dec'][i] == row['DEC' if 'DEC' in head.names else 'DECL']
                assert (h['mjd'][i], h['mjd_end'][i]) == (own['MJD'].min(), own['MJD'].max())
                bands = sorted(set(own[band]))
                count = h['lightcurve_time_shape'][i][0]
                assert list(h['lightcurve_band'][i][:count]) == bands
                for b, value in enumerate(bands):
                    part = own[own[band] == value]
                    part = part[np.argsort(part['MJD'], kind='stable')]
                    n = h['lightcurve_length'][i][b]
                    assert n == len(part)
                    for column, source in [('time', 'MJD'), ('flux', flux), ('flux_err', err), ('quality', 'PHOTFLAG')]:
                        stored = h['lightcurve_' + column][i][b]
                        assert stored.dtype == part[source].dtype.newbyteorder('='), (column, stored.dtype)
                        assert stored[:n].tobytes() == part[source].astype(stored.dtype).tobytes(), (oid, value, column)
                    samples += n
                for key in set(head.names) - {'RA', 'DEC', 'DECL', 'PTROBS_MIN', 'PTROBS_MAX'}:
                    stored = h[key][i]
                    assert stored == row[key] and (h[key].dtype == object or h[key].dtype == head[key].dtype.newbyteorder('=')), key
                assert h['SURVEY'][i] == primary['SURVEY']
                objects += 1
        print(f'{objects} objects, {samples} samples')
        """, folder["out"], head, phot, flux, fluxErr).Trim();
}
