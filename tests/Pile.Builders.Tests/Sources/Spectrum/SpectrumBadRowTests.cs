using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>A fault of one spectrum of a file is one of its row: with bad rows skipped, the other spectra of the file are kept.</summary>
public class SpectrumBadRowTests
{
    private const string Keys = "flux: f\nwavelength: { column: w, medium: vacuum }\nivar: { column: s, kind: rms }\n"
        + "mask: { column: m }\nlsf: { column: l, kind: sigma }\nid: n\nra: ra\ndec: dec\n";

    // Row 0 and 8 are good; each row between them has one fault.
    private const string Table = """
        def ragged(name, form, of, unit=None):
            arrays = np.empty(9, dtype=object)
            arrays[:] = [np.array(of(i), {'E': 'f4', 'D': 'f8', 'J': 'i4'}[form]) for i in range(9)]
            return fits.Column(name, f'P{form}()', unit, array=arrays)
        lengths = np.arange(9) + 20
        wave = lambda i: 5000 + np.arange(lengths[i] - (i == 1)) * (1 if i % 2 else -1)
        def monotonic(i):
            w = wave(i)
            if i == 5:
                w[7] = w[6]
            return w
        columns = [
            ragged('w', 'D', monotonic, 'Angstrom'),
            ragged('f', 'D', lambda i: np.where(np.arange(lengths[i]) == 3, 1e300 if i == 6 else 3, i), 'Jy'),
            ragged('s', 'D', lambda i: np.where(np.arange(lengths[i] + (i == 2)) == 4, 1e-30 if i == 7 else 2, 1)),
            ragged('m', 'J', lambda i: np.arange(lengths[i] - (i == 3)) % 5 == 0),
            ragged('l', 'E', lambda i: np.full(lengths[i] - (i == 4), 1.5), 'Angstrom'),
            fits.Column('n', 'K', array=np.arange(9) + 100), fits.Column('ra', 'D', 'deg', array=np.arange(9) * 10.0),
            fits.Column('dec', 'D', 'deg', array=np.arange(9) * 5.0)]
        fits.BinTableHDU.from_columns(columns).writeto(sys.argv[1] + '/t.fits')

        """;

