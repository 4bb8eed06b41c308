using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

public class LightCurveFitsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory] // astropy reads the same file
    [InlineData("2009350155506", "", "PDCSAP_FLUX", 142)]
    [InlineData("2010009091648", "\nflux: SAP_FLUX", "SAP_FLUX", 0)]
    public async Task Kepler_quarter_agrees_with_astropy(string quarter, string option, string flux, int missingTimes)
    {
        BuilderRun builder = BuilderRuns.Builder($"kind: lightcurve-fits\nfiles: lightcurves/kplr*-{quarter}_llc.fits{option}");
        Assert.Equal(("time-series", "TDB", "BARYCENTER"), (builder.Facts.Modality, builder.Facts.TimeScale, builder.Facts.TimeReference));
        RowBatch row = Assert.Single(await builder.ReadAllAsync(Token));
        Assert.Equal(new TimeAxis("TDB", "BARYCENTER", 54_832.5), row["lightcurve_time"].Schema.Time);
        Assert.Equal("ok", PythonColumns.Run(row.WithoutText(), """
            from astropy.io import fits
            h = fits.open(sys.argv[2])
            p, t = h[0].header, h['LIGHTCURVE'].data
            assert (columns['ra'][0], columns['dec'][0], columns['group_id'][0]) == (p['RA_OBJ'], p['DEC_OBJ'], p['KEPLERID'])
            for name, source in [('time', 'TIME'), ('flux', sys.argv[3]), ('flux_err', sys.argv[3] + '_ERR'), ('quality', 'SAP_QUALITY')]:
                stored = columns['lightcurve_' + name]
                assert stored.shape == (1, 1, len(t))
                assert stored.dtype == t[source].dtype.newbyteorder('='), (name, stored.dtype)
                assert np.array_equal(stored[0, 0], t[source], equal_nan=name != 'quality'), name
            assert np.isnan(columns['lightcurve_time']).sum() == int(sys.argv[4])
            assert units['lightcurve_flux'] == h['LIGHTCURVE'].columns[sys.argv[3]].unit
            assert (columns['mjd'][0], columns['mjd_end'][0]) == (np.nanmin(t['TIME']) + 54832.5, np.nanmax(t['TIME']) + 54832.5)
            assert columns['lightcurve_length'][0, 0] == len(t)
            for key in ('KEPMAG', 'TEFF', 'LOGG', 'FEH', 'RADIUS', 'QUARTER'):
                assert columns[key][0] == p[key] and not nulls[key][0], key
            assert nulls['SECTOR'][0] and nulls['TESSMAG'][0]
            print('ok')
            """, TestPaths.Data($"lightcurves/kplr011442793-{quarter}_llc.fits"), flux,
            missingTimes.ToString(System.Globalization.CultureInfo.InvariantCulture)).Trim());
        Assert.Equal(($"kplr011442793-{quarter}_llc", "Kepler", "KIC 11442793"),
            (Text(row, "object_id"), Text(row, "lightcurve_band"), Text(row, "OBJECT")));
    }

    [Theory]
    [InlineData("B", "int32")]
    [InlineData("I", "int32")]
    [InlineData("K", "int64")]
    [InlineData("unsigned J", "int64")]
    public async Task Flags_of_every_integer_type_are_those_that_astropy_reads(string form, string stored)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            with fits.open(sys.argv[1]) as h:
                t, form = h['LIGHTCURVE'], sys.argv[3]
                flags = np.arange(len(t.data)) % 250
                if form == 'unsigned J': flags[3] = 3_000_000_000
                if form == 'K': flags[3] = 1 << 40
                new = fits.Column('SAP_QUALITY', form[-1], array=flags.astype({'B': 'u1', 'I': 'i2', 'K': 'i8'}.get(form, 'u4')),
                    bzero=1 << 31 if form == 'unsigned J' else None)
                h['LIGHTCURVE'] = fits.BinTableHDU.from_columns([c for c in t.columns if c.name != 'SAP_QUALITY'] + [new], t.header)
                h['LIGHTCURVE'].name = 'LIGHTCURVE'
                h.writeto(sys.argv[2])
            """, TestPaths.Data("lightcurves/kplr011442793-2009350155506_llc.fits"), folder["l.fits"], form);
        RowBatch row = Assert.Single(await BuilderRuns.Builder("kind: lightcurve-fits\nfiles: l.fits", folder.Path).ReadAllAsync(Token));
        Assert.Equal("ok", PythonColumns.Run(row, """
            from astropy.io import fits
            assert columns['lightcurve_quality'].dtype == sys.argv[3]
            assert np.array_equal(columns['lightcurve_quality'][0, 0], fits.getdata(sys.argv[2], 'LIGHTCURVE')['SAP_QUALITY'])
            print('ok')
            """, folder["l.fits"], stored).Trim());
    }

    [Fact]
    public async Task A_file_that_is_not_a_light_curve_is_rejected_by_name()
    {
        SchemaMismatchException error = await Assert.ThrowsAsync<SchemaMismatchException>(() =>
            BuilderRuns.Builder("kind: lightcurve-fits\nfiles: catalog/result.fits").ReadAllAsync(Token));
        Assert.Contains("result.fits: there is no HDU 'LIGHTCURVE', so this is not a light curve", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_infinite_time_is_named_by_its_row()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            with fits.open(sys.argv[1]) as h:
                h['LIGHTCURVE'].data['TIME'][7] = np.inf
                h.writeto(sys.argv[2])
            """, TestPaths.Data("lightcurves/kplr011442793-2009350155506_llc.fits"), folder["inf.fits"]);
        ValueInvalidException error = await Assert.ThrowsAsync<ValueInvalidException>(
            () => BuilderRuns.Builder("kind: lightcurve-fits\nfiles: inf.fits", folder.Path).ReadAllAsync(Token));
        Assert.Contains("inf.fits, row 7, column 'TIME': Infinity is not a finite time", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("h.columns['TIME'].unit = 's'", "column 'TIME': times should be in days, found 's'")]
    [InlineData("h.columns['TIME'].unit = 'BJD - 2457000, days'", "time 0 is JD 2457000, but by BJDREFI and BJDREFF, JD 2454833")]
    [InlineData("h.columns['PDCSAP_FLUX_ERR'].unit = 'mJy'; h.columns['PDCSAP_FLUX'].unit = 'Jy'",
        "its unit is 'mJy', but that of the flux is 'Jy'")]
    public async Task Units_that_contradict_header_or_flux_are_errors(string change, string message)
    {
        using TemporaryFolder folder = new();
        Change(folder["x.fits"], change);
        SchemaMismatchException error = await Assert.ThrowsAsync<SchemaMismatchException>(
            () => BuilderRuns.Builder("kind: lightcurve-fits\nfiles: x.fits", folder.Path).ReadAllAsync(Token));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_far_from_the_present_are_reported()
    {
        using TemporaryFolder folder = new();
        Change(folder["x.fits"], "h.data['TIME'] += 2454833");
        List<string> messages = [];
        await BuilderRuns.Builder("kind: lightcurve-fits\nfiles: x.fits", folder.Path, messages.Add).ReadAllAsync(Token);
        Assert.Contains("x.fits: column 'TIME': the value 2455", Assert.Single(messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fluxes_of_64_bits_keep_their_digits()
    {
        using TemporaryFolder folder = new();
        Change(folder["x.fits"], """
            t = Table(h.data)
            for name in ('PDCSAP_FLUX', 'PDCSAP_FLUX_ERR'):
                t[name] = t[name].astype('f8') * (1 + 1e-12)
            f['LIGHTCURVE'] = fits.BinTableHDU(t, h.header, name='LIGHTCURVE')
            """);
        RowBatch row = Assert.Single(await BuilderRuns.Builder("kind: lightcurve-fits\nfiles: x.fits", folder.Path).ReadAllAsync(Token));
        Assert.Equal("ok", PythonColumns.Run(row.WithoutText(), """
            from astropy.io import fits
            t = fits.getdata(sys.argv[2], 'LIGHTCURVE')
            for name, source in [('flux', 'PDCSAP_FLUX'), ('flux_err', 'PDCSAP_FLUX_ERR')]:
                stored = columns['lightcurve_' + name]
                assert stored.dtype == np.float64
                assert np.array_equal(stored[0, 0], t[source], equal_nan=True), name
            print('ok')
            """, folder["x.fits"]).Trim());
    }

    private static void Change(string path, string change) => Python.Run($"""
        import sys, numpy as np
        from astropy.io import fits
        from astropy.table import Table
        with fits.open(sys.argv[1]) as f:
            h = f['LIGHTCURVE']
            exec(sys.argv[3])
            f.writeto(sys.argv[2])
        """, TestPaths.Data("lightcurves/kplr011442793-2009350155506_llc.fits"), path, change);

    private static string Text(RowBatch row, string column) => ((TextColumnData)row[column]).Text(0);
}

/// <summary>The numeric columns, which <see cref="PythonColumns"/> supports.</summary>
file static class Numbers
{
    internal static RowBatch WithoutText(this RowBatch batch) => new(batch.Columns.Where(c => c is not TextColumnData));
}
