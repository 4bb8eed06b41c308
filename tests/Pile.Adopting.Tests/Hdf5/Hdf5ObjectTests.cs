using Pile.Format;
using Pile.TestKit;

namespace Pile.Adopting.Tests.Hdf5;

/// <summary>A group for each object, and a file for each object.</summary>
public class Hdf5ObjectTests
{
    [Theory]
    [InlineData("earliest", "", "dataset")]
    [InlineData("latest", "", "dataset")]
    [InlineData("latest", "survey/", "attribute")]
    [InlineData("earliest", "", "none")]
    public async Task A_group_for_each_object_is_a_row(string version, string parent, string keys)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import h5py, numpy as np, sys; rng = np.random.default_rng(5); f = h5py.File(sys.argv[1], 'w', libver=sys.argv[2])
            f.attrs['survey'] = 'MaNGA'
            for i in range(40):
                g = f.create_group(sys.argv[3] + 'obj-%03d' % ((i * 7) % 40))
                if sys.argv[4] == 'dataset':
                    g['object_id'] = 'id %d' % i; g['ra'] = rng.uniform(0, 360); g['dec'] = rng.uniform(-90, 90)
                if sys.argv[4] == 'attribute':
                    g.attrs['object_id'] = i; g.attrs['ra'] = rng.uniform(0, 360); g.attrs['dec'] = np.float32(rng.uniform(-90, 90))
                g['z'] = np.float32(rng.random()); g['spectrum/flux'] = rng.random(100 + i).astype('>f4')
                g.create_dataset('cube', data=rng.random((5, 12 + i, 9)), chunks=(2, 7, 5), compression='gzip', shuffle=True)
                g['three'] = rng.random(3); g['names'] = np.array([b'a', b'bc'][:1 + i % 2]); g['good'] = i % 2 == 0
                if i % 3: g['sometimes'] = i
                g.create_dataset('table', data=np.zeros(5, [('x', 'f4'), ('y', 'i4')]))
            """, folder["groups.hdf5"], version, parent, keys);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal(40, dump.Rows);
        Assert.Equal(keys is not "none", dump.Archive.Facts.Frame is not null);
        (int values, _) = dump.Compare(folder, $"(f['{parent}'+'obj-%03d' % row] if '{parent}' else f['obj-%03d' % row], None, {{}})",
            "sometimes");
        Assert.Equal((40 * 6) + 26 + (keys is "attribute" ? 40 : 0), values); // the declination of 32 bits is kept, too
        Assert.Equal([ColumnSchema.Ragged], dump.Schema("spectrum_flux").Shape);
        Assert.Equal([5, ColumnSchema.Ragged, 9], dump.Schema("cube").Shape);
        Assert.Equal(ColumnStorage.Light, dump.Schema("three").Storage);
        Assert.Contains(dump.Findings, f => f.Contains("'table' is left out", StringComparison.Ordinal)
            && f.Contains("table within each row", StringComparison.Ordinal));
        if (keys is "none")
            Assert.Equal(Enumerable.Range(0, 40).Select(i => $"obj-{i:000}"), dump.Texts("object_id"));
    }

    [Fact]
    public async Task A_file_for_each_object_is_a_row()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["a"]);
        Python.Run("""
            import h5py, numpy as np, sys; rng = np.random.default_rng(5)
            for i in range(30):
                with h5py.File(sys.argv[1] + '/a/SN%02d.hdf5' % i, 'w') as f:
                    f['bands'] = np.array([b'B_KAIT', b'V'][:1 + i % 2]); f['ra'] = np.float32(10 * i); f['dec'] = np.float32(i)
                    f['object_id'] = np.bytes_('sn%d' % i); f['healpix'] = i; f['redshift'] = np.float32(.1)
                    for n in ['time', 'mag', 'mag_err']: f[n] = rng.random((1 + i % 2, 4 + i)).astype('f4')
            """, folder.Path);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal(("catalogue", 30), (dump.Archive.Facts.Modality, dump.Rows));
        Assert.Single(dump.Archive.Units);
        Assert.Equal(30, dump.Files.Count);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"sn{i}"), dump.Texts("object_id"));
        Assert.Equal((30 * 8, 90), dump.Compare(folder, "(f, None, {})"));
        Assert.Equal([ColumnSchema.Ragged, ColumnSchema.Ragged], dump.Schema("mag").Shape);
        Assert.Contains(dump.Findings, f => f.StartsWith("'healpix' disagrees with the position at nside 16; it is kept as "
            + "'source_healpix': ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    public async Task A_file_whose_arrays_have_one_length_is_an_object_if_the_others_are(int odd, bool hasPositions)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import h5py, numpy as np, sys; rng = np.random.default_rng(5); odd = int(sys.argv[2])
            for i in range(4):
                with h5py.File(sys.argv[1] + '/o%d.h5' % i, 'w') as f:
                    if sys.argv[3] == 'True': f.attrs['ra'] = i * 10.; f.attrs['dec'] = i * 2.
                    f['spectrum'] = rng.normal(size=(3, 200)); f['mag'] = np.float32(i * .5); f['t'] = rng.random(3 if i == odd else 4 + i)
            """, folder.Path, $"{odd}", $"{hasPositions}");
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal(["o0", "o1", "o2", "o3"], dump.Texts("object_id"));
        Assert.Empty(dump.Skipped);
        Assert.Equal(4 * 3, dump.Compare(folder, "(f, None, {})").Values);
        if (!hasPositions)
            Assert.Contains(dump.Findings, f => f.Contains($"o{odd}.h5: the file is one object, as 'o{(odd is 0 ? 1 : 0)}.h5', although",
                StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_whose_arrays_have_one_length_and_a_position_is_an_object()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import h5py, numpy as np, sys; f = h5py.File(sys.argv[1] + '/a.h5', 'w'); f.attrs['RA'] = 10.; f.attrs['DEC'] = np.float32(-2)
            f['flux'] = np.arange(300.); f['wave'] = np.arange(300.) + 4000
            """, folder.Path);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal((1, true), (dump.Rows, dump.Archive.Facts.Frame is not null));
        Assert.Equal(4, dump.Compare(folder, "(f, None, {})").Values);
    }

    [Fact]
    public async Task A_file_of_one_row_is_a_table_if_the_others_are()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import h5py, numpy as np, sys; rng = np.random.default_rng(5)
            for name, n in [('a', 1), ('b', 5), ('c', 2)]:
                with h5py.File(sys.argv[1] + '/%s.h5' % name, 'w') as f:
                    f['object_id'] = np.array([ord(name) * 10 + i for i in range(n)]); f['ra'] = rng.random(n); f['dec'] = rng.random(n)
                    f['flux'] = rng.random((n, 200)); f['bands'] = np.arange(7)
            """, folder.Path);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal([970, 980, 981, 982, 983, 984, 990, 991], dump.Numbers<long>("object_id"));
        Assert.Equal(8, dump.Compare(folder, "(f, row - {0: 0, 1: 1, 2: 6}[r['file']], {})").Values);
    }

    [Fact]
    public async Task A_file_whose_arrays_differ_in_length_does_not_make_objects_of_many_tables()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import h5py, numpy as np, sys
            for name, n in [('a', 4), ('b', 5), ('c', 6)]:
                with h5py.File(sys.argv[1] + '/%s.h5' % name, 'w') as f: f['x'] = np.arange(n); f['y'] = np.arange(n - (name == 'b'))
            """, folder.Path);
        PileException e = await Assert.ThrowsAsync<SourceUnreadableException>(() => ArchiveDump.ReadAsync(folder.Path));
        Assert.StartsWith($"{folder["a.h5"]}: the file is a table of 4 rows, but 'b.h5' has one object: 'x' has the axes [] in", e.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_and_objects_that_contradict_each_other_are_an_error()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import h5py, numpy as np, sys
            for name, n in [('a', 4), ('b', None), ('c', None)]:
                with h5py.File(sys.argv[1] + '/%s.h5' % name, 'w') as f:
                    f['ra'] = np.zeros(n) if n else 5.; f['dec'] = np.zeros(n) if n else 5.
                    f['flux'] = np.zeros((4, 200)); f['t'] = np.arange(9.)
            """, folder.Path);
        PileException e = await Assert.ThrowsAsync<SourceUnreadableException>(() => ArchiveDump.ReadAsync(folder.Path));
        Assert.Equal($"{folder["a.h5"]}: the file is a table of 4 rows, but 'b.h5' has one object: 'flux' has the axes [200] in a row of "
            + "the one, and [4, 200] in an object of the other. Adopt tables and files of objects as separate datasets.", e.Message);
    }

    [Fact]
    public async Task A_light_curve_of_the_Multimodal_Universe_is_a_row()
    {
        using TemporaryFolder folder = new();
        File.Copy(TestPaths.Data("hdf5/multimodal-universe/example_SN2004dt.hdf5"), folder["SN2004dt.hdf5"]);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path, hasChecksums: true);
        Assert.Equal((9, 3), dump.Compare(folder, "(f, None, {})"));
        Assert.Equal(["SN2004dt"], dump.Texts("object_id"));
        Assert.Equal(12, ((TextColumnData)dump.Batches[0]["bands"]).ElementsOf(0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    public async Task Groups_of_the_Multimodal_Universe_with_tables_in_them_are_objects(int count)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import h5py, healpy, numpy as np, sys; rng = np.random.default_rng(5)
            with h5py.File(sys.argv[1], 'w', track_order=True) as f:
                f.attrs['survey'] = 'MaNGA'
                for i in range(int(sys.argv[2])):
                    g = f.create_group('8135-190%02d' % i, track_order=True); ra, dec = rng.uniform(0, 90, 2)
                    g['object_id'] = '8135-190%02d' % i; g['ra'] = ra; g['dec'] = dec; g['z'] = .1; g['spaxel_size_unit'] = b'arcsec'
                    g['healpix'] = healpy.ang2pix(64, ra, dec, lonlat=True, nest=True)
                    g['spaxels'] = np.zeros(96, [('flux', 'f4', (456,)), ('x', 'i1'), ('flux_units', 'S9')])
                    g['images'] = np.zeros(4, [('band', 'S1'), ('array', 'f4', (9, 9))])
            """, folder["001-of-001.hdf5"], $"{count}");
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"8135-190{i:00}"), dump.Texts("object_id"));
        Assert.Equal(["object_id", "ra", "dec", "source_healpix", "spaxel_size_unit", "z"],
            dump.Batches[0].Columns.Select(column => column.Schema.Name));
        Assert.Contains(dump.Findings, f => f.Contains("at nside 16; all are NESTED pixels with nside 64", StringComparison.Ordinal));
        Assert.Contains(dump.Findings, f => f.StartsWith("2 columns ('images', 'spaxels') are left out: it is a table within each row",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_and_places_are_ids_if_no_column_is()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["b"]);
        Python.Run("""
            import h5py, numpy as np, sys
            for name in ['one', 'two', 'b/three']:
                with h5py.File(sys.argv[1] + '/' + name + '.h5', 'w') as f:
                    f['ra'] = 5.; f['dec'] = 6.; f['flux'] = np.zeros((3, 400)); f['other'] = np.zeros((2, 400))
            """, folder.Path);
        Assert.Equal(["three", "one", "two"], (await ArchiveDump.ReadAsync(folder.Path)).Texts("object_id"));
        File.Copy(folder["one.h5"], folder["b/one.h5"]);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal(["b/one.h5", "b/three.h5", "one.h5", "two.h5"], dump.Texts("object_id"));
        Assert.Contains(dump.Findings, f => f.Contains("an id occurs twice", StringComparison.Ordinal));
    }
}
