using System.Text;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Hdf5.Tests.Writing;

public class Hdf5WriterTests
{
    [Fact]
    public void H5py_reads_groups_and_structures()
    {
        using TemporaryFolder folder = new();
        using (Hdf5Writer writer = Hdf5Writer.Create(folder["a.h5"]))
        {
            writer.CreateGroup("8485-1901");
            writer.CreateContiguous("8485-1901/z", DType.Float64, []).WriteRows<double>(0, [0.25]);
            Hdf5Field[] fields = [new("flux", DType.Float32, [2, 2]), new("unit", DType.String, [], 3), new("ok", DType.Bool, [])];
            Hdf5DatasetWriter spaxels = writer.CreateCompound("8485-1901/spaxels", fields, 3, 2, PieceCodec.None);
            byte[] chunk = new byte[2 * 20];
            for (int i = 0; i < 2; i++)
            {
                BitConverter.TryWriteBytes(chunk.AsSpan((20 * i) + 4), 1.5f + i);
                "mJy"u8.CopyTo(chunk.AsSpan((20 * i) + 16));
                chunk[(20 * i) + 19] = (byte)i;
            }
            spaxels.WriteChunk([0], chunk);
            spaxels.WriteChunk([2], chunk);
            Assert.Throws<ArgumentException>(() => writer.CreateGroup("8485-1901"));
            Assert.Throws<ArgumentException>(() => writer.CreateContiguous("other/z", DType.Float64, []));
            writer.Close();
        }
        Python.Run("""
            import sys, h5py, numpy as np
            group = h5py.File(sys.argv[1], 'r')['8485-1901']
            assert list(group) == ['spaxels', 'z'] and group['z'][()] == .25
            s = group['spaxels']
            assert s.dtype.names == ('flux', 'unit', 'ok') and s.shape == (3,) and s.dtype['flux'] == np.dtype(('<f4', (2, 2))), s.dtype
            assert [list(row[0].ravel()) for row in s] == [[0, 1.5, 0, 0], [0, 2.5, 0, 0], [0, 1.5, 0, 0]]
            assert [(row[1], bool(row[2])) for row in s] == [(b'mJy', False), (b'mJy', True), (b'mJy', False)]
            """, folder["a.h5"]);
    }

