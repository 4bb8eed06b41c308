using System.Text;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Hdf5.Tests.Reading;

/// <summary>Rows in chunks of several whole rows, as those of compressed lists, are read as h5py wrote them.</summary>
public class RowChunkTests
{
    private const int Rows = 1000;

    private const string Script = """
        import sys, h5py, numpy as np
        n = 1000
        with h5py.File(sys.argv[1], "w", libver=("earliest", "v108")) as f:
            def add(name, data, chunks, **filters):
                f.create_dataset(name, data=data, chunks=chunks, track_times=False, **filters)
            text = np.array([str(i).encode() * (i % 3) for i in range(5 * n)], "S12").reshape(n, 5)
            add("deflate", text, (97, 5), compression="gzip", compression_opts=1)
            add("shuffle", np.arange(3.0 * n).reshape(n, 3) / 7, (64, 3), shuffle=True, compression="gzip")
            add("plain", np.arange(2 * n, dtype="i4").reshape(n, 2), (1000, 2))
            add("one", np.arange(n, dtype="u1"), (1,))
            add("flags", (np.arange(4 * n) % 3 == 0).reshape(n, 4), (333, 4), compression="gzip")
            add("parts", np.zeros((n, 6), "f4"), (10, 3), compression="gzip")
        """;

    [Fact]
    public void All_ranges_of_rows_are_those_of_h5py()
    {
        using TemporaryFolder folder = new();
        Python.Run(Script, folder["a.h5"]);
        using Hdf5File file = Hdf5File.Open(folder["a.h5"]);
        foreach ((int first, int count) in ((int, int)[])
            [(0, Rows), (0, 1), (96, 2), (97, 97), (500, 1), (499, 3), (999, 1), (10, 900), (7, 0)])
        {
            (byte[] utf8, int[] starts) = file.OpenDataset("deflate").ReadUtf8(first, count);
            for (int i = 0; i < 5 * count; i++)
                Assert.Equal(string.Concat(Enumerable.Repeat($"{(5 * first) + i}", ((5 * first) + i) % 3)),
                    Encoding.UTF8.GetString(utf8, starts[i], starts[i + 1] - starts[i]));
            Assert.Equal(Enumerable.Range(3 * first, 3 * count).Select(i => i / 7.0), Read<double>("shuffle", 3));
            Assert.Equal(Enumerable.Range(2 * first, 2 * count), Read<int>("plain", 2));
            Assert.Equal(Enumerable.Range(first, count).Select(i => (byte)i), Read<byte>("one", 1));
            Assert.Equal(Enumerable.Range(4 * first, 4 * count).Select(i => i % 3 == 0), Read<bool>("flags", 4));

            T[] Read<T>(string name, int perRow) where T : unmanaged
            {
                T[] values = new T[count * perRow];
                file.OpenDataset(name).ReadRows<T>(first, count, values);
                return values;
            }
        }
        Assert.Contains("it has chunks", Assert.Throws<Hdf5Exception>(() => file.OpenDataset("parts").ReadAll<float>()).Message);
    }

    [Fact]
    public void A_damaged_chunk_is_named_and_others_are_read()
    {
        using TemporaryFolder folder = new();
        Python.Run(Script, folder["a.h5"]);
        Hdf5Piece chunk;
        using (Hdf5File file = Hdf5File.Open(folder["a.h5"]))
            chunk = file.OpenDataset("deflate").ReadChunkIndex().All[2];
        byte[] bytes = File.ReadAllBytes(folder["a.h5"]);
        bytes[chunk.Offset + (chunk.StoredBytes / 2)] ^= 0x55;
        File.WriteAllBytes(folder["a.h5"], bytes);
        using Hdf5File damaged = Hdf5File.Open(folder["a.h5"]);
        Hdf5Dataset dataset = damaged.OpenDataset("deflate");
        Assert.Contains("its chunk of the rows from 194 cannot be decoded", Assert.Throws<Hdf5Exception>(
            () => dataset.ReadUtf8(200, 1)).Message, StringComparison.Ordinal);
        Assert.Equal("545545" + "547" + "548548", Encoding.UTF8.GetString(dataset.ReadUtf8(109, 1).Utf8));
    }

    [Fact]
    public void Rows_that_the_file_cannot_store_are_rejected_before_memory_is_allocated()
    {
        using TemporaryFolder folder = new();
        using (Hdf5Writer writer = Hdf5Writer.Create(folder["a.h5"]))
        {
            writer.CreateChunked("list", DType.Float64, [1 << 26, 3], [1 << 26, 3], PieceCodec.Deflate).WriteChunk([0, 0], [1, 2, 3]);
            writer.Close();
        }
        using Hdf5File file = Hdf5File.Open(folder["a.h5"]);
        ColumnSchema column = new() { Name = "list", DType = DType.Float64, Shape = [ColumnSchema.Ragged] };
        Assert.Contains("are more than a file of", Assert.Throws<Hdf5Exception>(() => file.OpenColumn(column, 1 << 26)).Message);
        Assert.Contains("are more than a file of", Assert.Throws<Hdf5Exception>(() => file.OpenDataset("list").ReadAll<double>()).Message);
    }
}
