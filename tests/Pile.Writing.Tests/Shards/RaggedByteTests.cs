using Pile.Format;
using Pile.TestKit;

namespace Pile.Writing.Tests.Shards;

/// <summary>Ragged bytes, which are encoded before the length of their padding is known.</summary>
public class RaggedByteTests
{
    private const string Name = "document", Script = """
        import glob, sys, h5py, numpy as np
        folder, dtype, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
        seen, nulls, lengths = 0, 0, set()
        for path in sorted(glob.glob(folder + "/main/healpix=*/*.hdf5")):
            with h5py.File(path) as f:
                d, isnull = f["document"], f["document_isnull"][:]
                assert d.dtype == np.dtype(dtype), d.dtype
                lengths.add(d.shape[1])
                for n, i in enumerate(f["object_id"][:]):
                    length = 0 if isnull[n] or i % 5 == 0 else 37 * i % 9000
                    expected = (np.arange(length) * i // 64 % 251).astype(dtype)
                    assert np.array_equal(d[n, :length], expected) and not np.any(d[n, length:]), (path, i)
                    assert isnull[n] == (i % 7 == 3 or i >= count // 2 * 2)
                    seen += 1
                    nulls += isnull[n]
        assert seen == count and 0 < nulls < count and len(lengths) > 1, (seen, nulls, lengths)
        """;

    [Theory]
    [InlineData(PieceCodec.ShuffleDeflate)]
    [InlineData(PieceCodec.None)]
    public async Task H5py_reads_them_with_their_padding(PieceCodec codec)
    {
        using TemporaryFolder folder = new();
        DatasetSpec spec = Zoo.Spec with { Order = 2, Aliases = [], Codec = codec };
        await Build(folder["much"], spec, new WriterSettings { Workers = 2 }, Column);
        Python.Run(Script, folder["much"], "u1", "301");
        await Build(folder["little"], spec, new WriterSettings { Workers = 1, MemoryBytes = 64L << 20 }, Column);
        Assert.Equal(Datasets.Fingerprint(folder["much"]), Datasets.Fingerprint(folder["little"]));
    }

    [Fact]
    public async Task They_become_larger_integers_if_another_unit_has_these()
    {
        using TemporaryFolder folder = new();
        await Build(folder["d"], Zoo.Spec with { Order = 2, Aliases = [] }, new WriterSettings { Workers = 2 }, ids => ids[0] % 2 == 0
            ? Column(ids)
            : new ColumnData<short>(Schema(DType.Int16), Values(ids).Select(v => (short)v).ToArray(), Lengths(ids), Nulls(ids)));
        Python.Run(Script, folder["d"], "<i2", "301");
    }

    // Units of the even and of the odd ids, and one whose row lacks the column.
    private static async Task Build(string path, DatasetSpec spec, WriterSettings settings, Func<int[], ColumnData> column)
    {
        await Datasets.Build(path, spec, settings, ("even", Batches(0)), ("odd", Batches(1)), ("lacking", [Zoo.Positions([300])]));

        RowBatch[] Batches(int first) => [.. Enumerable.Range(0, 150).Select(i => first + (2 * i)).Chunk(40)
            .Select(ids => new RowBatch([.. Zoo.PositionColumns(ids), column(ids)]))];
    }

    private static ColumnData<byte> Column(int[] ids) => new(Schema(DType.UInt8), Values(ids), Lengths(ids), Nulls(ids));

    private static ColumnSchema Schema(DType type) => new()
    {
        Name = Name,
        DType = type,
        Shape = [ColumnSchema.Ragged],
        Storage = ColumnStorage.Heavy,
        Nullable = true,
    };

    private static bool[] Nulls(int[] ids) => [.. ids.Select(id => id % 7 == 3)];

    private static int[] Lengths(int[] ids) => [.. ids.Select(id => id % 7 == 3 || id % 5 == 0 ? 0 : 37 * id % 9000)];

    private static byte[] Values(int[] ids) => [.. ids.Zip(Lengths(ids))
        .SelectMany(row => Enumerable.Range(0, row.Second).Select(k => (byte)(k * row.First / 64 % 251)))];
}
