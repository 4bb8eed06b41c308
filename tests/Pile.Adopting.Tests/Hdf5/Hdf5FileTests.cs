using Pile.Format;
using Pile.TestKit;

namespace Pile.Adopting.Tests.Hdf5;

/// <summary>Files of other projects are adopted with the values that h5py reads, or are one clear error.</summary>
public class Hdf5FileTests
{
    [Theory] // rows, values, pieces; the place of a row
    [InlineData("derived-vds/part0.h5", 4096, 4096, 0, "(f, row, {})")]
    [InlineData("h5py/compound-dtype-complex.h5", 100, 0, 0, null)]
    [InlineData("h5py/vlen_string_s390x.h5", 5, 25, 0, "(f, row, {})")]
    [InlineData("h5wasm/array.h5", 2, 0, 0, null)]
    [InlineData("h5wasm/vlen.h5", 3, 3, 3, "(f, row, {})")]
    [InlineData("hdfgroup/h5ex_d_checksum.h5", 32, 32, 0, "(f, row, {})")]
    [InlineData("jhdf/bitfield_datasets.hdf5", 15, 0, 0, null)]
    [InlineData("jhdf/fixed_array_paged_datasets.hdf5", 2, 6, 14436, "(f[id], None, {})")]
    [InlineData("jhdf/fletcher32_datasets_earliest.hdf5", 7, 21, 0, "(f['int'], row, {})")]
    [InlineData("jhdf/implicit_index_datasets.hdf5", 1, 2, 12, "(f, None, {})")]
    [InlineData("jhdf/superblock-extension.hdf5", 10, 20, 0, "(f, row, {})")]
    [InlineData("jhdf/test_enum_datasets_latest.hdf5", 4, 16, 0, "(f, row, {})")]
    [InlineData("test_string_datasets_earliest.hdf5", 10, 40, 0, "(f, row, {})")]
    [InlineData("jhdf/utf8-fixed-length.hdf5", 10, 10, 0, "(f, row, {})")]
    [InlineData("nasa/AMSR_E_L3_RainGrid_B05_200707.h5", 28, 84, 0, "(f['MonthlyRainTotal_GeoGrid/Data_Fields'], row, {})")]
    [InlineData("netcdf/ref_tst_compounds.nc", 3, 15, 0, "(f['obs'], row, {})")]
    [InlineData("purehdf/h5ex_d_compact.h5", 4, 4, 0, "(f, row, {})")]
    [InlineData("purehdf/lzf.h5", 1000, 1000, 0, "(f, row, {})")]
    [InlineData("pyfive/earliest.hdf5", 4, 0, 0, null)]
    [InlineData("pyfive/fletcher32.hdf5", 1, 2, 4, "(f, None, {})")]
    [InlineData("pyfive/latest.hdf5", 4, 0, 0, null)]
    [InlineData("pytables/array_mdatom.h5", 5, 5, 5, "(f, row, {})")]
    [InlineData("pytables/smpl_compound_chunked.h5", 6, 36, 6, "(f, row, {k: 'CompoundChunked.' + k for k in dump['columns']})")]
    [InlineData("pytables/smpl_f64be.h5", 6, 6, 0, "(f, row, {})")]
    public async Task Files_are_adopted_with_the_values_of_h5py(string name, int rows, int values, int pieces, string? placeOf)
    {
        using TemporaryFolder folder = new();
        ArchiveDump dump = await ArchiveDump.ReadAsync(TestPaths.Data("hdf5"), hasChecksums: true, names: name);
        Assert.Equal(rows, dump.Rows);
        if (placeOf is not null)
            Assert.Equal((values, pieces), dump.Compare(folder, placeOf));
    }

