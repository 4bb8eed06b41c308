using Pile.Format;
using Pile.TestKit;

namespace Pile.Hdf5.Tests.Reading;

/// <summary>Pile and h5py read the same contents of shards.</summary>
public class ShardReadingTests
{
    [Fact]
    public void Conformance_shards_are_read_as_by_h5py()
    {
        string[] shards = [.. Directory.EnumerateFiles(Path.Combine(TestPaths.Root, "format-spec/conformance/v1/valid"), "*.hdf5",
            SearchOption.AllDirectories)];
        Assert.NotEmpty(shards);
        AssertSame(shards);
    }

    // With a name that is not ASCII, libhdf5 stores up to eight links in the root's object header, and more in a
    // fractal heap with direct and indirect blocks, and an index of names.
    [Fact]
    public void Any_number_of_columns_of_h5py_is_read_as_by_h5py()
    {
        using TemporaryFolder folder = new();
        int[] counts = [1, 8, 9, 45, 46, 700, 6000];
        Python.Run("""
            import sys, h5py, numpy as np
            for count in sys.argv[2:]:
                with h5py.File(f'{sys.argv[1]}/{count}.h5', 'w') as f:
                    for i in range(int(count)):
                        f[f'column {i} λ' + 'λ' * (i % 40)] = np.array([i, -i], '<i4')
            """, [folder.Path, .. counts.Select(count => $"{count}")]);
        Assert.True(File.ReadAllBytes(folder["9.h5"]).AsSpan().IndexOf("FRHP"u8) > 0);
        AssertSame([.. counts.Select(count => folder[$"{count}.h5"])]);
    }

    [Fact]
    public void Any_number_of_columns_is_read_as_by_h5py()
    {
        using TemporaryFolder folder = new();
        int[] counts = [0, 1, 8, 9, 700, 6000];
        foreach (int count in counts)
        {
            using Hdf5Writer writer = Hdf5Writer.Create(folder[$"{count}.h5"]);
            for (int i = 0; i < count; i++)
                writer.CreateContiguous($"column {i} {new string('λ', i % 40)}", DType.Int32, [2]).WriteRows<int>(0, [i, -i]);
            writer.Close();
        }
        AssertSame([.. counts.Select(count => folder[$"{count}.h5"])]);
    }

    [Fact]
    public void Names_up_to_the_maximum_length_are_read_as_by_h5py()
    {
        using TemporaryFolder folder = new();
        using (Hdf5Writer writer = Hdf5Writer.Create(folder["a.h5"]))
        {
            for (int i = 0; i < 20; i++)
                writer.CreateContiguous(new string((char)('a' + i), Hdf5Writer.MaxNameBytes), DType.Int8, [0]);
            Assert.Throws<ArgumentException>(() => writer.CreateContiguous(new string('z', Hdf5Writer.MaxNameBytes + 1), DType.Int8, [0]));
            writer.Close();
        }
        AssertSame([folder["a.h5"]]);
    }

    [Fact]
    public void Any_number_of_chunks_is_read_as_by_h5py()
    {
        using TemporaryFolder folder = new();
        int[] counts = [0, 1, 63, 64, 65, 3000, 20_000];
        foreach (int count in counts)
        {
            using Hdf5Writer writer = Hdf5Writer.Create(folder[$"{count}.h5"]);
            Hdf5DatasetWriter plain = writer.CreateChunked("plain", DType.UInt8, [count, 2, 2], [1, 2, 2], PieceCodec.None);
            Hdf5DatasetWriter encoded = writer.CreateChunked("encoded", DType.Float64, [count, 3], [1, 3], PieceCodec.ShuffleDeflate);
            for (int row = 0; row < count; row++)
            {
                plain.WriteChunk([row, 0, 0], [(byte)row, (byte)(row >> 8), 1, 2]);
                encoded.WriteChunk([row, 0], new byte[1 + (row % 9)]);
            }
            writer.Close();
        }
        AssertSame([.. counts.Select(count => folder[$"{count}.h5"])]);
    }

