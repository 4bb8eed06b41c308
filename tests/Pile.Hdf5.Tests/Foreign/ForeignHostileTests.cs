using System.Buffers.Binary;
using Pile.TestKit;

namespace Pile.Hdf5.Tests.Foreign;

/// <summary>Corrupt files give an error or values, with few reads and allocations; changes below a checksum are always detected.</summary>
public class ForeignHostileTests
{
    private const int MostReads = 20_000, MostBytes = 1 << 20;
    private const long MostAllocated = 256L << 20;

    [Theory]
    [InlineData("earliest", true, 900)]
    [InlineData("v108", true, 700)]
    [InlineData("latest", true, 900)]
    [InlineData("latest", false, 200)]
    public void Mutated_metadata_is_rejected_or_read(string version, bool hasValidChecksums, int count)
    {
        using TemporaryFolder folder = new();
        string path = ForeignSamples.Write(folder, version, "small")[0];
        ShardMutations mutations = Mutations(path, hasValidChecksums);
        int rejected = 0;
        for (int seed = 0; seed < count; seed++)
            rejected += TryDump(mutations.Make(seed), $"{version} {seed}") is null ? 1 : 0;
        Assert.InRange(rejected, count / 10, count - 1);
    }

    [Fact]
    public void Changes_below_a_checksum_are_detected()
    {
        using TemporaryFolder folder = new();
        string path = ForeignSamples.Write(folder, "latest", "checked")[0];
        byte[] original = File.ReadAllBytes(path);
        string[] expected = ForeignDump.Of(path).Split('\n');
        int rejected = 0;
        for (int seed = 0; seed < 1500; seed++)
        {
            Random random = new(seed);
            byte[] changed = [.. original];
            for (int changes = 1 + random.Next(2); changes > 0; changes--)
                changed[random.Next(changed.Length)] ^= (byte)(1 + random.Next(255));
            string[]? found = TryDump(changed, $"seed {seed}")?.Split('\n');
            rejected += found is null || !found.SequenceEqual(expected) ? 1 : 0;
            for (int i = 0; i < found?.Length; i++)
                Assert.True(found[i] == expected[i] || found[i].EndsWith(" error", StringComparison.Ordinal),
                    $"seed {seed}: expected '{expected[i]}' or an error, found '{found[i]}'");
        }
        Assert.InRange(rejected, 500, 1500);
    }

    [Theory]
    [InlineData("earliest")]
    [InlineData("latest")]
    public void Every_truncation_is_rejected(string version)
    {
        using TemporaryFolder folder = new();
        byte[] original = File.ReadAllBytes(ForeignSamples.Write(folder, version, "small")[0]);
        for (int length = 0; length < original.Length; length += 61)
            Assert.Null(TryDump(original[..length], $"length {length}"));
    }

    [Theory]
    [InlineData("empty.fits", "expected the signature of HDF5")]
    [InlineData("gwosc_truncated.h5", "truncated or corrupt")]
    [InlineData("hdf5_bad_signature.h5", "expected the signature of HDF5")]
    [InlineData("hdf5_bad_snod.h5", "expected the signature 'SNOD'")]
    [InlineData("hdf5_bad_tree.h5", "expected the signature 'TREE'")]
    [InlineData("parquet_truncated.parquet", "expected the signature of HDF5")]
    public void Corrupt_files_are_rejected(string name, string expected)
    {
        string path = TestPaths.Data($"malformed/{name}");
        Hdf5Exception e = Assert.Throws<Hdf5Exception>(() => ForeignDump.Of(path));
        Assert.Equal(path, e.FilePath);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.Contains("at byte", e.Message, StringComparison.Ordinal);
    }

