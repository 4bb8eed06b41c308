using Pile.Format;
using Pile.TestKit;

namespace Pile.Adopting.Tests.Hdf5;

/// <summary>Tables of HDF5 files: light values and the bytes at the recorded places are those that h5py reads.</summary>
public class Hdf5TableTests
{
    [Theory]
    [InlineData("fletcher32=True")]
    [InlineData("fletcher32=True, compression='gzip'")]
    [InlineData("compression='gzip', shuffle=True")] // the stream of zlib ends with a checksum
    public async Task Checksums_are_not_recorded_of_damaged_chunks(string filters)
    {
        using TemporaryFolder folder = new();
        // Bits of the chunk of rows 4 to 7, as h5py locates it.
        Python.Run($"""
            import h5py, numpy as np, sys
            with h5py.File(sys.argv[1], 'w') as f:
                f['object_id'] = np.arange(12)
                f.create_dataset('values', data=np.random.default_rng(1).random((12, 500)), chunks=(4, 500), {filters})
            with h5py.File(sys.argv[1]) as f:
                chunk = f['values'].id.get_chunk_info_by_coord((4, 0))
            with open(sys.argv[1], 'r+b') as f:
                f.seek(chunk.byte_offset + chunk.size - 3); byte = f.read(1)[0]
                f.seek(-1, 1); f.write(bytes([byte ^ 16]))
            try:
                h5py.File(sys.argv[1])['values'][5]
                sys.exit('h5py reads it')
            except OSError:
                pass
            """, folder["a.h5"]);
        Assert.Equal(12, (await ArchiveDump.ReadAsync(folder.Path)).Rows);
        string message = (await Assert.ThrowsAsync<SourceUnreadableException>(() =>
            ArchiveDump.ReadAsync(folder.Path, null, hasChecksums: true))).Message;
        Assert.StartsWith($"{folder["a.h5"]}, row 4: ", message, StringComparison.Ordinal);
        Assert.Contains("values', chunk at byte ", message, StringComparison.Ordinal);
        ArchiveDump skipped = await ArchiveDump.ReadAsync(folder.Path, new() { SkipsBadFiles = true }, true);
        Assert.Equal(8, skipped.Rows);
        Assert.Equal([4L, 5, 6, 7], skipped.Skipped.Select(row => row.Row ?? -1));
        Assert.All(skipped.Skipped, row => Assert.Contains("chunk at byte ", row.Reason, StringComparison.Ordinal));
    }

    private const string Start = """
        import h5py, numpy as np, sys
        rng = np.random.default_rng(5); n = 60
        f = h5py.File(sys.argv[1], 'w', libver=(sys.argv[2],) * 2 if sys.argv[2][0] == 'v' else sys.argv[2])
        f['object_id'] = np.arange(n) + 10**15; f['ra'] = rng.uniform(0, 360, n); f['dec'] = rng.uniform(-90, 90, n)

        """;

