using Pile.Format;
using Pile.TestKit;

namespace Pile.Hdf5.Tests.Reading;

public class Hdf5ReadingTests : Hdf5Test
{
    [Fact]
    public void Reads_what_h5py_writes()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, h5py, numpy as np
            with h5py.File(sys.argv[1], 'w') as f:
                f['bool'] = np.array([True, False, True])
                f['big'] = np.array([1, -2, 2**40], '>i8')
                f['half'] = np.array([0.5, -2], 'f2')
                f['u1'] = np.array([[1, 2], [3, 255]], 'u1')
                f['f4'] = np.array([0.1, np.nan], 'f4')
                f['scalar'] = 3.25
                f['empty'] = np.zeros((0, 3), 'i4')
                f['fixed_ascii'] = np.array([b'M31', b'', b'abcdef'], 'S6')
                f['fixed_utf8'] = np.array(['é'.encode(), 'λ★'.encode()], dtype=h5py.string_dtype('utf-8', 8))
                f['vlen'] = np.array(['é', '', 'long ' * 50], dtype=object)
                f.create_dataset('vlen_ascii', data=[b'a', b'bc'], dtype=h5py.string_dtype('ascii'))
                f.create_dataset('vlen_gzip', data=np.array([['a', 'b'], ['c', 'ddd']], dtype=object), dtype=h5py.string_dtype(), chunks=(1, 2), compression='gzip')
                e = h5py.enum_dtype({'RED': 1, 'GREEN': 300}, 'i2')
                f.create_dataset('enum', data=np.array([1, 300], 'i2'), dtype=e)
                x = np.arange(60, dtype='i4').reshape(5, 12)
                f.create_dataset('g/gzip', data=x, chunks=(2, 5), compression='gzip', shuffle=True)
                f.create_dataset('g/lzf', data=x, chunks=(2, 5), compression='lzf')
                f.create_dataset('g/fletcher', data=x, chunks=(5, 12), fletcher32=True)
                f['compound'] = np.zeros(2, [('a', 'i4')])
            """, folder["a.h5"]);
        using Hdf5File file = Hdf5File.Open(folder["a.h5"]);
        Assert.Equal([true, false, true], Rows<bool>(file, "bool"));
        Assert.Equal([1, -2, 1L << 40], Rows<long>(file, "big"));
        Assert.Equal([0.5f, -2], Rows<float>(file, "half"));
        Assert.Equal([1, 2, 3, 255], Rows<byte>(file, "u1"));
        Assert.Equal([1, 2, 3, 255], Rows<short>(file, "u1"));
        Assert.Equal([1, 2, 3, 255], Rows<double>(file, "u1"));
        Assert.Equal([0.1f, float.NaN], Rows<float>(file, "f4"));
        Assert.Equal([3.25], Rows<double>(file, "scalar"));
        Assert.Equal([], Rows<int>(file, "empty"));
        Assert.Equal([1, 300], Rows<short>(file, "enum"));
        foreach (string name in (string[])["g/gzip", "g/fletcher"])
            Assert.Equal(Enumerable.Range(0, 60), Rows<int>(file, name));
        // LZF comes with h5py, not with libhdf5, and no file may make us load a plugin.
        Assert.Contains("'lzf'", Assert.Throws<Hdf5Exception>(() => Rows<int>(file, "g/lzf")).Message, StringComparison.Ordinal);

        Assert.Equal(["M31", "", "abcdef"], Texts(file, "fixed_ascii"));
        Assert.Equal(["é", "λ★"], Texts(file, "fixed_utf8"));
        Assert.Equal(["é", "", string.Concat(Enumerable.Repeat("long ", 50))], Texts(file, "vlen"));
        Assert.Equal(["a", "bc"], Texts(file, "vlen_ascii"));
        Assert.Equal(["a", "b", "c", "ddd"], Texts(file, "vlen_gzip"));
        using (Hdf5Dataset part = file.OpenDataset("vlen_gzip"))
            Assert.Equal(["c", "ddd"], part.ReadStrings(1, 1));

        Assert.Contains("compound", Assert.Throws<Hdf5Exception>(() => file.OpenDataset("compound")).Message, StringComparison.Ordinal);
        Assert.Throws<Hdf5Exception>(() => file.OpenDataset("none"));
        Assert.Throws<Hdf5Exception>(() => file.OpenDataset("g"));
    }

    [Fact]
    public void Describes_layout_and_filters()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, h5py, numpy as np
            with h5py.File(sys.argv[1], 'w') as f:
                f['flat'] = np.arange(6, dtype='>f8').reshape(2, 3)
                f.create_dataset('raw', data=np.zeros((2, 3), 'f4'), chunks=(1, 3))
                f.create_dataset('sd', data=np.zeros((2, 3), 'f4'), chunks=(1, 3), compression='gzip', compression_opts=4, shuffle=True)
                f.create_dataset('d', data=np.zeros((2, 3), 'f4'), chunks=(1, 3), compression='gzip')
                f.create_dataset('s', data=np.zeros((2, 3), 'f4'), chunks=(1, 3), shuffle=True)
                f.create_dataset('lzf', data=np.zeros((2, 3), 'f4'), chunks=(1, 3), compression='lzf')
                print(f['flat'].id.get_offset())
            """, folder["a.h5"]);
        using Hdf5File file = Hdf5File.Open(folder["a.h5"]);
        Assert.Equal(["d", "flat", "lzf", "raw", "s", "sd"], file.List().Select(link => link.Name));
        using (Hdf5Dataset flat = file.OpenDataset("/flat"))
        {
            Assert.Equal((DType.Float64, false, true, 3, 2L), (flat.DType, flat.Type.IsPlain, flat.IsContiguous, flat.ElementsPerRow, flat.RowCount));
            Assert.Equal([2L, 3], flat.Shape);
            byte[] bytes = File.ReadAllBytes(folder["a.h5"]);
            Assert.Equal(5.0, System.Buffers.Binary.BinaryPrimitives.ReadDoubleBigEndian(bytes.AsSpan((int)flat.ContiguousOffset()! + 40)));
            Assert.Throws<ArgumentException>(() => flat.ReadChunkIndex());
            Assert.Throws<ArgumentException>(() => flat.ReadRows<float>(0, 2, new float[6]));
            Assert.Throws<ArgumentException>(() => flat.ReadRows<double>(0, 2, new double[5]));
            Assert.Throws<ArgumentException>(() => flat.ReadRows<double>(1, 2, new double[6]));
            Assert.Throws<ArgumentException>(() => flat.ReadStrings(0, 1));
        }
        foreach ((string name, PieceCodec? codec) in new (string, PieceCodec?)[] { ("raw", PieceCodec.None), ("sd", PieceCodec.ShuffleDeflate), ("d", PieceCodec.Deflate), ("s", PieceCodec.Shuffle), ("lzf", null) })
        {
            using Hdf5Dataset dataset = file.OpenDataset(name);
            Assert.Equal(codec, dataset.Codec);
            Assert.Equal([1L, 3], dataset.ChunkShape);
            Assert.True(dataset.Type.IsPlain);
            Assert.Null(dataset.ContiguousOffset());
        }
    }

    [Fact]
    public void Reads_attributes_of_files_groups_and_datasets()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, h5py, numpy as np
            with h5py.File(sys.argv[1], 'w') as f:
                f.attrs['title'] = 'Größe'
                f.attrs['bytes'] = np.bytes_(b'abc')
                f.attrs['none'] = h5py.Empty('f4')
                g = f.create_group('g')
                g.attrs['n'] = np.uint8(7)
                g.attrs['big'] = np.uint64(2**64 - 1)
                g.attrs['list'] = np.array([[1, 2], [3, 4]], '>i2')
                g.attrs['x'] = np.float32(0.5)
                g.attrs['ok'] = True
                g.attrs['names'] = ['g', '', 'ż']
                g.attrs['odd'] = np.zeros(1, [('a', 'i4')])
            """, folder["a.h5"]);
        using Hdf5File file = Hdf5File.Open(folder["a.h5"]);
        Assert.Equal(["bytes", "none", "title"], file.Attributes.Names());
        Assert.Equal("Größe", file.Attributes.Find("title")?.AsText);
        Assert.Equal("abc", file.Attributes.Find("bytes")?.AsText);
        Assert.Empty(file.Attributes.Find("none")!.Values);
        Assert.Null(file.Attributes.Find("missing"));
        Dictionary<string, Hdf5Attribute> group = file.ReadAttributes("g").ToDictionary(attribute => attribute.Name);
        Assert.Equal((7L, 0.5, true), (group["n"].AsInt64, group["x"].AsFloat64, group["ok"].AsBool));
        Assert.Equal([ulong.MaxValue], (ulong[])group["big"].Values);
        Assert.Equal([1L, 2, 3, 4], (long[])group["list"].Values);
        Assert.Equal([2L, 2], group["list"].Shape);
        Assert.Equal(["g", "", "ż"], (string[])group["names"].Values);
        Assert.Null(group["odd"].DType);
    }

    [Fact]
    public void Reads_back_what_the_writer_wrote()
    {
        using TemporaryFolder folder = new();
        using (Hdf5Writer writer = Hdf5Writer.Create(folder["a.h5"]))
        {
            Hdf5DatasetWriter names = writer.CreateContiguous("object_id", DType.String, [2], 4);
            names.WriteRowBytes(0, "a\0\0\0\u00e9bc"u8);
            names.Attributes.Write("ok", [true, false]);
            names.Attributes.Write("order", 4L);
            names.Attributes.Write("x", 0.5);
            writer.CreateChunked("empty", DType.Float32, [0, 5], [1, 5], PieceCodec.ShuffleDeflate);
            writer.Close();
        }
        using Hdf5File file = Hdf5File.Open(folder["a.h5"]);
        using Hdf5Dataset dataset = file.OpenDataset("object_id");
        Assert.Equal(["a", "ébc"], dataset.ReadStrings(0, 2));
        byte[] bytes = new byte[8];
        dataset.ReadRowBytes(0, 2, bytes);
        Assert.Equal("a\0\0\0\u00e9bc"u8, bytes);
        Assert.True(dataset.Type.IsPlain);
        Assert.Equal([true, false], (bool[])dataset.Attributes.Find("ok")!.Values);
        Assert.Equal((4L, 0.5), (dataset.Attributes.Find("order")!.AsInt64, dataset.Attributes.Find("x")!.AsFloat64));
        using Hdf5Dataset empty = file.OpenDataset("empty");
        Assert.Empty(empty.ReadChunkIndex().ByRow());
    }

    [Fact]
    public void Nothing_leads_out_of_the_file()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import os, sys, h5py, numpy as np
            os.chdir(sys.argv[1])
            with h5py.File('other.h5', 'w') as f:
                f['x'] = np.arange(4)
            open('outside.raw', 'wb').write(bytes(32))
            with h5py.File('a.h5', 'w', libver='latest') as f:
                f['x'] = np.arange(4)
                f['soft'] = h5py.SoftLink('/x')
                f['outer'] = h5py.ExternalLink('other.h5', '/')
                layout = h5py.VirtualLayout((4,), 'i8')
                layout[:] = h5py.VirtualSource('other.h5', 'x', (4,))
                f.create_virtual_dataset('virtual', layout)
                f.create_dataset('external', (4,), 'i8', external=[('outside.raw', 0, 32)])
            """, folder.Path);
        using Hdf5File file = Hdf5File.Open(folder["a.h5"]);
        Assert.Equal(
            [new("external", Hdf5LinkKind.Dataset), new("outer", Hdf5LinkKind.ExternalLink), new("soft", Hdf5LinkKind.SoftLink), new("virtual", Hdf5LinkKind.Dataset), new Hdf5Link("x", Hdf5LinkKind.Dataset)],
            file.List());
        foreach (string path in (string[])["soft", "outer", "outer/x", "virtual", "external"])
            Assert.Throws<Hdf5Exception>(() => file.OpenDataset(path));
        Assert.True(file.Contains("x"));
        Assert.False(file.Contains("y"));
    }

    [Fact]
    public void Foreign_texts_read_as_h5py_reads_them()
    {
        using Hdf5File file = Hdf5File.Open(TestPaths.Data("hdf5/test_string_datasets_earliest.hdf5"));
        foreach (string name in (string[])["fixed_length_ascii", "variable_length_ascii", "variable_length_utf8"])
            Assert.Equal(Python.Run($"""
                import sys, h5py
                print('|'.join(h5py.File(sys.argv[1])['{name}'].asstr()[:]))
                """, file.Path).TrimEnd('\n'), string.Join('|', Texts(file, name)));
    }

    internal static T[] Rows<T>(Hdf5File file, string name) where T : unmanaged
    {
        using Hdf5Dataset dataset = file.OpenDataset(name);
        T[] rows = new T[dataset.RowCount * dataset.ElementsPerRow];
        dataset.ReadRows<T>(0, dataset.RowCount, rows);
        return rows;
    }

    private static string[] Texts(Hdf5File file, string name)
    {
        using Hdf5Dataset dataset = file.OpenDataset(name);
        return dataset.ReadStrings(0, dataset.RowCount);
    }
}