    [Fact]
    public async Task NetCDF4_files_are_known_by_name_and_classic_ones_are_refused()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import netCDF4, sys
            for name, kind in (('new.nc', 'NETCDF4'), ('old.nc', 'NETCDF3_CLASSIC'), ('offsets.nc', 'NETCDF3_64BIT_OFFSET')):
                with netCDF4.Dataset(sys.argv[1] + '/' + name, 'w', format=kind) as d:
                    d.createDimension('row', 5)
                    d.createVariable('object_id', 'i4', ('row',))[:] = range(5)
            """, folder.Path);
        Assert.Equal(ArchiveKind.Hdf5, (await ArchiveInputs.OfAsync([folder.Path], null, TestContext.Current.CancellationToken)).Kind);
        Assert.Equal(5, (await ArchiveDump.ReadAsync(folder.Path, names: "new.nc")).Rows);
        foreach (string name in (string[])["old.nc", "offsets.nc"])
        {
            SourceUnreadableException e = await Assert.ThrowsAsync<SourceUnreadableException>(() =>
                ArchiveDump.ReadAsync(folder.Path, names: name));
            Assert.Contains("found a classic netCDF file, which 'nccopy -k nc4 OLD NEW' converts", e.Message, StringComparison.Ordinal);
            Assert.Contains(folder[name], e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("hdf5/h5wasm/empty.h5", "it has no datasets with values")]
    [InlineData("hdf5/jhdf/external_link.hdf5", "it has no datasets with values")]
    [InlineData("hdf5/jhdf/lz4_datasets.hdf5", "none of its columns can be adopted: 'float32_bs0': the filter lz4 is not supported")]
    [InlineData("hdf5/derived-vds/virtual.h5", "none of its columns can be adopted: 'strain': its values are in other datasets")]
    [InlineData("hdf5/pyfive/references.hdf5", null)]
    [InlineData("malformed/empty.fits", "expected the signature of HDF5")]
    [InlineData("malformed/gwosc_truncated.h5", "it is truncated or corrupt")]
    [InlineData("malformed/hdf5_bad_gcol.h5", "'variable_length_ascii': global heap at byte 2558: expected the signature 'GCOL'")]
    [InlineData("malformed/hdf5_bad_snod.h5", "expected the signature 'SNOD'")]
    [InlineData("malformed/hdf5_bad_tree.h5", "expected the signature 'TREE'")]
    public async Task Files_without_usable_values_are_one_error(string name, string? expected)
    {
        string folder = Path.GetDirectoryName(TestPaths.Data(name))!, file = Path.GetFileName(name);
        if (expected is null)
        {
            Assert.Contains((await ArchiveDump.ReadAsync(folder, names: file)).Findings,
                f => f.Contains("references to objects and regions have no meaning outside the file", StringComparison.Ordinal));
            return;
        }
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => ArchiveDump.ReadAsync(folder, names: file));
        Assert.IsType<SourceUnreadableException>(e);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.Contains(file, e.Message, StringComparison.Ordinal);
        if (name.StartsWith("malformed", StringComparison.Ordinal))
        {
            Assert.Contains(Path.Combine(folder, file), e.Message, StringComparison.Ordinal);
            Assert.Contains(". Get the file again, or ", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Rows_of_a_damaged_chunk_are_skipped_alone()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import h5py, numpy as np, sys
            with h5py.File(sys.argv[1] + '/a.h5', 'w') as f:
                f['id'] = np.arange(20)
                d = f.create_dataset('v', data=np.arange(20.), chunks=(4,), compression='gzip', fletcher32=True)
                at = d.id.get_chunk_info(2).byte_offset + 5
            with open(sys.argv[1] + '/a.h5', 'r+b') as f:
                f.seek(at); byte = f.read(1)[0]; f.seek(at); f.write(bytes([byte ^ 255]))
            """, folder.Path);
        SourceUnreadableException e = await Assert.ThrowsAsync<SourceUnreadableException>(() => ArchiveDump.ReadAsync(folder.Path));
        Assert.Contains("a.h5, row 8: 'v': chunk at byte", e.Message, StringComparison.Ordinal);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path, new() { SkipsBadFiles = true });
        Assert.Equal([8, 9, 10, 11], dump.Skipped.Select(row => row.Row));
        Assert.Equal([.. Enumerable.Range(0, 20).Where(i => i is < 8 or > 11).Select(i => (double)i)], dump.Numbers<double>("v"));
    }

    [Fact]
    public async Task Names_of_values_that_are_not_UTF_8_are_percent_encoded()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import h5py, numpy as np, sys
            kind = h5py.h5t.enum_create(h5py.h5t.STD_I16LE)
            for code, name in enumerate(['star'.encode(), 'Gr\xfcn'.encode('latin-1'), '\U0001F680é'.encode(), b'\xed\xa0\x80']):
                kind.enum_insert(name, code)
            with h5py.File(sys.argv[1], 'w') as f:
                f['object_id'] = np.arange(4)
                d = h5py.h5d.create(f.id, b'class', kind, h5py.h5s.create_simple((4,)))
                d.write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(4, dtype='i2'), h5py.h5t.STD_I16LE and kind)
            """, folder["names.h5"]);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path, null, true, "names.h5");
        ColumnSchema kind = dump.Batches[0].Columns.Single(column => column.Schema.Name == "class").Schema;
        Assert.Equal(["star", "Gr%FCn", "\U0001F680é", "%ED%A0%80"], kind.Categories.Select(category => category.Name));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_with_a_backslash_in_its_name_is_rejected_or_skipped(bool skips)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import h5py, sys
            for name in ['a.h5', 'h\\k.h5']:
                with h5py.File(sys.argv[1] + '/' + name, 'w') as f: f['object_id'] = [len(name)]; f['x'] = [1.]
            """, folder.Path);
        if (!skips)
        {
            PileException e = await Assert.ThrowsAsync<SourceUnreadableException>(() => ArchiveDump.ReadAsync(folder.Path));
            Assert.StartsWith($"{folder["h\\k.h5"]}: its name contains a backslash", e.Message, StringComparison.Ordinal);
            return;
        }
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path, new() { SkipsBadFiles = true });
        Assert.Equal((1, "h\\k.h5"), (dump.Rows, Assert.Single(dump.Skipped).File));
    }

    [Theory]
    [InlineData("nullterm", false)]
    [InlineData("nullpad", false)]
    [InlineData("spacepad", false)]
    [InlineData("nullpad", true)]
    [InlineData("spacepad", true)]
    public async Task Texts_with_a_NUL_are_cut_only_if_the_type_says_so(string padding, bool skips)
    {
        using TemporaryFolder folder = new();
        string[] read = Python.Run("""
            import h5py, numpy as np, sys
            kind = h5py.h5t.C_S1.copy(); kind.set_size(4); kind.set_strpad(getattr(h5py.h5t, 'STR_' + sys.argv[2].upper()))
            texts = np.array([b'ok', b'a\0b', b'a\0c', b'', b'\0z', b'four'], 'S4')
            with h5py.File(sys.argv[1], 'w') as f:
                f['object_id'] = np.arange(6)
                code = h5py.h5d.create(f.id, b'code', kind, h5py.h5s.create_simple((6,)))
                code.write(h5py.h5s.ALL, h5py.h5s.ALL, texts.tobytes() and texts, kind)
                print(*[text.hex() for text in f['code'][:]], sep=',')
            """, folder["a.h5"], padding).Trim().Split(',');
        string[] values = [.. read.Select(hex => System.Text.Encoding.UTF8.GetString(Convert.FromHexString(hex)))];
        Assert.Equal(padding is not "nullterm", values.Any(value => value.Contains('\0', StringComparison.Ordinal)));
        if (padding is not "nullterm" && !skips)
        {
            PileException e = await Assert.ThrowsAsync<ValueInvalidException>(() => ArchiveDump.ReadAsync(folder.Path));
            Assert.Equal($"{folder["a.h5"]}, row 1, column 'code': 'a\\0b' is not text without NUL. Correct the file, or skip bad rows "
                + "(Hdf5Options.SkipsBadFiles). Rows are counted from 0.", e.Message);
            return;
        }
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path, new() { SkipsBadFiles = skips });
        Assert.Equal(values.Where(value => !value.Contains('\0', StringComparison.Ordinal)), dump.Texts("code"));
        Assert.Equal(skips ? [("a.h5", 1L), ("a.h5", 2L), ("a.h5", 4L)] : [], dump.Skipped.Select(row => (row.File, row.Row)));
        Assert.All(dump.Skipped, row => Assert.Contains("column 'code': '", row.Reason, StringComparison.Ordinal));
    }

    /// <summary>Writes what happens to each file of other folders: PILE_HDF5_FOLDERS, separated by colons.</summary>
    [Fact]
    public async Task Files_of_other_folders_are_adopted_or_one_error()
    {
        foreach (string folder in Environment.GetEnvironmentVariable("PILE_HDF5_FOLDERS")?.Split(':') ?? [TestPaths.Data("hdf5")])
            foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order())
                if (Path.GetExtension(path) is ".h5" or ".hdf5" or ".nc" or ".mat")
                    TestContext.Current.TestOutputHelper?.WriteLine(await ReportAsync(folder, Path.GetRelativePath(folder, path)));
    }

    private static async Task<string> ReportAsync(string folder, string name)
    {
        try
        {
            ArchiveDump dump = await ArchiveDump.ReadAsync(folder, null, true, name);
            IEnumerable<string> columns = dump.Batches.Count is 0 ? [] : dump.Batches[0].Columns.Select(column =>
                $"{column.Schema}{(column is ReferenceColumnData ? " in place" : "")}");
            return $"{name}: {dump.Rows} rows; {string.Join(", ", columns)}\n    {string.Join("\n    ", dump.Findings)}";
        }
        catch (PileException e)
        {
            return $"{name}: {e.GetType().Name}: {e.Message}";
        }
    }
}
