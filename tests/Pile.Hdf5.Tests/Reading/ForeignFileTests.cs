using Pile.TestKit;

namespace Pile.Hdf5.Tests.Reading;

/// <summary>Files that are not shards are rejected with an error that names the structure.</summary>
public class ForeignFileTests
{
    [Theory]
    [InlineData("f['x'] = np.arange(4)", "latest", "superblock at byte 0: version 3")]
    [InlineData("f['x'] = np.arange(4)", "v108", "superblock at byte 0: version 2")]
    [InlineData("f['x'] = h5py.SoftLink('/y')", "earliest", "'x' is a soft link")]
    [InlineData("f['x'] = h5py.ExternalLink('other.h5', '/')", "earliest", "'x' is an external link")]
    [InlineData("f.create_group('x')", "earliest", "'x' is a group")]
    [InlineData("f['x'] = np.zeros(2, [('a', 'i4')])", "earliest", "kind 'compound'")]
    [InlineData("f['x'] = np.zeros(2, '>f4')", "earliest", "kind 'float'")]
    [InlineData("f['x'] = np.array(['a', 'bc'], dtype=object)", "earliest", "kind 'sequence of variable length'")]
    [InlineData("f['x'] = np.zeros(2); f['y'] = f['x']", "earliest", "2 links to the object")]
    [InlineData("f['t'] = np.dtype('f8'); f.create_dataset('a', (2,), f['t'])", "earliest", "shared datatype message")]
    [InlineData("f.create_dataset('x', (4,), 'i8', external=[('outside.raw', 0, 32)])", "earliest", "external data files")]
    [InlineData("f.create_dataset('x', data=np.zeros(4), track_times=True)", "earliest", "modification time")]
    [InlineData("f.create_dataset('x', data=np.zeros((2, 3)), chunks=(1, 3), compression='lzf')", "earliest", "the filters [32000]")]
    [InlineData("f.create_dataset('x', data=np.zeros((2, 3)), chunks=(1, 3), fletcher32=True)", "earliest", "the filters [3]")]
    [InlineData("f.create_dataset('x', (6, 2), 'i4', chunks=(1, 2))[4] = 1", "earliest", "expected the chunk at [0, 0]")]
    [InlineData("f.create_dataset('x', (6, 2), 'i4')", "earliest", "never written")]
    [InlineData("d = f.create_dataset('x', (1, 8), 'u1', chunks=(1, 8), compression='gzip'); d.id.write_direct_chunk((0, 0), bytes(8), 1)",
        "earliest", "skipped filters")]
    [InlineData("f.attrs['x'] = np.zeros((2, 2))", "earliest", "2 dimensions")]
    [InlineData("f.attrs['x'] = h5py.Empty('f4')", "earliest", "dataspace")]
    [InlineData("p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_layout(h5py.h5d.COMPACT); p.set_obj_track_times(False); "
        + "h5py.h5d.create(f.id, b'x', h5py.h5t.NATIVE_INT32, h5py.h5s.create_simple((2,)), p)", "earliest", "compact layout")]
    public void Unsupported_structures_are_named(string python, string version, string expected)
    {
        using TemporaryFolder folder = new();
        string library = version is "v108" ? "('v108', 'v108')" : $"'{version}'";
        Python.Run("import os, sys, h5py, numpy as np\nos.chdir(os.path.dirname(sys.argv[1]))\nopen('outside.raw', "
            + $"'wb').write(bytes(32))\nwith h5py.File(sys.argv[1], 'w', libver={library}) as f:\n    {python}\n", folder["a.h5"]);
        Hdf5Exception e = Assert.Throws<Hdf5Exception>(() => ShardDump.Of(folder["a.h5"]));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.Contains("at byte", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("malformed/gwosc_truncated.h5", "truncated or corrupt")]
    [InlineData("malformed/hdf5_bad_signature.h5", "expected the signature of HDF5")]
    [InlineData("malformed/hdf5_bad_snod.h5", "")]
    [InlineData("malformed/hdf5_bad_tree.h5", "")]
    [InlineData("malformed/hdf5_bad_gcol.h5", "")]
    [InlineData("malformed/fletcher32_bitflip.h5", "")]
    [InlineData("hdf5/test_string_datasets_earliest.hdf5", "")]
    [InlineData("malformed/empty.fits", "found one of 0 bytes")]
    [InlineData("malformed/parquet_truncated.parquet", "expected the signature of HDF5")]
    public void Corrupt_and_foreign_files_are_rejected(string name, string expected)
    {
        string path = TestPaths.Data(name);
        Hdf5Exception e = Assert.Throws<Hdf5Exception>(() => ShardDump.Of(path));
        Assert.Equal(path, e.FilePath);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_files_and_folders_are_rejected()
    {
        using TemporaryFolder folder = new();
        Assert.Throws<Hdf5Exception>(() => ShardDump.Of(folder["missing.h5"]));
        Assert.Throws<Hdf5Exception>(() => ShardDump.Of(folder.Path));
        Assert.Throws<Hdf5Exception>(() => ShardDump.Of("/dev/zero"));
    }
}
