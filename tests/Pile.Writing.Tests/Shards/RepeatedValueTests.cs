using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Writing.Tests.Shards;

/// <summary>Heavy values that are equal to those of the row before, which are encoded once.</summary>
public class RepeatedValueTests
{
    private const int Rows = 61, Elements = 20_000;

    private const string Script = """
        import glob, sys, h5py, numpy as np
        seen, k = 0, np.arange(20000)
        for path in glob.glob(sys.argv[1] + "/main/healpix=*/*.hdf5"):
            with h5py.File(path) as f:
                for n, i in enumerate(f["object_id"][:]):
                    assert np.array_equal(f["grid"][n], (k * 0.5).astype("f4")), i
                    assert np.array_equal(f["runs"][n], np.zeros(20000) if i % 7 == 3 else (i // 9) * k % 1000), i
                    assert f["runs_isnull"][n] == (i % 7 == 3), i
                    assert np.array_equal(f["own"][n], (k + i).astype("f4")), i
                    rows, columns = (2, 3) if i % 2 == 0 else (3, 2)
                    assert list(f["turned_shape"][n]) == [rows, columns], i
                    assert np.array_equal(f["turned"][n, :rows, :columns], np.arange(6).reshape(rows, columns) + i // 20), i
                    seen += 1
        assert seen == 61, seen
        """;

    [Fact]
    public async Task H5py_reads_them_in_every_row()
    {
        using TemporaryFolder folder = new();
        foreach (int workers in (int[])[1, 3])
            await Datasets.Build(folder[$"{workers}"], Zoo.Spec with { Order = 0, Aliases = [] }, new WriterSettings { Workers = workers },
                ("u", [.. Enumerable.Range(0, Rows).Chunk(23).Select(Batch)]));
        Python.Run(Script, folder["1"]);
        Assert.Equal(Datasets.Fingerprint(folder["1"]), Datasets.Fingerprint(folder["3"]));
        List<string?[]> grid = SqlRows.Of("SELECT count, mean, max FROM read_parquet("
            + $"{DuckDbSql.Literal(Path.Combine(folder["1"], DatasetPaths.Statistics))}) WHERE \"column\" = 'grid'");
        string mean = (0.25 * (Elements - 1)).ToString(CultureInfo.InvariantCulture);
        Assert.Equal((string?[])[$"{Rows * Elements}", mean, "9999.5"], grid.Single());
    }

    private static RowBatch Batch(int[] ids) => new(
    [
        .. Zoo.PositionColumns(ids),
        new ColumnData<float>(Heavy("grid", DType.Float32, Elements), Values(ids, (_, k) => k * 0.5f)),
        new ColumnData<uint>(Heavy("runs", DType.UInt32, Elements), Values(ids, (i, k) => i % 7 == 3 ? 0 : (uint)(i / 9 * k % 1000)),
            ids.Select(i => i % 7 == 3).ToArray()),
        new ColumnData<float>(Heavy("own", DType.Float32, Elements), Values(ids, (i, k) => (float)(k + i))),
        new ColumnData<byte>(Heavy("turned", DType.UInt8, ColumnSchema.Ragged, ColumnSchema.Ragged),
            ids.SelectMany(i => Enumerable.Range(0, 6).Select(k => (byte)(k + (i / 20)))).ToArray(),
            ids.SelectMany(i => i % 2 == 0 ? (int[])[2, 3] : [3, 2]).ToArray()),
    ]);

    private static ColumnSchema Heavy(string name, DType type, params int[] shape) =>
        new() { Name = name, DType = type, Shape = [.. shape], Storage = ColumnStorage.Heavy, Nullable = name == "runs" };

    private static T[] Values<T>(int[] ids, Func<int, int, T> of) =>
        [.. ids.SelectMany(i => Enumerable.Range(0, Elements).Select(k => of(i, k)))];
}