    [Fact]
    public async Task A_fault_of_a_row_skips_the_row()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make(Table, folder.Path);
        (RowBatch rows, List<SkippedRow> skipped) = await ReadAsync($"files: t.fits\n{Keys}", folder);
        Assert.Equal([0L, 8], rows.SourceRows.ToArray());
        for (int row = 0; row < 2; row++)
            SpectrumRows.Agrees(One(rows, row), """
            t = fits.open(sys.argv[2])[1].data
            def is_good(r):
                same = {len(r[c]) for c in 'wfsml'}
                steps = np.diff(r['w'])
                with np.errstate(all='ignore'):
                    ranged = np.isfinite(r['f'].astype('f4')).all() and np.isfinite((1 / r['s'] ** 2).astype('f4')).all()
                return len(same) == 1 and ((steps > 0).all() or (steps < 0).all()) and ranged
            good = [r for r in t if is_good(r)]
            assert len(good) == 2
            r = good[int(sys.argv[3])]
            assert columns['object_id'][0] == str(r['n']), columns['object_id']
            step = 1 if r['w'][1] > r['w'][0] else -1
            np.testing.assert_array_equal(columns['spectrum_flux'][0], r['f'][::step].astype('f4'))
            np.testing.assert_array_equal(columns['spectrum_lambda'][0], r['w'][::step].astype('f4'))
            np.testing.assert_array_equal(columns['spectrum_mask'][0], r['m'][::step] != 0)
            """, folder["t.fits"], $"{row}");
        Assert.Equal(Enumerable.Range(1, 7).Select(row => (folder["t.fits"], (long?)row)), skipped.Select(s => (s.File, s.Row)));
        string[] reasons = ["spectrum 1 has 21 values of flux, but 20 wavelengths", "22 values of flux, but 23 values of noise",
            "23 values of flux, but 22 values of the mask", "24 values of flux, but 23 values of the line-spread function",
            "spectrum 5: wavelengths must be positive and increase or decrease throughout", "spectrum 6: the flux 1E+300 is out of",
            "spectrum 7: the inverse variance"];
        Assert.All(skipped.Zip(reasons), s => Assert.Contains(s.Second, s.First.Reason, StringComparison.Ordinal));
        await SpectrumRows.Fails("t.fits: spectrum 1 has 21 values of flux, but 20 wavelengths. Correct 'hdu', 'column' or 'row' in the "
            + "recipe's source, leave out this file, or skip bad rows", $"files: t.fits\n{Keys}", folder.Path);
    }

    [Fact]
    public async Task A_fault_of_all_spectra_or_of_the_only_one_is_one_of_the_file()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make(Table + """
            def write(name, rows, flux, wave, once=None):
                hdus = [fits.BinTableHDU.from_columns([fits.Column('f', f'{flux}E', 'Jy', array=np.ones((rows, flux), 'f4')),
                    fits.Column('w', f'{wave}E', 'Angstrom', array=np.ones((rows, 1)) * (5000 + np.arange(wave, dtype='f4')))])]
                if once is not None:
                    hdus.append(fits.ImageHDU(np.array(once, 'f4')))
                hdus[0].header.update(RA=10.0, DEC=20.0)
                fits.HDUList([fits.PrimaryHDU(), *hdus]).writeto(sys.argv[1] + '/' + name)
            write('lengths.fits', 3, 6, 5)
            write('shared.fits', 3, 5, 5, [1, 2, 3, 3, 5])
            write('one.fits', 1, 6, 5)
            """, folder.Path);
        const string source = "flux: f\nra: RA\ndec: DEC\nwavelength: { column: w, medium: vacuum }";
        await FailsAsync("lengths.fits: spectrum 0 has 6 values of flux, but 5 wavelengths. Correct 'hdu', 'column' or 'row' in the "
            + "recipe's source, or leave out this file", $"files: lengths.fits\n{source}", folder);
        await FailsAsync("one.fits: spectrum 0 has 6 values of flux, but 5 wavelengths", $"files: one.fits\n{source}", folder);
        await FailsAsync("found 3 Å at 3 after 3 Å", "files: shared.fits\nflux: f\nra: RA\ndec: DEC\n"
            + "wavelength: { hdu: 2, unit: Angstrom, medium: vacuum }", folder);
        await FailsAsync("t.fits: spectrum 0 has 21 values of flux, but 20 wavelengths", $"files: t.fits\nrow: 1\n{Keys}", folder);
    }

    [Fact]
    public async Task Arms_and_wavelength_functions_of_one_object_skip_the_object()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make("""
            h = fits.Header(dict(RA=10.0, DEC=20.0, BUNIT='Jy'))
            b = np.array([np.arange(10), np.arange(10), np.arange(10)], 'f8') + 5000
            r = np.array([np.arange(10) + 5006, np.arange(10) / 10 + 5003, np.arange(10) + 5020], 'f8')
            image = lambda values, name: fits.ImageHDU(np.array(values, 'f8'), h, name=name)
            fits.HDUList([fits.PrimaryHDU(header=h), image(b - 5000, 'B'), image(b, 'BW'), image(r - 5000, 'R'),
                image(r, 'RW')]).writeto(sys.argv[1] + '/arms.fits')
            h.update(CTYPE1='MULTISPE', CTYPE2='MULTISPE', WAT0_001='system=multispec',
                WAT1_001='wtype=multispec label=Wavelength units=angstroms',
                WAT2_001='wtype=multispec spec1 = "1 1 0 5000. 2. 10 0. 1. 2." '.ljust(68),
                WAT2_002='spec2 = "2 2 0 x" spec3 = "3 3 0 6000. 1. 10 0. 1. 2."')
            fits.PrimaryHDU(np.arange(30, dtype='f4').reshape(3, 10), h).writeto(sys.argv[1] + '/lines.fits')
            """, folder.Path);
        (RowBatch rows, List<SkippedRow> skipped) = await ReadAsync("""
            files: arms.fits
            arms: [{ name: b, hdu: B, wavelength: { hdu: BW } }, { name: r, hdu: R, wavelength: { hdu: RW } }]
            wavelength: { unit: Angstrom, medium: vacuum }
            overlap: cut
            ra: RA
            dec: DEC
            """, folder);
        for (int row = 0; row < 2; row++)
            SpectrumRows.Agrees(One(rows, row), """
            h = fits.open(sys.argv[2])
            row = [0, 2][int(sys.argv[3])]
            assert columns['object_id'][0] == f'arms-{row}', columns['object_id']
            b, r = h['BW'].data[row], h['RW'].data[row]
            middle = (b[-1] + r[0]) / 2 if r[0] <= b[-1] else b[-1] + 0.5
            np.testing.assert_array_equal(columns['spectrum_lambda'][0], np.concatenate([b[b < middle], r[r >= middle]]))
            """, folder["arms.fits"], $"{row}");
        Assert.Equal([(1L, true)], skipped.Select(s => (s.Row!.Value, s.Reason.Contains("one contains the other",
            StringComparison.Ordinal))));

        (rows, skipped) = await ReadAsync("files: lines.fits\nwavelength: { medium: air }\nra: RA\ndec: DEC", folder);
        Assert.Equal(2, rows.RowCount);
        Assert.Equal([0L, 2], rows.SourceRows.ToArray());
        Assert.Equal([(1L, true)], skipped.Select(s => (s.Row!.Value, s.Reason.Contains("'x' is not a number", StringComparison.Ordinal))));
    }

    private static async Task<(RowBatch Rows, List<SkippedRow> Skipped)> ReadAsync(string source, TemporaryFolder folder)
    {
        List<SkippedRow> skipped = [];
        List<RowBatch> batches = await BuilderRuns.Builder($"kind: spectrum\n{source}", folder.Path, skipBadRows: true,
            onSkip: skipped.Add).ReadAllAsync(TestContext.Current.CancellationToken);
        return (new RowBatch(batches[0].Columns.Select((_, i) => ColumnData.Concat([.. batches.Select(b => b.Columns[i])])))
        {
            SourceRows = batches.SelectMany(b => b.SourceRows.ToArray()).ToArray(),
        }, skipped);
    }

    private static RowBatch One(RowBatch rows, int row) => new(rows.Columns.Select(c => c.Take([row])));

    private static async Task FailsAsync(string message, string source, TemporaryFolder folder)
    {
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => ReadAsync(source, folder));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }
}
