using Pile.Format;
using Pile.TestKit;

namespace Pile.Writing.Tests.Shards;

/// <summary>Rows that are too large to be encoded as a whole for each worker.</summary>
public class LargeRowTests
{
    [Fact]
    public async Task Little_memory_and_many_workers_give_the_same_bytes()
    {
        using TemporaryFolder folder = new();
        // Rows of up to 10 MB in four columns, one of them null in some rows and missing in some units.
        await Build(folder["little"], new WriterSettings { Workers = 3, MemoryBytes = 64L << 20 });
        await Build(folder["much"], new WriterSettings { Workers = 1, MemoryBytes = 8L << 30 });
        Assert.Equal(Datasets.Fingerprint(folder["much"]), Datasets.Fingerprint(folder["little"]));
    }

    private static async Task Build(string path, WriterSettings settings)
    {
        await using DatasetWriter writer = DatasetWriter.Create(path,
            Zoo.Spec with { Order = 0, Aliases = [], Codec = PieceCodec.None }, settings);
        for (int row = 0; row < 4; row++)
            using (UnitSpill spill = writer.BeginUnit($"u{row}", Zoo.Source($"u{row}.fits")))
            {
                spill.Append(new RowBatch([.. Zoo.Batch([row]).Columns, .. Columns(row)]));
                spill.Complete();
            }
        await writer.CommitAsync(TestContext.Current.CancellationToken);
    }

    private static IEnumerable<ColumnData> Columns(int row)
    {
        int[] shape = [80 + row, 100, 100 + row];
        int elements = shape[0] * shape[1] * shape[2];
        yield return new ColumnData<float>(Schema("flux", DType.Float32), Numbers(0.5f), shape);
        if (row != 2)
            yield return new ColumnData<int>(Schema("mask", DType.Int32) with { Nullable = true },
                row == 1 ? [] : Enumerable.Range(row, elements).ToArray(), row == 1 ? [0, 0, 0] : shape, new[] { row == 1 });
        yield return new ColumnData<short>(Schema("small", DType.Int16), new short[] { 1, 2, (short)row }, [1, 1, 3]);
        yield return new ColumnData<float>(Schema("ivar", DType.Float32), Numbers(2), shape);

        float[] Numbers(float factor) => [.. Enumerable.Range(row, elements).Select(i => i * factor)];
    }

    private static ColumnSchema Schema(string name, DType type) => new()
    {
        Name = name,
        DType = type,
        Shape = [ColumnSchema.Ragged, ColumnSchema.Ragged, ColumnSchema.Ragged],
        Storage = ColumnStorage.Heavy,
    };
}
