using Pile.Format;
using Pile.TestKit;

namespace Pile.Adopting.Tests.Hdf5;

/// <summary>Datasets with the companions <c>x_isnull</c> and <c>x_shape</c>, as Pile's shards and exports have them: the values are those
/// that h5py reads, without the padding.</summary>
public class Hdf5CompanionTests
{
    private const string Make = """
        import h5py, numpy as np, sys
        rng = np.random.default_rng(3); n = 23
        with h5py.File(sys.argv[1], 'w') as f:
            f['object_id'] = np.arange(n); f['ra'] = rng.uniform(0, 360, n); f['dec'] = rng.uniform(-90, 90, n)
            def add(name, data, isnull=True, **layout):
                f.create_dataset(name, data=data, **layout)
                if isnull: f[name + '_isnull'] = rng.random(n) < .3
            add('count', rng.integers(-9, 9, n)); add('label', np.array([b'x%d' % i for i in range(n)])); add('triple', rng.random((n, 3)))
            f['word'] = np.array([f'w{i}' for i in range(n)], h5py.string_dtype()); f['word_isnull'] = np.arange(n) % 4 == 1
            for i, layout in enumerate([{}, dict(chunks=True), dict(chunks=(1, 6, 8)), dict(chunks=(1, 6, 8), compression='gzip'),
                    dict(chunks=(4, 2, 3), compression='gzip', shuffle=True), dict(chunks=(5, 4, 3)), dict(chunks=(1, 2, 8))]):
                shapes = rng.integers(0, [7, 9], (n, 2))
                if i == 0: shapes[:, 1] = 8
                data = rng.random((n, 6, 8)).astype(['>f8', 'f4'][i % 2])
                add(f'grid{i}', data, isnull=i % 3 == 0, **layout)
                f[f'grid{i}_shape'] = shapes.astype(['i8', '>i2'][i % 2])
            for i, layout in enumerate([{}, dict(chunks=(3, 50), compression='gzip')]):
                add(f'line{i}', rng.integers(0, 99, (n, 200)), **layout); f[f'line{i}_shape'] = rng.integers(0, 201, (n, 1))
            add('names', np.array([[b'%d' % (i * j) for j in range(4)] for i in range(n)])); f['names_shape'] = rng.integers(0, 5, (n, 1))
        """;