    [Theory] // the other values of the files are read as by h5py
    [InlineData("hdf5_bad_gcol.h5", "variable_length_ascii", "global heap at byte 2558: expected the signature 'GCOL'")]
    [InlineData("fletcher32_bitflip.h5", "dataset1", "chunk at byte 6391: the Fletcher-32 checksum is ")]
    [InlineData("ref_test_corrupt_magic.nc", null, null)]
    public void Values_that_are_corrupt_are_reported(string name, string? dataset, string? expected)
    {
        string path = TestPaths.Data($"malformed/{name}");
        Assert.Equal(ForeignDump.ByH5py(path)[0], ForeignDump.Of(path));
        using ForeignFile file = ForeignFile.Open(path);
        if (dataset is null)
            return;
        ForeignDataset found = file.OpenDataset(dataset);
        Hdf5Exception e = Assert.Throws<Hdf5Exception>(() => found.Type.IsVariable ? found.ReadSequences(0, found.RowCount).Length
            : Read(found).Length);
        Assert.Contains($"'{dataset}': {expected}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_declared_size_is_not_allocated()
    {
        using TemporaryFolder folder = new();
        byte[] bytes = File.ReadAllBytes(ForeignSamples.WriteOne(folder, "earliest",
            "f.create_dataset('x', data=np.zeros(4096, 'u1'), chunks=(4096,), compression='gzip', maxshape=(None,))"));
        int length = Assert.Single(Places(bytes, [0, 16, 0, 0, 1, 0, 0, 0])); // the length of a chunk, and the size of its elements
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(length), int.MaxValue);
        using ForeignFile file = ForeignFile.Open("declared", new MemorySource(bytes));
        ForeignDataset dataset = file.OpenDataset("x");
        Assert.Equal(int.MaxValue, dataset.ChunkBytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Hdf5Exception e = Assert.Throws<Hdf5Exception>(() => dataset.Read(0, 1, new byte[1]));
        Assert.Contains("cannot be decoded to 2147483647 bytes", e.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(int.MaxValue)]
    public void A_shuffle_of_elements_of_another_size_is_undone_as_by_h5py(int elementBytes)
    {
        using TemporaryFolder folder = new();
        string path = ForeignSamples.WriteOne(folder, "earliest", "f.create_dataset('x', data=numbers((4,)), chunks=(4,), shuffle=True)");
        byte[] bytes = File.ReadAllBytes(path);
        int parameter = Assert.Single(Places(bytes, "shuffle\0"u8.ToArray())) + 8;
        Assert.Equal(8, bytes[parameter]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(parameter), elementBytes);
        File.WriteAllBytes(path, bytes);
        Assert.Equal(ForeignDump.ByH5py(path)[0], ForeignDump.Of(path));
    }

    [Fact]
    public void A_header_whose_continuation_is_itself_is_rejected()
    {
        using TemporaryFolder folder = new();
        byte[] bytes = File.ReadAllBytes(ForeignSamples.WriteOne(folder, "earliest", "for i in range(9): f.attrs[str(i)] = i"));
        long header = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(64));
        int[] continuations = [.. Places(bytes, [0x10, 0, 16, 0, 0, 0, 0, 0])];
        Assert.NotEmpty(continuations);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan((int)header + 2), ushort.MaxValue);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(continuations[0] + 8), continuations[0]);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(continuations[0] + 16), 24);
        Assert.Contains("form a cycle", Assert.Throws<Hdf5Exception>(() => ForeignFile.Open("loop", new MemorySource(bytes, MostReads)))
            .Message, StringComparison.Ordinal);
    }

    private static IEnumerable<int> Places(byte[] bytes, byte[] pattern)
    {
        for (int at = 0; at + pattern.Length <= bytes.Length; at++)
            if (bytes.AsSpan(at, pattern.Length).SequenceEqual(pattern))
                yield return at;
    }

    private static byte[] Read(ForeignDataset dataset)
    {
        byte[] values = new byte[dataset.RowCount * dataset.RowBytes];
        dataset.Read(0, dataset.RowCount, values);
        return values;
    }

    /// <summary>Returns the contents, or null if the file is rejected.</summary>
    private static string? TryDump(byte[] bytes, string name)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using ForeignFile file = ForeignFile.Open(name, new MemorySource(bytes, MostReads));
            return ForeignDump.Of(file, rowsPerRead: 7, MostBytes);
        }
        catch (Hdf5Exception e)
        {
            Assert.Equal(name, e.FilePath);
            return null;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{name}: {e.Message}", e);
        }
        finally
        {
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostAllocated, $"{name} allocates too much");
        }
    }

    private static ShardMutations Mutations(string path, bool hasValidChecksums)
    {
        using ForeignFile file = ForeignFile.Open(path);
        List<(long, long)> data = [];
        foreach (ForeignDataset dataset in file.Walk().Where(entry => entry.Kind is ForeignEntryKind.Dataset).Select(file.OpenDataset))
            foreach (ForeignPiece piece in dataset.Pieces(0, dataset.RowCount).ToArray())
                data.Add((piece.Offset, piece.StoredBytes));
        return new(File.ReadAllBytes(path), data, hasValidChecksums ? bytes => Lookup3.Compute(bytes) : null);
    }
}
