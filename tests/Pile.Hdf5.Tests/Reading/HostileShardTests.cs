using System.Buffers.Binary;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Hdf5.Tests.Reading;

/// <summary>A shard with corrupt metadata is rejected, or read as before, or read as by h5py.</summary>
public class HostileShardTests
{
    [Theory]
    [InlineData("image", 500)]
    [InlineData("catalogue-text", 300)]
    [InlineData("columns", 500)]
    [InlineData("h5py", 400)]
    [InlineData("dense", 400)]
    public void Mutated_metadata_is_rejected_or_read_as_by_h5py(string name, int count)
    {
        using TemporaryFolder folder = new();
        string original = Original(name, folder);
        ShardMutations mutations = Mutations(original);
        string before = ShardDump.Of(original);
        List<(string Path, string Found)> changed = [];
        int rejected = 0;
        for (int seed = 0; seed < count; seed++)
        {
            string path = folder[$"{seed}.h5"];
            File.WriteAllBytes(path, mutations.Make(seed));
            try
            {
                if (ShardDump.Of(path) is var found && found != before)
                    changed.Add((path, found));
            }
            catch (Hdf5Exception e)
            {
                Assert.Equal(path, e.FilePath);
                rejected++;
            }
        }
        Assert.InRange(rejected, count / 4, count);
        string?[] expected = ShardDump.ByH5py([.. changed.Select(c => c.Path)]);
        string[] different = [.. changed.Where((c, i) => c.Found != expected[i])
            .Select(c => $"{Path.GetFileName(c.Path)}: {FirstDifference(c.Found, expected[changed.IndexOf(c)] ?? before)}")];
        Assert.True(different.Length == 0, string.Join('\n', different));
    }

    [Fact]
    public void Every_truncation_is_rejected()
    {
        using TemporaryFolder folder = new();
        byte[] whole = File.ReadAllBytes(Original("catalogue-text", folder));
        for (int length = 0; length < whole.Length; length += 97)
        {
            File.WriteAllBytes(folder["cut.h5"], whole[..length]);
            Assert.Throws<Hdf5Exception>(() => ShardDump.Of(folder["cut.h5"]));
        }
    }

    [Fact]
    public void A_chunk_index_with_a_cycle_is_rejected()
    {
        using TemporaryFolder folder = new();
        using (Hdf5Writer writer = Hdf5Writer.Create(folder["a.h5"]))
        {
            Hdf5DatasetWriter heavy = writer.CreateChunked("heavy", DType.Float32, [150, 4], [1, 4], PieceCodec.None);
            for (int row = 0; row < 150; row++)
                heavy.WriteChunk([row, 0], new byte[16]);
            writer.Close();
        }
        byte[] bytes = File.ReadAllBytes(folder["a.h5"]);
        int root = bytes.AsSpan().IndexOf("TREE\u0001\u0001"u8);
        Span<byte> firstChild = bytes.AsSpan(root + 24 + 32, 8), secondChild = bytes.AsSpan(root + 24 + 40 + 32, 8);
        firstChild.CopyTo(secondChild);
        Assert.Contains("expected the chunk at", Rejection(bytes).Message, StringComparison.Ordinal);
        BinaryPrimitives.WriteInt64LittleEndian(secondChild, root);
        Assert.Contains("at level", Rejection(bytes).Message, StringComparison.Ordinal);
        bytes[root + 5] = 200;
        Assert.Contains("at level", Rejection(bytes).Message, StringComparison.Ordinal);

        Hdf5Exception Rejection(byte[] content)
        {
            File.WriteAllBytes(folder["loop.h5"], content);
            return Assert.Throws<Hdf5Exception>(() => ShardDump.Of(folder["loop.h5"]));
        }
    }

    [Fact]
    public void An_object_header_with_a_cycle_is_rejected()
    {
        using TemporaryFolder folder = new();
        byte[] bytes = File.ReadAllBytes(Original("h5py", folder));
        int header = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(64)), continuation = header + 16;
        Assert.Equal(0x10, bytes[continuation]);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(header + 2), ushort.MaxValue);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(continuation + 8), continuation);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(continuation + 16), 24);
        File.WriteAllBytes(folder["loop.h5"], bytes);
        Assert.Contains("overlap or form a cycle", Assert.Throws<Hdf5Exception>(() => ShardDump.Of(folder["loop.h5"])).Message,
            StringComparison.Ordinal);
    }

    private static string FirstDifference(string found, string expected) =>
        found.Split('\n').Zip(expected.Split('\n')).FirstOrDefault(lines => lines.First != lines.Second) is var (now, then)
            ? $"expected '{then}' or, if h5py fails, an error; found '{now}'" : "";

    private static string Original(string name, TemporaryFolder folder)
    {
        if (name == "h5py")
            Python.Run("""
                import sys, h5py, numpy as np
                with h5py.File(sys.argv[1], 'w') as f:
                    f.attrs['pile'] = '1.0'
                    f.attrs['names'] = ['a', '', 'ż']
                    for i in range(30):
                        f[f'c{i}'] = np.arange(i % 5)
                        f[f'c{i}'].attrs['role'] = 'native'
                    f.create_dataset('rows', data=np.random.default_rng(3).random((90, 3)), chunks=(1, 3), compression='gzip', shuffle=True)
                """, folder["original"]);
        else if (name == "dense") // more than eight links, of which one is not ASCII, in a fractal heap
            Python.Run("""
                import sys, h5py, numpy as np
                with h5py.File(sys.argv[1], 'w') as f:
                    for i in range(300):
                        f[f'column {i} λ'] = np.array([i, 1], '<i2')
                """, folder["original"]);
        else if (name == "columns")
        {
            using Hdf5Writer writer = Hdf5Writer.Create(folder["original"]);
            for (int i = 0; i < 300; i++)
                writer.CreateContiguous($"column {i}", DType.Int16, [2]).WriteRows<short>(0, [(short)i, 1]);
            writer.Close();
        }
        else
            return Directory.EnumerateFiles(Path.Combine(TestPaths.Root, "format-spec/conformance/v1/valid", name), "*.hdf5",
                SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        return folder["original"];
    }

    private static ShardMutations Mutations(string path)
    {
        using Hdf5File file = Hdf5File.Open(path);
        List<(long, long)> data = [];
        foreach (Hdf5Dataset dataset in file.Names.Select(file.OpenDataset))
            if (dataset.IsContiguous)
                data.Add((Math.Max(dataset.Offset, 0), dataset.RowCount * dataset.RowBytes));
            else
                data.AddRange(dataset.ReadChunkIndex().ByRow().Select(piece => (piece.Offset, (long)piece.StoredBytes)));
        return new ShardMutations(File.ReadAllBytes(path), data, bytes => Lookup3.Compute(bytes));
    }
}