    [Fact]
    public void H5py_reads_every_dtype_and_shape()
    {
        using TemporaryFolder folder = new();
        using (Hdf5Writer writer = Hdf5Writer.Create(folder["a.h5"]))
        {
            Put<bool>(writer, "bool", [3], [true, false, true]);
            Put<sbyte>(writer, "int8", [3], [-128, 0, 127]);
            Put<byte>(writer, "uint8", [3], [0, 1, 255]);
            Put<short>(writer, "int16", [2, 2], [short.MinValue, -1, 1, short.MaxValue]);
            Put<ushort>(writer, "uint16", [1], [65535]);
            Put<int>(writer, "int32", [3, 1, 2], [int.MinValue, 1, 2, 3, 4, int.MaxValue]);
            Put<uint>(writer, "uint32", [1], [uint.MaxValue]);
            Put<long>(writer, "int64", [2], [long.MinValue, long.MaxValue]);
            Put<ulong>(writer, "uint64", [1], [ulong.MaxValue]);
            Put<float>(writer, "float32", [2, 3], [0.1f, float.NaN, float.PositiveInfinity, -0f, 1e-45f, 3]);
            Put<double>(writer, "float64", [1], [0.1]);
            Put<double>(writer, "scalar", [], [2.5]);
            Put<double>(writer, "empty", [0, 4], []);
            Put<float>(writer, "forced.g_cmodel_mag", [1], [1]);
            Put<float>(writer, "z", [1], [2]);
            Put<float>(writer, "Z", [1], [3]);
            Put<float>(writer, "spaced name λ 星", [1], [4]);
            byte[] texts = new byte[3 * 12];
            Encoding.UTF8.GetBytes("M 31").CopyTo(texts, 0);
            Encoding.UTF8.GetBytes("Sgr A* ★ééé"[..9]).CopyTo(texts, 24);
            writer.CreateContiguous("text", DType.String, [3], 12).WriteRowBytes(0, texts);
            writer.CreateChunked("chunks_empty", DType.Float32, [0, 5], [1, 5], PieceCodec.ShuffleDeflate);
            writer.Close();
        }
        Python.Run("""
            import sys, h5py, numpy as np
            f = h5py.File(sys.argv[1], 'r')
            def same(name, expected, dtype):
                a = f[name][()]
                e = np.array(expected, dtype)
                assert f[name].dtype == e.dtype and a.shape == e.shape, (name, f[name].dtype, a.shape)
                assert a.tobytes() == e.tobytes(), (name, a)
            same('bool', [True, False, True], bool)
            same('int8', [-128, 0, 127], 'i1')
            same('uint8', [0, 1, 255], 'u1')
            same('int16', [[-32768, -1], [1, 32767]], '<i2')
            same('uint16', [65535], '<u2')
            same('int32', [[[-2**31, 1]], [[2, 3]], [[4, 2**31 - 1]]], '<i4')
            same('uint32', [2**32 - 1], '<u4')
            same('int64', [-2**63, 2**63 - 1], '<i8')
            same('uint64', [2**64 - 1], '<u8')
            a = f['float32'][:]
            assert np.isnan(a[0, 1]) and np.isposinf(a[0, 2]) and np.signbit(a[1, 0]) and a[1, 1] == np.float32(1e-45), a
            same('float64', [0.1], '<f8')
            same('scalar', 2.5, '<f8')
            assert f['empty'].shape == (0, 4)
            e = f['chunks_empty']
            assert e.shape == (0, 5) and e.chunks == (1, 5) and e.compression == 'gzip' and e.shuffle
            assert [f[n][0] for n in ('forced.g_cmodel_mag', 'z', 'Z', 'spaced name λ 星')] == [1, 2, 3, 4]
            assert list(f['text'].asstr()[:]) == ['M 31', '', 'Sgr A* ★é'], list(f['text'].asstr()[:])
            assert h5py.check_string_dtype(f['text'].dtype) == ('utf-8', 12)
            """, folder["a.h5"]);
    }

    [Fact]
    public void H5py_reads_attributes_as_Python_types()
    {
        using TemporaryFolder folder = new();
        using (Hdf5Writer writer = Hdf5Writer.Create(folder["a.h5"]))
        {
            writer.Attributes.Write("title", "Größe in µJy ★");
            writer.Attributes.Write("empty", "");
            writer.Attributes.Write("order", 4L);
            writer.Attributes.Write("radius_arcsec", 0.5);
            writer.Attributes.Write("final", true);
            Hdf5DatasetWriter flux = writer.CreateContiguous("flux", DType.Float32, [0]);
            flux.Attributes.Write("bands", ["g", "", "ż"]);
            flux.Attributes.Write("none", (ReadOnlySpan<string>)[]);
            flux.Attributes.Write("lambda", [1.5, double.NaN]);
            flux.Attributes.Write("bits", [1L, -2L]);
            flux.Attributes.Write("flags", [true, false]);
            Assert.Throws<ArgumentException>(() => flux.Attributes.Write("bits", 1L));
            Assert.Throws<ArgumentException>(() => flux.Attributes.Write("cut", "a\0b"));
            writer.Close();
        }
        Python.Run("""
            import sys, h5py, numpy as np
            f = h5py.File(sys.argv[1], 'r')
            assert f.attrs['title'] == 'Größe in µJy ★' and f.attrs['empty'] == ''
            assert f.attrs['order'] == 4 and f.attrs['radius_arcsec'] == 0.5
            assert f.attrs['final'] == True and f.attrs['final'].dtype == bool
            a = f['flux'].attrs
            assert list(a['bands']) == ['g', '', 'ż'] and len(a['none']) == 0
            assert list(a['bits']) == [1, -2] and list(a['flags']) == [True, False]
            assert a['lambda'][0] == 1.5 and np.isnan(a['lambda'][1])
            """, folder["a.h5"]);
    }