    [Theory]
    [InlineData("earliest", true, Traits = ["Run", "Long"])]
    [InlineData("v108", false, Traits = ["Run", "Long"])]
    [InlineData("latest", true)]
    public async Task Rows_are_located_in_every_layout(string version, bool hasChecksums)
    {
        const string Storages = """
            LAYOUTS = ['', 'chunks=True', 'chunks=(7, 4, 5)', 'chunks=(1, 10, 12)', 'chunks=(60, 10, 12)', 'chunks=(9, 3, 12)',
                'chunks=(16, 10, 12), compression="gzip"', 'chunks=(1, 10, 12), compression="gzip", shuffle=True',
                'chunks=(9, 7, 5), compression="gzip", shuffle=True, fletcher32=True', 'chunks=(8, 10, 12), compression="lzf"',
                'chunks=(5, 3, 12), compression="lzf", shuffle=True', 'chunks=(4, 10, 5), shuffle=True',
                'chunks=(4, 10, 5), fletcher32=True',
                'chunks=(6, 10, 12), maxshape=(None, 10, 12), compression="gzip"', 'chunks=(6, 10, 12), maxshape=(None, 10, 12)',
                'chunks=(6, 4, 5), maxshape=(None, None, 12), compression="lzf", shuffle=True, fletcher32=True']

            """;
        using TemporaryFolder folder = new();
        Write(folder, version, Storages + """
            for i, layout in enumerate(LAYOUTS):
                for t in ['<f4', '>f4', '<i2', '>f8', 'u1', 'bool']:
                    values = rng.integers(0, 100, (n, 10, 12)) * (rng.random((n, 10, 12)) < 0.3)
                    eval(f"f.create_dataset('{i} {t}', data=values.astype(t), {layout})")
            """);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path, hasChecksums: hasChecksums);
        Assert.Equal(60, dump.Rows);
        Assert.Equal(ColumnStorage.Reference, dump.Schema("0 <f4").Storage);
        Assert.Equal([10, 12], dump.Schema("0 <f4").Shape);
        (int values, int pieces) = dump.Compare(folder, "(f, row, {})");
        Assert.Equal(60 * 16 * 6, values);
        Assert.InRange(pieces, values, 16 * values);
        Assert.Equal(new RowCost("0 <f4", 60, 60 * 480, 60, 60 * 480, 60 * 480), Cost("0 <f4"));
        Assert.Equal(Cost("0 <f4"), Cost("3 <f4") with { Column = "0 <f4" });
        Assert.Equal(Cost("0 <f4"), Cost("4 <f4") with { Column = "0 <f4" }); // rows of chunks without filters are ranges of bytes
        Assert.Equal(60 * 16 * 480, Cost("6 <f4").DecodedBytes);
        Assert.Equal(60 * 2 * 3, Cost("8 <f4").Pieces);
        Assert.Equal(60L * 6 * 9 * 7 * 5 * 4, Cost("8 <f4").DecodedBytes);