    [Fact]
    public void Many_and_long_attributes_are_read_as_by_h5py()
    {
        using TemporaryFolder folder = new();
        using (Hdf5Writer writer = Hdf5Writer.Create(folder["a.h5"]))
        {
            writer.Attributes.Write("empty", "");
            writer.Attributes.Write("long", new string('é', 40_000));
            writer.Attributes.Write("longer than a collection", new string('x', 300_000));
            Hdf5DatasetWriter dataset = writer.CreateContiguous("a", DType.Bool, [0]);
            for (int i = 0; i < 400; i++)
                dataset.Attributes.Write($"number {i}", i);
            dataset.Attributes.Write("codes", [.. Enumerable.Range(0, 8000).Select(i => (long)i)]);
            dataset.Attributes.Write("names", [.. Enumerable.Range(0, 4000).Select(i => i % 7 == 0 ? "" : $"class {i}")]);
            dataset.Attributes.Write("none", (ReadOnlySpan<string>)[]);
            dataset.Attributes.Write("flags", [true, false]);
            dataset.Attributes.Write("x", [0.5, double.NaN, double.NegativeInfinity]);
            writer.Close();
        }
        AssertSame([folder["a.h5"]]);
    }

    [Fact] // as symbol tables, with attributes of version 1
    public void Shards_written_by_h5py_are_read_as_by_h5py()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, h5py, numpy as np
            def make(path, count):
                with h5py.File(path, 'w') as f:
                    f.attrs['pile'] = '1.0'
                    f.attrs['names'] = ['a', '', 'ż']
                    f.attrs['n'] = 3
                    f.attrs['x'] = np.float32(0.5)
                    f.attrs['ok'] = True
                    for i in range(count):
                        f[f'c{i}'] = np.arange(i % 5)
                    f['flag'] = np.array([True, False])
                    f['ascii'] = np.array([b'M31', b''], 'S3')
                    f['utf8'] = np.array(['é'.encode(), 'λ★'.encode()], dtype=h5py.string_dtype('utf-8', 8))
                    f.create_dataset('rows', data=np.random.default_rng(3).random((90, 3)), chunks=(1, 3), compression='gzip', shuffle=True)
                    f.create_dataset('parts', data=np.arange(9 * 7 * 11.).reshape(9, 7, 11), chunks=(1, 3, 4), compression='gzip')
                    f.create_dataset('none', data=np.zeros((0, 4), 'f4'))
            for count in (0, 3, 3000):
                make(f'{sys.argv[1]}/{count}.h5', count)
            """, folder.Path);
        AssertSame([folder["0.h5"], folder["3.h5"], folder["3000.h5"]]);
        using Hdf5File file = Hdf5File.Open(folder["3.h5"]);
        Assert.Equal((9, PieceCodec.Deflate), (file.OpenDataset("parts").ReadChunkIndex().PiecesPerRow, file.OpenDataset("parts").Codec));
    }

    [Fact]
    public void Rows_are_read_in_parts_and_checked()
    {
        using TemporaryFolder folder = new();
        using (Hdf5Writer writer = Hdf5Writer.Create(folder["a.h5"]))
        {
            writer.CreateContiguous("v", DType.Int32, [5, 2]).WriteRows<int>(0, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
            writer.CreateContiguous("text", DType.String, [3], 4).WriteRowBytes(0, "a\0\0\0\u00e9bc\0\0\0\0"u8);
            writer.CreateContiguous("cut", DType.String, [1], 1).WriteRowBytes(0, [0xC3]);
            writer.CreateContiguous("flag", DType.Bool, [2]).WriteRowBytes(0, [1, 2]);
            writer.Close();
        }
        using Hdf5File file = Hdf5File.Open(folder["a.h5"]);
        int[] rows = new int[4];
        file.OpenDataset("v").ReadRows<int>(2, 2, rows);
        Assert.Equal([4, 5, 6, 7], rows);
        (byte[] utf8, int[] starts) = file.OpenDataset("text").ReadUtf8(1, 2);
        Assert.Equal("ébc"u8, utf8);
        Assert.Equal([0, 4, 4], starts);
        Assert.Contains("found 5 rows", Assert.Throws<Hdf5Exception>(() => file.OpenDataset("v").ReadRows<int>(4, 2, rows)).Message);
        Assert.Contains("found int32", Assert.Throws<Hdf5Exception>(() => file.OpenDataset("v").ReadRows<long>(0, 2, new long[4])).Message);
        Assert.Contains("not UTF-8: C3", Assert.Throws<Hdf5Exception>(() => file.OpenDataset("cut").ReadUtf8(0, 1)).Message);
        Assert.Contains("boolean 2 in row 1", Assert.Throws<Hdf5Exception>(() => file.OpenDataset("flag").ReadAll<bool>()).Message);
        Assert.Contains("there is no such dataset", Assert.Throws<Hdf5Exception>(() => file.OpenDataset("w")).Message);
    }

    private static void AssertSame(string[] paths)
    {
        string?[] expected = ShardDump.ByH5py(paths);
        for (int i = 0; i < paths.Length; i++)
            Assert.Equal(expected[i], ShardDump.Of(paths[i]));
    }
}