    [Fact]
    public void Rows_can_be_written_in_parts()
    {
        using TemporaryFolder folder = new();
        using (Hdf5Writer writer = Hdf5Writer.Create(folder["a.h5"]))
        {
            Hdf5DatasetWriter values = writer.CreateContiguous("v", DType.Int32, [5, 2]);
            values.WriteRows<int>(3, [6, 7, 8, 9]);
            values.WriteRows<int>(0, [0, 1, 2, 3, 4, 5]);
            Assert.Throws<ArgumentException>(() => values.WriteRows<int>(4, [1, 2, 3, 4]));
            Assert.Throws<ArgumentException>(() => values.WriteRows<int>(0, [1]));
            Assert.Throws<ArgumentException>(() => values.WriteRows<long>(0, [1, 2]));
            writer.Close();
        }
        Assert.Equal("0 1 2 3 4 5 6 7 8 9",
            Python.Run("import sys, h5py; print(*h5py.File(sys.argv[1])['v'][:].ravel())", folder["a.h5"]).Trim());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData(".")]
    [InlineData("a\0b")]
    public void Names_that_HDF5_interprets_as_paths_are_rejected(string name)
    {
        using TemporaryFolder folder = new();
        using Hdf5Writer writer = Hdf5Writer.Create(folder["a.h5"]);
        Assert.Throws<ArgumentException>(() => writer.CreateContiguous(name, DType.Bool, [1]));
    }

    [Fact]
    public void Duplicate_names_and_invalid_shapes_are_argument_errors()
    {
        using TemporaryFolder folder = new();
        using Hdf5Writer writer = Hdf5Writer.Create(folder["a.h5"]);
        writer.CreateContiguous("a", DType.Bool, [1]);
        Assert.Throws<ArgumentException>(() => writer.CreateContiguous("a", DType.Int8, [1]));
        Assert.Throws<ArgumentException>(() => writer.CreateContiguous("b", DType.Int8, [-1]));
        Assert.Throws<ArgumentException>(() => writer.CreateContiguous("c", DType.String, [1]));
        Assert.Throws<ArgumentException>(() => writer.CreateContiguous("d", DType.Int8, [1], stringBytes: 3));
        Assert.Throws<ArgumentException>(() => writer.CreateChunked("e", DType.Int8, [4, 2], [1], PieceCodec.None));
        Hdf5DatasetWriter chunked = writer.CreateChunked("f", DType.Int8, [4, 2], [1, 2], PieceCodec.None);
        Assert.Throws<ArgumentException>(() => chunked.WriteChunk([4, 0], [1, 2]));
        Assert.Throws<ArgumentException>(() => chunked.WriteChunk([0, 1], [1, 2]));
    }

    [Fact]
    public void A_missing_folder_is_an_error() =>
        Assert.Throws<DirectoryNotFoundException>(() => Hdf5Writer.Create("/nonexistent/folder/a.h5"));

    [Fact]
    public void An_attribute_that_HDF5_cannot_store_is_an_error_with_its_name()
    {
        using TemporaryFolder folder = new();
        using Hdf5Writer writer = Hdf5Writer.Create(folder["a.h5"]);
        Hdf5DatasetWriter dataset = writer.CreateContiguous("class", DType.Int8, [0]);
        Hdf5Exception e = Assert.Throws<Hdf5Exception>(() => dataset.Attributes.Write("codes", new long[8200]));
        Assert.Equal((folder["a.h5"], "class@codes"), (e.FilePath, e.Item));
        dataset.Attributes.Write("fewer", new long[8180]);
        dataset.Attributes.Write("names", [.. Enumerable.Range(0, 4091).Select(i => $"class {i}")]);
        writer.Close();
        Assert.Equal("8180 4091",
            Python.Run("import sys, h5py; print(*map(len, h5py.File(sys.argv[1])['class'].attrs.values()))",
                folder["a.h5"]).Trim());
    }

