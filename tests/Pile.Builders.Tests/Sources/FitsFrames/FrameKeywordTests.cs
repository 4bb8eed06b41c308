using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.FitsFrames;

/// <summary>Times and native columns of frames from their headers.</summary>
public class FrameKeywordTests
{
    private const string Exposures = "files: legacypipe-testcase3/*_ooi_*.fits\nunit: count\n";

    [Theory]
    [InlineData("MJD-OBS")]
    [InlineData("DATE-OBS")]
    public async Task Times_and_keywords_of_exposures_are_those_that_astropy_reads(string keyword)
    {
        RowBatch rows = await Frames.ReadAsync($"{Exposures}mjd: {keyword}\ntime_scale: UTC\nkeywords: [EXPTIME, AIRMASS, OBSID, ra, RA]",
            TestPaths.Data("images"));
        Assert.Equal("4", PythonColumns.Run(rows, """
            from astropy.io import fits
            from astropy.time import Time
            for i, name in enumerate(columns['object_id']):
                header = fits.getheader(f'{sys.argv[2]}/{name}.fits')
                start = Time(header['DATE-OBS'], scale='utc').mjd if sys.argv[3] == 'DATE-OBS' else header['MJD-OBS']
                assert abs(columns['mjd'][i] - start) < 1e-9, (columns['mjd'][i], start)
                assert (columns['EXPTIME'][i], columns['AIRMASS'][i]) == (header['EXPTIME'], header['AIRMASS'])
                assert columns['OBSID'][i] == header['OBSID']
                assert columns['RA'][i] == header['RA'] and columns['header_ra'][i] == header['RA']
            print(len(columns['mjd']))
            """, TestPaths.Data("images/legacypipe-testcase3"), keyword).Trim());
        Assert.Null(rows.Find("mjd_end"));
    }

    [Fact]
    public async Task Tiles_have_the_times_of_their_frame_and_bands_together_last_from_the_first_start_to_the_last_end()
    {
        using TemporaryFolder folder = FitsImageTests.Bricks(["b1-g", "b1-r", "b2-g", "b2-r"]);
        Python.Run("""
            import sys
            from astropy.io import fits
            for file, start, end, seeing in (('b1-g', 58000.25, 58000.5, 1.2), ('b1-r', 57999.75, 58000.375, 1.3),
                                             ('b2-g', 58001, '', None), ('b2-r', '', '', 1.5)):
                with fits.open(f'{sys.argv[1]}/{file}.fits', mode='update') as f:
                    f[0].header.update({'MJD-OBS': start, 'MJD-END': end})
                    if seeing:
                        f[0].header['SEEING'] = (seeing, '[arcsec] seeing')
            """, folder.Path);
        RowBatch[] batches = [.. await BuilderRuns.Builder("""
            kind: fits-image
            group: "(b[0-9])-"
            bands: [{ name: g, files: "*-g.fits" }, { name: r, files: "*-r.fits" }]
            tile: 16
            mjd: MJD-OBS
            mjd_end: MJD-END
            time_scale: TAI
            keywords: [SEEING]
            """, folder.Path).ReadAllAsync(TestContext.Current.CancellationToken)];
        Assert.Equal([4, 4], batches.Select(b => b.RowCount));
        Assert.All(Frames.Values<double>(batches[0], "mjd"), mjd => Assert.Equal(57999.75, mjd));
        Assert.All(Frames.Values<double>(batches[0], "mjd_end"), mjd => Assert.Equal(58000.5, mjd));
        Assert.All(Frames.Values<double>(batches[0], "SEEING"), arcsec => Assert.Equal(1.2, arcsec));
        Assert.All(Frames.Values<double>(batches[1], "mjd"), mjd => Assert.Equal(58001, mjd));
        Assert.Equal([true, true, true, true], batches[1]["mjd_end"].IsNull.ToArray());
        Assert.Null(batches[1].Find("SEEING")); // null in the dataset: the first band's frame has no such keyword
    }

    [Theory]
    [InlineData("mjd: MJD-OBS", "times need 'time_scale'")]
    [InlineData("mjd: MJD-OBS\ntime_scale: TDB", "its times are UTC in the file, but TDB in the recipe")]
    [InlineData("mjd: DATE-END\ntime_scale: UTC", "there is no keyword 'DATE-END' in HDU")]
    [InlineData("mjd: OBSTYPE\ntime_scale: UTC", "a modified Julian date, or")]
    public async Task Times_that_cannot_be_read_are_an_error(string yaml, string message)
    {
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Frames.ReadAsync(Exposures + yaml, TestPaths.Data("images")));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }
}