    private const string Compare = """
        import sys; sys.path.insert(0, sys.argv[2])
        from hdf5_adopted import *
        dump = json.load(open(sys.argv[1]))
        count = nulls = 0
        with h5py.File(dump['local'][0]) as f:
            assert {n for n in f if not n.endswith(('_isnull', '_shape'))} == set(dump['columns']), dump['columns'].keys()
            for row in dump['rows']:
                for name, value in row['values'].items():
                    at = row['row']
                    if name in ('object_id', 'ra', 'dec'): continue
                    if name + '_isnull' in f and f[name + '_isnull'][at]:
                        assert value is None, (name, at); nulls += 1
                        continue
                    expected = f[name][at]
                    if name + '_shape' in f:
                        expected = expected[tuple(slice(0, int(length)) for length in f[name + '_shape'][at])]
                    column = dump['columns'][name]
                    same(decode(dump['local'], column, value), expected, (name, at)); count += 1
        print(count, nulls)
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Null_flags_and_shapes_of_rows_are_applied(bool hasChecksums)
    {
        using TemporaryFolder folder = new();
        Python.Run(Make, folder["a.h5"]);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path, null, hasChecksums);
        Assert.DoesNotContain(dump.Findings, finding => finding.Contains("_isnull", StringComparison.Ordinal)
            || finding.Contains("_shape", StringComparison.Ordinal));
        dump.Save(folder["dump.json"]);
        int[] counts = [.. Python.Run(Compare, folder["dump.json"], TestPaths.Data("scripts")).Split(' ').Select(int.Parse)];
        Assert.Equal(23 * 14, counts[0] + counts[1]);
        Assert.InRange(counts[1], 20, 80);
        Assert.Equal([ColumnSchema.Ragged, 8], dump.Schema("grid0").Shape); // 8 in all rows
        Assert.Equal([ColumnSchema.Ragged, ColumnSchema.Ragged], dump.Schema("grid1").Shape);
    }

    [Theory]
    [InlineData("line0_shape", 201)]
    [InlineData("line1_shape", -1)]
    [InlineData("names_shape", 5)]
    public async Task A_shape_that_a_row_cannot_have_is_an_error_or_the_row_is_skipped(string name, int length)
    {
        using TemporaryFolder folder = new();
        Python.Run(Make, folder["a.h5"]);
        Python.Run("""
            import h5py, sys
            with h5py.File(sys.argv[1], 'r+') as f:
                name, length = sys.argv[2:]
                f[name.replace('_shape', '_isnull')][7] = False; f[name][7] = int(length)
            """, folder["a.h5"], name, $"{length}");
        string message = (await Assert.ThrowsAsync<SourceUnreadableException>(() => ArchiveDump.ReadAsync(folder.Path))).Message;
        Assert.StartsWith($"{folder["a.h5"]}, row 7: '{name}' has the shape [{length}] of a row of ", message, StringComparison.Ordinal);
        Assert.Contains("rename the dataset if it has other numbers", message, StringComparison.Ordinal);
        ArchiveDump skipped = await ArchiveDump.ReadAsync(folder.Path, new() { SkipsBadFiles = true });
        Assert.Equal((22, 7L), (skipped.Rows, Assert.Single(skipped.Skipped).Row));
    }

    [Fact]
    public async Task Datasets_of_these_names_with_another_form_are_columns_with_a_message()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import h5py, numpy as np, sys
            with h5py.File(sys.argv[1], 'w') as f:
                f['object_id'] = np.arange(3); f['ra'] = f['dec'] = np.arange(3.)
                f['x'] = np.ones((3, 2)); f['x_isnull'] = np.array([0, 1, 0]); f['x_shape'] = np.array([1, 2, 1])
                f['galaxy'] = np.ones(3); f['galaxy_shape'] = np.array([.1, .2, .3])
            """, folder["a.h5"]);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal([0, 1, 0], dump.Numbers<long>("native_x_isnull"));
        Assert.Equal([.1, .2, .3], dump.Numbers<double>("galaxy_shape"));
        Assert.Contains("the column 'x_isnull' has the name of the null flags of 'x', but does not have a boolean for each row: its values "
            + "are not applied", dump.Findings);
        Assert.Contains("the column 'x_shape' has the name of the shapes of 'x', but does not have an integer for each row and axis: its "
            + "values are not applied", dump.Findings);
        Assert.DoesNotContain(dump.Findings, finding => finding.Contains("galaxy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_time_scale_without_times_is_reported()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import h5py, numpy as np, sys
            with h5py.File(sys.argv[1], 'w') as f:
                f['object_id'] = np.arange(3); f['ra'] = f['dec'] = np.arange(3.)
                f['time'] = f['pdcsap_flux'] = np.ones((3, 9))
            """, folder["a.h5"]);
        const string finding = "no column has the name of times of the modality 'catalogue'; Hdf5Options.TimeScale is not used";
        Assert.Contains(finding, (await ArchiveDump.ReadAsync(folder.Path, new() { TimeScale = "TDB" })).Findings);
        Assert.DoesNotContain(finding, (await ArchiveDump.ReadAsync(folder.Path)).Findings);
    }

    private const string Times = """
        import h5py, numpy as np, sys
        scale, zero, medium = sys.argv[2:5]
        with h5py.File(sys.argv[1], 'w') as f:
            f['object_id'] = np.arange(3); f['ra'] = f['dec'] = np.arange(3.)
            f['lightcurve_time'] = np.arange(30.).reshape(3, 1, 10); f['lightcurve_flux'] = np.ones((3, 1, 10), 'f4')
            f['lightcurve_band'] = np.array([[b'T']] * 3); f['lightcurve_length'] = np.full((3, 1), 10, 'i4')
            f['lightcurve_time'].attrs.update(units='d', time_scale=scale, time_reference='BARYCENTER', time_zero_mjd=float(zero))
            f['spectrum_lambda'] = np.ones(3); f['spectrum_lambda'].attrs['spectral_medium'] = medium
        """;

    [Fact]
    public async Task Times_have_the_zero_point_and_scale_that_the_files_state()
    {
        using TemporaryFolder folder = new();
        Python.Run(Times, folder["a.h5"], "TDB", "56999.5", "air");
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal(("time-series", "TDB", "BARYCENTER"), (dump.Archive.Facts.Modality, dump.Archive.Facts.TimeScale,
            dump.Archive.Facts.TimeReference));
        Assert.Equal(new TimeAxis("TDB", "BARYCENTER", 56999.5), dump.Schema("lightcurve_time").Time);
        Assert.Contains("the files declare times in TDB at BARYCENTER since MJD 56999.5, not UTC", (await Assert.ThrowsAsync<
            SchemaMismatchException>(() => ArchiveDump.ReadAsync(folder.Path, new() { TimeScale = "UTC" }))).Message,
            StringComparison.Ordinal);
        Python.Run(Times, folder["b.h5"], "TDB", "0", "air");
        Assert.Contains("it has times in TDB at BARYCENTER, but other files or tables have times in TDB at BARYCENTER since MJD 56999.5",
            (await Assert.ThrowsAsync<SchemaMismatchException>(() => ArchiveDump.ReadAsync(folder.Path))).Message,
            StringComparison.Ordinal);
        Python.Run(Times, folder["b.h5"], "TDB", "56999.5", "vacuum");
        Assert.Contains("it has wavelengths in vacuum, but other files or tables have wavelengths in air",
            (await Assert.ThrowsAsync<SchemaMismatchException>(() => ArchiveDump.ReadAsync(folder.Path))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Native_wavelengths_keep_the_medium_that_the_files_state()
    {
        using TemporaryFolder folder = new();
        Python.Run(Times, folder["a.h5"], "TDB", "0", "air");
        ColumnSchema wavelengths = (await ArchiveDump.ReadAsync(folder.Path, new() { SpectralMedium = "air" })).Schema("spectrum_lambda");
        Assert.Equal((ColumnRole.Native, "em.wl", "air"), (wavelengths.Role, wavelengths.Ucd, wavelengths.SpectralMedium));
        Assert.Contains("the files declare wavelengths in air, not vacuum", (await Assert.ThrowsAsync<SchemaMismatchException>(
            () => ArchiveDump.ReadAsync(folder.Path, new() { SpectralMedium = "vacuum" }))).Message, StringComparison.Ordinal);
        Python.Run(Times, folder["a.h5"], "TDB", "0", "");
        ArchiveDump unstated = await ArchiveDump.ReadAsync(folder.Path, new() { SpectralMedium = "air" });
        Assert.Null(unstated.Schema("spectrum_lambda").SpectralMedium);
        Assert.Contains("no column has the name of wavelengths of the modality 'time-series'; Hdf5Options.SpectralMedium is not used",
            unstated.Findings);
    }

    [Fact]
    public async Task The_choice_between_several_modalities_is_reported()
    {
        using TemporaryFolder folder = new();
        Python.Run(Times.Replace("f['spectrum_lambda'] = np.ones(3)", "f['spectrum_lambda'] = f['spectrum_flux'] = "
            + "np.ones((3, 300), 'f4')", StringComparison.Ordinal), folder["a.h5"], "TDB", "0", "air");
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        string[] findings = [.. dump.Findings.Where(finding => finding.Contains("columns of the modalities", StringComparison.Ordinal))];
        Assert.Contains($"the modality is '{dump.Archive.Facts.Modality}', and the other columns are native. Set Hdf5Options.Modality if "
            + "another one is meant", Assert.Single(findings), StringComparison.Ordinal);
        Assert.All(["'spectrum'", "'time-series'"], name => Assert.Contains(name, findings[0], StringComparison.Ordinal));
        Assert.DoesNotContain((await ArchiveDump.ReadAsync(folder.Path, new() { Modality = "time-series" })).Findings,
            finding => finding.Contains("columns of the modalities", StringComparison.Ordinal));
    }
}