    [Fact]
    public void Chunks_are_written_in_order_and_may_be_missing()
    {
        using TemporaryFolder folder = new();
        using (Hdf5Writer writer = Hdf5Writer.Create(folder["a.h5"]))
        {
            Hdf5DatasetWriter values = writer.CreateChunked("v", DType.UInt8, [5, 3], [2, 2], PieceCodec.None);
            values.WriteChunk([0, 2], [1, 0, 2, 0]);
            values.WriteChunk([4, 0], [3, 4, 0, 0]);
            Assert.Throws<ArgumentException>(() => values.WriteChunk([4, 0], [3, 4, 0, 0]));
            Assert.Throws<ArgumentException>(() => values.WriteChunk([0, 0], [3, 4, 0, 0]));
            writer.Close();
        }
        Assert.Equal("0 0 1 0 0 2 0 0 0 0 0 0 3 4 0",
            Python.Run("import sys, h5py; print(*h5py.File(sys.argv[1])['v'][:].ravel())", folder["a.h5"]).Trim());
    }

    [Fact] // libhdf5 changes the structures that it did not write
    public void H5py_changes_a_file()
    {
        using TemporaryFolder folder = new();
        using (Hdf5Writer writer = Hdf5Writer.Create(folder["a.h5"]))
        {
            writer.Attributes.Write("title", "a");
            for (int i = 0; i < 20; i++)
                Put<int>(writer, $"c{i}", [2], [i, -i]);
            Hdf5DatasetWriter heavy = writer.CreateChunked("heavy", DType.Float32, [300, 2], [1, 2], PieceCodec.None);
            for (int row = 0; row < 300; row++)
                heavy.WriteChunk([row, 0], new byte[8]);
            writer.Close();
        }
        Python.Run("""
            import sys, h5py, numpy as np
            with h5py.File(sys.argv[1], 'r+') as f:
                f.attrs['note'] = 'longer than before'
                f.attrs['title'] = 'b'
                del f['c3']
                f['new'] = np.arange(3)
                f['c4'][0] = 77
                f['c5'].attrs['unit'] = 'mag'
                f['heavy'][299] = [1, 2]
            with h5py.File(sys.argv[1], 'r') as f:
                assert len(f) == 21 and list(f['new']) == [0, 1, 2] and list(f['c4']) == [77, -4] and 'c3' not in f
                assert f.attrs['title'] == 'b' and f.attrs['note'] == 'longer than before' and f['c5'].attrs['unit'] == 'mag'
                assert f['heavy'][:].sum() == 3
            """, folder["a.h5"]);
    }

    [Fact]
    public void The_same_content_has_the_same_bytes_and_no_times()
    {
        using TemporaryFolder folder = new();
        Write(folder["a.h5"]);
        Write(folder["b.h5"]);
        Assert.Equal(File.ReadAllBytes(folder["a.h5"]), File.ReadAllBytes(folder["b.h5"]));
        // HDF5 counts the times of objects in seconds, so both files could have the same time.
        Assert.Equal("/ 0\nheavy 0\nlight 0\n", Python.Run("""
            import sys, h5py
            f = h5py.File(sys.argv[1])
            for name in ['/', *f]:
                print(name, h5py.h5g.get_objinfo(f[name].id).mtime)
            """, folder["a.h5"]));

        static void Write(string path)
        {
            using Hdf5Writer writer = Hdf5Writer.Create(path);
            writer.Attributes.Write("title", "twice");
            writer.Attributes.Write("bands", ["g", "r"]);
            Put<float>(writer, "light", [3], [1, 2, 3]);
            Hdf5DatasetWriter heavy = writer.CreateChunked("heavy", DType.Float32, [200, 16], [1, 16], PieceCodec.None);
            heavy.Attributes.Write("unit", "nanomaggy");
            for (int row = 0; row < 200; row++)
                heavy.WriteChunk([row, 0], new byte[64]);
            writer.Close();
        }
    }

    internal static void Put<T>(Hdf5Writer writer, string name, long[] shape, T[] values) where T : unmanaged =>
        writer.CreateContiguous(name, DTypes.Of<T>(), shape).WriteRows<T>(0, values);
}