        RowCost Cost(string column) => dump.Archive.RowCosts.Single(cost => cost.Column == column);
    }

    [Theory]
    [InlineData("earliest")]
    [InlineData("latest")]
    public async Task Light_columns_are_those_of_h5py(string version)
    {
        using TemporaryFolder folder = new();
        Write(folder, version, """
            for t in ['i1', 'u1', '<i2', '>i2', '<u2', '<i4', '>i4', '>u4', '<i8', '>i8', '<u8', '<f4', '>f4', '>f8', 'bool', 'f2']:
                f.create_dataset('n ' + t, data=rng.integers(0, 100, n).astype(t), chunks=(7,), compression='gzip')
            f.create_dataset('vector', data=rng.random((n, 4)), chunks=(13, 3))
            f['scale'] = rng.random((n, 5)).astype('>f4'); f['flags'] = rng.random((n, 3)) < 0.5
            f['fixed'] = np.array([b'a%d' % i for i in range(n)], 'S7')
            f['band'] = np.array([[b'des-g', b'r']] * n)
            f['latin'] = np.array([b'\xe9t\xe9', b'x'] * 30)
            f.create_dataset('text', data=['Zürich %d' % i for i in range(n)], dtype=h5py.string_dtype())
            f.create_dataset('texts', data=np.array([['a', 'bc'], ['', 'd']] * 30, dtype=object), dtype=h5py.string_dtype())
            f.create_dataset('kind', data=rng.integers(0, 3, n), dtype=h5py.enum_dtype({'star': 0, 'galaxy': 1, 'qso': 2}, 'i2'))
            f.create_dataset('unnamed', data=rng.integers(0, 5, n), dtype=h5py.enum_dtype({'star': 0, 'galaxy': 1}, 'u1'))
            f.create_dataset('unwritten', (n,), 'f4', fillvalue=-9, chunks=(8,))
            f['n <f4'].attrs['unit'] = 'mJy'; f['n <f4'].attrs['description'] = np.bytes_('the flux')
            """);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal((60 * 27, 0), dump.Compare(folder, "(f, row, {})"));
        Assert.Equal(("mJy", "the flux"), (dump.Schema("n <f4").Unit, dump.Schema("n <f4").Description));
        Assert.Equal((DType.Bool, DType.Float32), (dump.Schema("flags").DType, dump.Schema("n f2").DType));
        Assert.Equal([new(0, "star"), new(1, "galaxy"), new(2, "qso")], dump.Schema("kind").Categories);
        Assert.Empty(dump.Schema("unnamed").Categories);
        Assert.Contains(dump.Findings, f => f.Contains("'n f2' has numbers of 16 bits", StringComparison.Ordinal));
        Assert.Contains(dump.Findings, f => f.Contains("'latin' has texts that are not UTF-8", StringComparison.Ordinal));
        Assert.Equal(("catalogue", true), (dump.Archive.Facts.Modality, dump.Archive.Facts.Frame is not null));
        Assert.Equal(Enumerable.Range(0, 60).Select(i => i + 1_000_000_000_000_000L), dump.Numbers<long>("object_id"));
    }

    [Fact]
    public async Task Sequences_are_ragged_columns()
    {
        using TemporaryFolder folder = new();
        Write(folder, "earliest", """
            for t in ['<f4', '<f8', 'i2']: # h5py 3.7 reads big-endian sequences wrongly
                d = f.create_dataset('v ' + t, (n,), dtype=h5py.vlen_dtype(np.dtype(t)))
                for i in range(n): d[i] = rng.integers(0, 99, i % 7).astype(t)
            """);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path, hasChecksums: true);
        Assert.Equal([ColumnSchema.Ragged], dump.Schema("v <f4").Shape);
        Assert.Equal(180, dump.Compare(folder, "(f, row, {})").Values);
    }

    [Fact]
    public async Task Compound_tables_have_a_column_for_each_member()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import h5py, numpy as np, sys; rng = np.random.default_rng(5); f = h5py.File(sys.argv[1], 'w')
            t = np.zeros(500, dtype=[('source_id', '>i8'), ('ra', 'f8'), ('dec', 'f8'), ('name', 'S5'), ('flag', '?'), ('m', 'f4', (3,)),
                ('nested', [('a', 'i2'), ('b', '>f4')]), ('spec', '>f4', (400,))], )
            for name in ['ra', 'dec']: t[name] = rng.uniform(0, 90, 500)
            t['source_id'] = np.arange(500)[::-1]; t['m'] = rng.random((500, 3)); t['nested']['b'] = rng.random(500)
            t['name'] = [b'n%d' % i for i in range(500)]; t['spec'] = rng.random((500, 400)); t['flag'] = rng.random(500) < .5
            g = f.create_group('catalogue'); g.attrs['CLASS'] = 'GROUP'
            g.create_dataset('table', data=t, chunks=(64,)) if sys.argv[2] == 'plain' else g.create_dataset('table', data=t)
            """, folder["t.h5"], "plain");
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        (int values, int pieces) = dump.Compare(folder, "(f['catalogue'], row, {k: 'table.' + k for k in dump['columns']})");
        Assert.Equal((500 * 7, 500), (values, pieces));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => 499L - i), dump.Numbers<long>("object_id"));
        Assert.Equal(DType.Float32, dump.Schema("nested.b").DType);
    }

    [Fact]
    public async Task Columns_that_pandas_has_joined_are_separate_columns()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import h5py, numpy as np, pickle, sys; f = h5py.File(sys.argv[1], 'w')
            t = np.zeros(50, [('index', 'i8'), ('values_block_0', 'f8', (3,)), ('values_block_1', 'S4', (1,)), ('flag', '?')])
            t['index'] = np.arange(50); t['values_block_0'] = np.random.default_rng(5).uniform(0, 90, (50, 3))
            t['values_block_1'][:, 0] = [b'o%d' % i for i in range(50)]
            d = f.create_dataset('stars/table', data=t, chunks=(8,), compression='gzip')
            # as PyTables writes the attributes of pandas
            for name, columns in [('values_block_0_kind', ['ra', 'dec', 'magnitude Δ']), ('values_block_1_kind', ['name'])]:
                d.attrs[name] = np.bytes_(pickle.dumps(columns, 0))
            d.attrs['CLASS'] = np.bytes_('TABLE'); f['stars'].attrs['pandas_type'] = np.bytes_('frame_table')
            """, folder["x.h5"]);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal(["object_id", "ra", "dec", "index", "magnitude Δ", "name", "flag"],
            dump.Batches[0].Columns.Select(column => column.Schema.Name));
        Assert.Equal("o49", dump.Texts("object_id")[49]);
        string expected = Python.Run("import h5py, sys; print(repr(float(h5py.File(sys.argv[1])['stars/table']['values_block_0'][7, 2])))",
            folder["x.h5"]);
        Assert.Equal(double.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), dump.Numbers<double>("magnitude Δ")[7]);
    }

    private static void Write(TemporaryFolder folder, string version, string script) =>
        Python.Run(Start + script + "\nf.close()", folder["x.hdf5"], version);
}
