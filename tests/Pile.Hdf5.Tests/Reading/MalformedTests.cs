using System.Buffers.Binary;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Hdf5.Tests.Reading;

public class MalformedTests : Hdf5Test
{
    [Theory]
    [InlineData("gwosc_truncated.h5", "truncated file")]
    [InlineData("hdf5_bad_signature.h5", "signature not found")]
    [InlineData("hdf5_bad_snod.h5", "bad symbol table node signature")]
    [InlineData("hdf5_bad_tree.h5", "wrong B-tree signature")]
    [InlineData("hdf5_bad_gcol.h5", "bad global heap collection signature")]
    [InlineData("fletcher32_bitflip.h5", "data error detected by Fletcher32 checksum")]
    public void A_damaged_file_is_an_error_in_the_librarys_words(string name, string words)
    {
        string path = TestPaths.Data("malformed/" + name);
        Hdf5Exception e = Assert.Throws<Hdf5Exception>(() => ReadAll(path));
        Assert.Equal(path, e.FilePath);
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_no_HDF5_are_refused()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["empty.h5"], []);
        File.WriteAllText(folder["text.h5"], "object_id,ra,dec");
        Assert.Throws<Hdf5Exception>(() => ReadAll(folder["empty.h5"]));
        Assert.Throws<Hdf5Exception>(() => ReadAll(folder["text.h5"]));
        Assert.Throws<Hdf5Exception>(() => ReadAll(folder["missing.h5"]));
        Assert.Throws<Hdf5Exception>(() => ReadAll(folder.Path));
    }

    [Fact]
    public void Every_cut_is_an_error()
    {
        using TemporaryFolder folder = new();
        byte[] whole = Sample(folder);
        for (int length = 0; length < whole.Length; length += 97)
        {
            File.WriteAllBytes(folder["cut.h5"], whole[..length]);
            Assert.Throws<Hdf5Exception>(() => ReadAll(folder["cut.h5"]));
        }
    }

    [Fact] // the tree is read by Pile itself, whatever it holds
    public void A_chunk_index_with_any_bit_flipped_is_read_or_refused()
    {
        using TemporaryFolder folder = new();
        byte[] whole = Sample(folder);
        int[] nodes = [.. Enumerable.Range(0, whole.Length - 5).Where(i => whole.AsSpan(i, 5).SequenceEqual("TREE\u0001"u8))];
        Assert.NotEmpty(nodes);
        int refused = 0;
        Random random = new(2);
        for (int round = 0; round < 600; round++)
        {
            byte[] bytes = [.. whole];
            bytes[nodes[random.Next(nodes.Length)] + random.Next(24 + (8 * 40))] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(folder["flip.h5"], bytes);
            try
            {
                using Hdf5File file = Hdf5File.Open(folder["flip.h5"]);
                using Hdf5Dataset dataset = file.OpenDataset("heavy");
                Assert.All(dataset.ReadChunkIndex().Pieces.ToArray(), piece => Assert.InRange(piece.Offset, 0, bytes.Length - piece.StoredBytes));
            }
            catch (Hdf5Exception) { refused++; }
        }
        Assert.InRange(refused, 100, 600);
    }

    [Fact]
    public void A_chunk_index_that_loops_is_refused()
    {
        using TemporaryFolder folder = new();
        byte[] bytes = Sample(folder);
        // The root's second child becomes its first once more, then the root itself.
        int root = Enumerable.Range(0, bytes.Length - 6).First(i => bytes.AsSpan(i, 6).SequenceEqual("TREE\u0001\u0001"u8));
        Span<byte> firstChild = bytes.AsSpan(root + 24 + 32, 8), secondChild = bytes.AsSpan(root + 24 + 40 + 32, 8);
        firstChild.CopyTo(secondChild);
        Assert.Contains("out of order", Refusal(bytes).Message, StringComparison.Ordinal);
        BinaryPrimitives.WriteInt64LittleEndian(secondChild, root);
        Assert.Contains("level", Refusal(bytes).Message, StringComparison.Ordinal);
        bytes[root + 5] = 200;
        Assert.Contains("level", Refusal(bytes).Message, StringComparison.Ordinal);

        Hdf5Exception Refusal(byte[] content)
        {
            File.WriteAllBytes(folder["loop.h5"], content);
            using Hdf5File file = Hdf5File.Open(folder["loop.h5"]);
            using Hdf5Dataset dataset = file.OpenDataset("heavy");
            return Assert.Throws<Hdf5Exception>(() => dataset.ReadChunkIndex());
        }
    }

    [Fact]
    public void A_shape_that_no_such_file_can_fill_is_refused_before_memory_is_taken()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, h5py
            with h5py.File(sys.argv[1], 'w') as f:
                f.create_dataset('chunked', (10**12, 1000), 'f8', chunks=(1, 1000), compression='gzip')
                f.create_dataset('flat', (10**12,), 'f8')
                f.create_dataset('texts', (10**9,), h5py.string_dtype(), chunks=(1000,))
                f.create_dataset('small', (10, 2), 'f8', chunks=(1, 2), fillvalue=7)
            """, folder["a.h5"]);
        using Hdf5File file = Hdf5File.Open(folder["a.h5"]);
        using Hdf5Dataset chunked = file.OpenDataset("chunked"), flat = file.OpenDataset("flat"), texts = file.OpenDataset("texts");
        Assert.Throws<Hdf5Exception>(() => chunked.ReadChunkIndex());
        Assert.Throws<Hdf5Exception>(() => flat.ReadRows<double>(0, 1, new double[1]));
        Assert.Throws<Hdf5Exception>(() => texts.ReadStrings(0, 100_000_000));
        Assert.All(Hdf5ReadingTests.Rows<double>(file, "small"), value => Assert.Equal(7, value));
    }

    private static byte[] Sample(TemporaryFolder folder)
    {
        using (Hdf5Writer writer = Hdf5Writer.Create(folder["sample.h5"], new() { MetaBlockBytes = 8192 }))
        {
            writer.Attributes.Write("title", "sample");
            writer.CreateContiguous("light", DType.Float64, [10]).WriteRows<double>(0, new double[10]);
            Hdf5DatasetWriter heavy = writer.CreateChunked("heavy", DType.Float32, [150, 4], [1, 4], PieceCodec.None);
            for (int row = 0; row < 150; row++)
                heavy.WriteChunk([row, 0], new byte[16]);
            writer.Close();
        }
        return File.ReadAllBytes(folder["sample.h5"]);
    }

    private static void ReadAll(string path)
    {
        using Hdf5File file = Hdf5File.Open(path);
        foreach (Hdf5Link link in file.List())
        {
            _ = file.ReadAttributes(link.Name);
            using Hdf5Dataset dataset = file.OpenDataset(link.Name);
            if (dataset.DType is DType.String)
                _ = dataset.ReadStrings(0, dataset.RowCount);
            else
                dataset.ReadRowBytes(0, dataset.RowCount, new byte[dataset.RowCount * dataset.RowBytes]);
            if (dataset.ChunkShape.Count > 0)
                _ = dataset.ReadChunkIndex();
        }
    }
}
