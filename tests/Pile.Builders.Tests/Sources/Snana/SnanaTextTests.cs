using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Snana;

public sealed class SnanaTextTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact] // Python parses the same files, h5py reads the dataset
    public async Task Files_of_three_surveys_agree_with_Python()
    {
        await SnanaFiles.BuildAsync("""
            kind: snana
            files: lightcurves/pantheon/*/*
            id: "{SURVEY}-{SNID}"
            time: { scale: UTC, reference: TOPOCENTER }
            """, TestPaths.Data(""), folder["out"], skipBadRows: false, Token);
        Assert.Equal("3 objects, 143 samples", Python.Run("""
            import glob, math, sys, h5py, numpy as np
            texts = ('SNID', 'SURVEY', 'IAUC', 'FILTERS')
            def number(word):
                try: return float(word)
                except ValueError: return None
            def parse(path):
                head, obs, names = {}, [], None
                for line in open(path):
                    words = line.split('#')[0].split()
                    if not words or words[0] == 'END:': continue
                    if words[0] == 'OBS:': obs.append(dict(zip(names, words[1:])))
                    elif words[0].rstrip(':') == 'VARLIST': names = words[1:]
                    else:
                        key = words[0][:-1]
                        head[key] = words[1] if key in texts or number(words[1]) is None else number(words[1])
                        if words[2:3] == ['+-']: head[key + '_ERR'] = float(words[3])
                return head, obs
            files = [parse(p) for p in glob.glob(sys.argv[2] + '/*/*')]
            kept = set().union(*[h for h, _ in files]) - {'RA', 'DEC', 'DECL', 'NVAR'}
            objects = samples = 0
            for name in glob.glob(sys.argv[1] + '/main/*/*.hdf5'):
                h = h5py.File(name)
                assert h.attrs['time_scale'] in ('UTC', b'UTC')
                for i, oid in enumerate(h['object_id'].asstr()[:]):
                    [(head, obs)] = [f for f in files if f[0]['SURVEY'] + '-' + f[0]['SNID'] == oid]
                    assert (h['ra'][i], h['dec'][i]) == (head['RA'], head.get('DEC', head.get('DECL')))
                    times = [float(o['MJD']) for o in obs]
                    assert (h['mjd'][i], h['mjd_end'][i]) == (min(times), max(times))
                    bands = sorted({o['FLT'] for o in obs})
                    count = h['lightcurve_time_shape'][i][0]
                    assert list(h['lightcurve_band'].asstr()[i][:count]) == bands
                    for b, band in enumerate(bands):
                        own = sorted((o for o in obs if o['FLT'] == band), key=lambda o: float(o['MJD']))
                        assert h['lightcurve_length'][i][b] == len(own)
                        for column, source in [('time', 'MJD'), ('flux', 'FLUXCAL'), ('flux_err', 'FLUXCALERR')]:
                            stored = h['lightcurve_' + column][i][b]
                            assert stored.dtype == 'f8'
                            assert list(stored[:len(own)]) == [float(o[source]) for o in own], (oid, band, column)
                            assert not stored[len(own):].any()
                        samples += len(own)
                    for key in kept:
                        stored = h[key].asstr()[i] if h[key].dtype.kind in 'SO' else h[key][i]
                        isnull = h[key + '_isnull'][i] if key + '_isnull' in h else False
                        assert isnull == (key not in head), (oid, key)
                        assert isnull or stored == head[key], (oid, key, stored, head[key])
                    objects += 1
                assert h['NOBS'].dtype == h['SNTYPE'].dtype == h['PRIVATE(COSMO)'].dtype == 'i8'
                assert h['SEARCH_PEAKMJD'].dtype == h['MWEBV'].dtype == h['HOST_LOGMASS_ERR'].dtype == 'f8'
                assert list(h['HOSTGAL_LOGMASS'].attrs['sentinels']) == [-9]
                assert 'sentinels' not in h['VPEC'].attrs and 'sentinels' not in h['DEC_HOST'].attrs
            print(f'{objects} objects, {samples} samples')
            """, folder["out"], TestPaths.Data("lightcurves/pantheon")).Trim());
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("gzip")]
    [InlineData("crlf")]
    [InlineData("documented")]
    [InlineData("with spectra")]
    public async Task Variants_of_a_file_have_the_same_row(string variant)
    {
        RowBatch expected = await ReadAsync(SnanaFiles.Complete), row = await ReadAsync(variant switch
        {
            "crlf" => SnanaFiles.Complete.Replace("\n", "\r\n", StringComparison.Ordinal),
            "documented" => "DOCUMENTATION:\n  PURPOSE: a sample\n  NOBS: 99\nDOCUMENTATION_END:\n\n# Größe in ″\n" + SnanaFiles.Complete,
            "with spectra" => SnanaFiles.Header
                + SnanaFiles.Rows.Replace("OBS: 59001", "DETECTION: first\nOBS: 59001", StringComparison.Ordinal)
                + "END_PHOTOMETRY:\n\nNSPECTRA: 1\nSPECTRUM_ID: 1\nSPEC: 4000 4010 1.5 0.5\n",
            _ => SnanaFiles.Complete,
        }, variant == "gzip");
        Assert.Equal(expected.Columns.Select(c => c.Schema.ToString()), row.Columns.Select(c => c.Schema.ToString()));
        foreach (ColumnData column in expected.Columns)
            Assert.Equal(Bytes(column), Bytes(row[column.Schema.Name]));
        Assert.Equal([59000.25, 59002.25, 59001.25, 0], row.Values<double>("lightcurve_time").ToArray());
        Assert.Equal([1.5, 3.5, -2.5, 0], row.Values<double>("lightcurve_flux").ToArray());
        Assert.Equal((10.5, -20.25), (row.Values<double>("ra")[0], row.Values<double>("dec")[0]));
        Assert.Equal((59001.5, 0.25), (row.Values<double>("PEAKMJD")[0], row.Values<double>("PEAKMJD_ERR")[0]));
        Assert.Equal(("a1", "a1", "TEST"), (Text(row, "object_id"), Text(row, "SNID"), Text(row, "SURVEY")));
        Assert.Equal(3, row.Values<long>("NOBS")[0]);
    }

    [Fact]
    public async Task Comments_may_be_in_any_encoding_and_a_file_may_have_one_measurement()
    {
        string header = SnanaFiles.Header.Replace("NOBS: 3", "NOBS: 1 # für München", StringComparison.Ordinal);
        await File.WriteAllBytesAsync(folder["a.dat"], [.. System.Text.Encoding.Latin1.GetBytes(header),
            .. "OBS: nan g NULL nan -inf\nEND:\n"u8], Token);
        RowBatch row = Assert.Single(await BuilderRuns.Builder("kind: snana\nfiles: a.dat", folder.Path).ReadAllAsync(Token));
        Assert.Equal([double.NaN], row.Values<double>("lightcurve_time").ToArray());
        Assert.Equal([double.NaN], row.Values<double>("lightcurve_flux").ToArray());
        Assert.Equal([double.NegativeInfinity], row.Values<double>("lightcurve_flux_err").ToArray());
        Assert.True(row["mjd"].IsNullAt(0));
    }

    [Fact]
    public async Task Magnitudes_flags_and_names_of_bands_are_chosen_by_the_recipe()
    {
        List<string> notes = [];
        RowBatch row = Assert.Single(await BuilderRuns.Builder("""
            kind: snana
            files: lightcurves/pantheon/Foundation_DJ17/FOUND_F15aqb.txt
            flux: MAG
            quality: FLAG
            band: { names: { z: PS1-z, i: PS1-i, r: PS1-r, g: PS1-g } }
            """, onMessage: notes.Add).ReadAllAsync(Token));
        Assert.Equal("ok", PythonColumns.Run(row, """
            names = 'MJD FLT FIELD FLUXCAL FLUXCALERR MAG MAGERR FWHM FLAG'.split()
            obs = [dict(zip(names, l.split()[1:])) for l in open(sys.argv[2]) if l.startswith('OBS:')]
            assert list(columns['lightcurve_band'][0]) == ['PS1-z', 'PS1-i', 'PS1-r', 'PS1-g']
            for b, band in enumerate('zirg'):
                own = [o for o in obs if o['FLT'] == band]
                for column, source in [('time', 'MJD'), ('flux', 'MAG'), ('flux_err', 'MAGERR'), ('quality', 'FLAG')]:
                    stored = columns['lightcurve_' + column][0, b]
                    assert list(stored[:len(own)]) == [float(o[source]) for o in own], (band, column)
            assert columns['lightcurve_quality'].dtype == 'i4'
            assert units['lightcurve_flux'] == units['lightcurve_flux_err'] == 'mag'
            print('ok')
            """, TestPaths.Data("lightcurves/pantheon/Foundation_DJ17/FOUND_F15aqb.txt")).Trim());
        Assert.Equal("the dataset does not contain these columns of the measurements: FIELD, FLUXCAL, FLUXCALERR, FWHM",
            Assert.Single(notes));
    }

    [Theory] // the type of a key depends on all files
    [InlineData("7", "8", DType.Int64, "7")]
    [InlineData("7", "8.5", DType.Float64, "7")]
    [InlineData("7", "unknown", DType.String, "7")]
    [InlineData("7 km/s", "unknown", DType.String, "7 km/s")]
    [InlineData("7 km/s", "-9", DType.Int64, "7")]
    [InlineData("1152921504606846977", "-9", DType.Int64, "1152921504606846977")]
    [InlineData("1152921504606846977", "0.5", DType.String, "1152921504606846977")]
    [InlineData("0042", "43", DType.String, "0042")]
    [InlineData("22.5 21.5 21.0", "20", DType.String, "22.5 21.5 21.0")]
    [InlineData("", "8", DType.Int64, null)]
    public async Task A_key_has_one_type_in_all_files(string value, string other, DType type, string? stored)
    {
        await File.WriteAllTextAsync(folder["a.dat"], $"KEY: {value}\n{SnanaFiles.Complete}", Token);
        await File.WriteAllTextAsync(folder["b.dat"], $"KEY: {other}\n{SnanaFiles.Complete}", Token);
        List<RowBatch> rows = await BuilderRuns.Builder("kind: snana\nfiles: '*.dat'", folder.Path).ReadAllAsync(Token);
        ColumnData[] keys = [.. rows.Select(row => row["KEY"])];
        Assert.Equal([type, type], keys.Select(k => k.Schema.DType));
        Assert.Equal(stored, keys[0].IsNullAt(0) ? null : keys[0] switch
        {
            ColumnData<long> c => $"{c.Values.Span[0]}",
            ColumnData<double> c => $"{c.Values.Span[0]}",
            var c => ((TextColumnData)c).Text(0),
        });
    }

    [Fact] // astropy converts FK5 of 1975 to ICRS
    public async Task Positions_of_another_frame_are_converted()
    {
        await File.WriteAllTextAsync(folder["a.dat"], SnanaFiles.Complete, Token);
        RowBatch row = Assert.Single(
            await BuilderRuns.Builder("kind: snana\nfiles: a.dat\nframe: galactic", folder.Path).ReadAllAsync(Token));
        double[] expected = [.. Python.Run("""
            from astropy.coordinates import SkyCoord
            c = SkyCoord(l=10.5, b=-20.25, unit='deg', frame='galactic').icrs
            print(repr(float(c.ra.deg)), repr(float(c.dec.deg)))
            """).Trim().Split().Select(t => double.Parse(t, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(expected[0], row.Values<double>("ra")[0], 1e-9);
        Assert.Equal(expected[1], row.Values<double>("dec")[0], 1e-9);
    }

    private async Task<RowBatch> ReadAsync(string content, bool isGzip = false)
    {
        string file = isGzip ? folder["a.dat.gz"] : folder["a.dat"];
        await using (Stream stream = isGzip
            ? new System.IO.Compression.GZipStream(File.Create(file), System.IO.Compression.CompressionLevel.Fastest) : File.Create(file))
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(content), Token);
        return Assert.Single(
            await BuilderRuns.Builder($"kind: snana\nfiles: {Path.GetFileName(file)}", folder.Path).ReadAllAsync(Token));
    }

    private static byte[] Bytes(ColumnData column) => column is TextColumnData text ? text.Utf8.ToArray() : column.RowBytes(0).ToArray();

    private static string Text(RowBatch row, string column) => ((TextColumnData)row[column]).Text(0);
}
