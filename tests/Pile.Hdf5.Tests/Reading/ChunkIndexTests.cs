using Pile.Format;
using Pile.TestKit;

namespace Pile.Hdf5.Tests.Reading;

public class ChunkIndexTests : Hdf5Test
{
    private const string Make = """
        import sys, h5py, numpy as np
        rng = np.random.default_rng(3)
        def make(path, **options):
            with h5py.File(path, 'w', **options) as f:
                f.create_dataset('rows', data=rng.integers(0, 50, (4000, 3)).astype('f4'), chunks=(1, 3), compression='gzip', shuffle=True)
                f.create_dataset('raw', data=rng.random((70, 4, 5)), chunks=(1, 4, 5))
                f.create_dataset('parts', data=rng.random((9, 7, 11)), chunks=(1, 3, 4))
                f.create_dataset('blocks', data=rng.random((9, 7)), chunks=(2, 3), compression='gzip')
                f.create_dataset('one', data=np.zeros((1, 2)), chunks=(1, 2))
                f.create_dataset('never', (6, 2), 'i4', chunks=(1, 2))
                d = f.create_dataset('some', (6, 2), 'i4', chunks=(1, 2))
                d[4] = 1
                d[1] = 2
                m = f.create_dataset('skipped', (2, 8), 'u1', chunks=(1, 8), compression='gzip')
                m.id.write_direct_chunk((0, 0), bytes(8), 1)
                m[1] = 1
        make(sys.argv[1] + '/plain.h5')
        make(sys.argv[1] + '/latest.h5', libver='latest')
        make(sys.argv[1] + '/block.h5', userblock_size=1024)
        """;

    [Theory]
    [InlineData("plain.h5")]
    [InlineData("latest.h5")]
    [InlineData("block.h5")]
    public void Agrees_with_h5py_about_every_chunk(string name)
    {
        using TemporaryFolder folder = new();
        Python.Run(Make, folder.Path);
        // H5Dget_chunk_info_by_coord is too slow in libhdf5 1.10 for the long one; h5py asks for chunk by chunk all the same.
        string[] expected = Python.Run("""
            import sys, h5py
            with h5py.File(sys.argv[1]) as f:
                for name in sorted(f):
                    d = f[name].id
                    for i in range(d.get_num_chunks()):
                        c = d.get_chunk_info(i)
                        print(name, ','.join(map(str, c.chunk_offset)), c.byte_offset, c.size, c.filter_mask)
            """, folder[name]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        long userBlock = name == "block.h5" ? 1024 : 0; // libhdf5 1.10 gives chunk addresses without it
        List<string> found = [];
        using Hdf5File file = Hdf5File.Open(folder[name]);
        foreach (Hdf5Link link in file.List())
        {
            using Hdf5Dataset dataset = file.OpenDataset(link.Name);
            ChunkIndex index = dataset.ReadChunkIndex();
            for (int i = 0; i < index.Pieces.Length; i++)
            {
                Hdf5Piece piece = index.Pieces[i];
                found.Add($"{link.Name} {string.Join(',', index.CoordinatesOf(i).ToArray())} {piece.Offset - userBlock} {piece.StoredBytes} {piece.FilterMask}");
            }
        }
        Assert.Equal(expected.Length, found.Count);
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("plain.h5")]
    [InlineData("latest.h5")]
    [InlineData("block.h5")]
    public void The_bytes_of_pieces_are_those_of_the_rows(string name)
    {
        using TemporaryFolder folder = new();
        Python.Run(Make, folder.Path);
        byte[] bytes = File.ReadAllBytes(folder[name]);
        using Hdf5File file = Hdf5File.Open(folder[name]);
        double[] expected = Hdf5ReadingTests.Rows<double>(file, "raw");
        using Hdf5Dataset raw = file.OpenDataset("raw");
        Hdf5Piece[] pieces = raw.ReadChunkIndex().ByRow();
        Assert.Equal(70, pieces.Length);
        for (int row = 0; row < 70; row++)
            Assert.Equal(System.Runtime.InteropServices.MemoryMarshal.AsBytes(expected.AsSpan(row * 20, 20)), bytes.AsSpan((int)pieces[row].Offset, pieces[row].StoredBytes));

        using Hdf5Dataset parts = file.OpenDataset("parts");
        Assert.Equal(9, parts.ReadChunkIndex().PiecesPerRow);
        Assert.Equal(81, parts.ReadChunkIndex().ByRow().Count(piece => piece.StoredBytes == 3 * 4 * 8));

        using Hdf5Dataset some = file.OpenDataset("some");
        Assert.Equal([true, false, true, true, false, true], some.ReadChunkIndex().ByRow().Select(piece => piece.IsMissing));
        using Hdf5Dataset never = file.OpenDataset("never");
        Assert.All(never.ReadChunkIndex().ByRow(), piece => Assert.True(piece.IsMissing));
        using Hdf5Dataset skipped = file.OpenDataset("skipped");
        Assert.Equal([1u, 0u], skipped.ReadChunkIndex().ByRow().Select(piece => piece.FilterMask));
        using Hdf5Dataset blocks = file.OpenDataset("blocks");
        Assert.Throws<Hdf5Exception>(() => blocks.ReadChunkIndex().ByRow());
    }

    [Fact]
    public void The_pieces_of_a_row_lie_side_by_side()
    {
        const int rows = 3000;
        using TemporaryFolder folder = new();
        string[] names = ["flux", "ivar", "lsf", "mask"];
        long metadata = Hdf5WriteSettings.MetaBlockBytesFor(2, names.Select(_ => ((long)rows, 3)), attributeBytes: 200);
        using (Hdf5Writer writer = Hdf5Writer.Create(folder["a.h5"], new() { MetaBlockBytes = metadata }))
        {
            writer.Attributes.Write("title", "side by side");
            writer.CreateContiguous("ra", DType.Float64, [rows]).WriteRows<double>(0, new double[rows]);
            writer.CreateContiguous("dec", DType.Float64, [rows]).WriteRows<double>(0, new double[rows]);
            Hdf5DatasetWriter[] heavy = [.. names.Select(name => writer.CreateChunked(name, DType.Float32, [rows, 8, 50], [1, 8, 50], PieceCodec.ShuffleDeflate))];
            byte[] stored = new byte[4000];
            Random random = new(1);
            random.NextBytes(stored);
            for (int row = 0; row < rows; row++)
                foreach (Hdf5DatasetWriter dataset in heavy)
                    dataset.WriteChunk([row, 0, 0], stored.AsSpan(0, random.Next(300, 4000)));
            writer.Close();
        }
        using Hdf5File file = Hdf5File.Open(folder["a.h5"]);
        Hdf5Piece[][] pieces = [.. names.Select(name =>
        {
            using Hdf5Dataset dataset = file.OpenDataset(name);
            return dataset.ReadChunkIndex().ByRow();
        })];
        long end = pieces[0][0].Offset;
        int gaps = 0;
        foreach (int row in Enumerable.Range(0, rows))
            foreach (Hdf5Piece[] column in pieces)
            {
                gaps += column[row].Offset == end ? 0 : 1;
                end = column[row].Offset + column[row].StoredBytes;
            }
        Assert.Equal(0, gaps);
        long data = pieces.Sum(column => column.Sum(piece => (long)piece.StoredBytes)) + (2 * 8 * rows);
        Assert.InRange(file.LengthBytes - data, 0, metadata * 1.1);
    }
}
