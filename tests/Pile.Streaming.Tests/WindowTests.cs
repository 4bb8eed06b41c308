using Pile.Format;
using Pile.Reading;
using Pile.TestKit;
using Pile.Writing;
using Pile.Writing.Tests;

namespace Pile.Streaming.Tests;

/// <summary>Windows of rows have the same elements as the whole row, and read no more bytes than they need.</summary>
public sealed class WindowTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(PieceCodec.None)]
    [InlineData(PieceCodec.ShuffleDeflate)]
    public async Task A_window_equals_the_same_part_of_the_row(PieceCodec codec)
    {
        await using Dataset dataset = await BuildAsync(codec);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Columns("cube", "edge", "vector"), cancellationToken: Cancellation);
        RowColumn<float> cube = rows.Column<float>("cube");
        Random random = new(4);
        float[] whole = new float[7 * 30 * 40], part = new float[whole.Length];
        for (int i = 0; i < 200; i++)
        {
            int row = random.Next(rows.Count);
            cube.Read(row, whole);
            int[] start = [random.Next(8), random.Next(31), random.Next(41)],
                count = [random.Next(8 - start[0]), random.Next(31 - start[1]), random.Next(41 - start[2])];
            WindowResult result = await cube.ReadWindowAsync(row, start, count, part, Cancellation);
            Assert.Equal(count[0] * count[1] * count[2], result.Elements);
            int next = 0;
            for (int z = 0; z < count[0]; z++)
                for (int y = 0; y < count[1]; y++)
                    for (int x = 0; x < count[2]; x++)
                        Assert.Equal(whole[((((start[0] + z) * 30) + start[1] + y) * 40) + start[2] + x], part[next++]);
        }
    }

    [Fact]
    public async Task A_band_of_an_uncompressed_row_costs_its_own_bytes_only()
    {
        await using Dataset dataset = await BuildAsync(PieceCodec.None);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Columns("cube"), cancellationToken: Cancellation);
        float[] band = new float[30 * 40];
        WindowResult result = await rows.Column<float>("cube").ReadWindowAsync(2, [3, 0, 0], [1, 30, 40], band, Cancellation);
        Assert.Equal(new WindowResult(1200, false), result);
        Assert.Equal((1, 4800L), (dataset.Reads.Reads, dataset.Reads.BytesRead));
        result = await rows.Column<float>("cube").ReadWindowAsync(2, [0, 0, 0], [7, 30, 40], new float[8400], Cancellation);
        Assert.Equal(new WindowResult(8400, true), result);
    }

    [Fact]
    public async Task Windows_of_ragged_and_light_columns_and_missing_rows()
    {
        await using Dataset dataset = await BuildAsync(PieceCodec.None);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Columns("object_id", "edge", "vector", "cube"),
            cancellationToken: Cancellation);
        for (int row = 0; row < rows.Count; row++)
        {
            int id = (int)rows.IdAt(row).Number, length = id % 6;
            short[] some = new short[6];
            if (length > 2)
            {
                Assert.Equal(2, (await rows.Column<short>("edge").ReadWindowAsync(row, [1], [2], some, Cancellation)).Elements);
                Assert.Equal([(short)(id + 2), (short)(id + 3)], some[..2]);
            }
            float[] one = new float[1];
            Assert.True((await rows.Column<float>("vector").ReadWindowAsync(row, [1], [1], one, Cancellation)).IsVerified);
            Assert.Equal(id + 0.5f, one[0]);
        }
        Assert.Equal(0,
            (await rows.Column<float>("cube").ReadWindowAsync(0, [0, 0, 0], [0, 30, 40], Memory<float>.Empty, Cancellation)).Elements);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => rows.Column<float>("cube").ReadWindowAsync(0, [0, 0, 39], [1, 1, 2], new float[2], Cancellation).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(
            () => rows.Column<float>("cube").ReadWindowAsync(0, [0, 0], [1, 1], new float[2], Cancellation).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(
            () => rows.Column<float>("cube").ReadWindowAsync(0, [0, 0, 0], [1, 1, 2], new float[1], Cancellation).AsTask());
    }

    [Theory]
    [InlineData(PieceCodec.None)]
    [InlineData(PieceCodec.ShuffleDeflate)]
    public async Task A_window_of_a_row_of_its_own_size_equals_the_same_part_of_the_row(PieceCodec codec)
    {
        await using Dataset dataset = await BuildAsync(codec);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Columns("ragged"), cancellationToken: Cancellation);
        RowColumn<short> ragged = rows.Column<short>("ragged");
        Random random = new(7);
        for (int i = 0; i < 200; i++)
        {
            int row = random.Next(rows.Count);
            RowValues<short> whole = ragged.Read(row)!.Value;
            int[] shape = [.. ragged.ShapeOf(row)], start = [.. shape.Select(n => random.Next(n))],
                count = [.. shape.Select((n, axis) => 1 + random.Next(n - start[axis]))];
            short[] part = new short[count[0] * count[1] * count[2]];
            WindowResult result = await ragged.ReadWindowAsync(row, start, count, part, Cancellation);
            Assert.Equal(part.Length, result.Elements);
            int next = 0;
            for (int z = 0; z < count[0]; z++)
                for (int y = 0; y < count[1]; y++)
                    for (int x = 0; x < count[2]; x++)
                    {
                        int from = ((((start[0] + z) * shape[1]) + start[1] + y) * shape[2]) + start[2] + x;
                        Assert.Equal(whole.Values.Span[from], part[next++]);
                    }
        }
    }

    [Fact]
    public async Task Channels_and_boxes_of_an_uncompressed_row_of_its_own_size_cost_their_own_bytes()
    {
        await using Dataset dataset = await BuildAsync(PieceCodec.None);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Columns("ragged"), cancellationToken: Cancellation);
        RowColumn<short> ragged = rows.Column<short>("ragged");
        // Rows are padded to the longest of the shard: 41 channels of 51 x 61 pixels.
        int[] shape = [.. ragged.ShapeOf(2)];
        await ragged.ReadWindowAsync(2, [3, 0, 0], [2, shape[1], shape[2]], new short[2 * shape[1] * shape[2]], Cancellation);
        Assert.Equal(1, dataset.Reads.Reads);
        Assert.InRange(dataset.Reads.BytesRead, 2 * shape[1] * shape[2] * 2, 2 * 51 * 61 * 2);
        long before = dataset.Reads.BytesRead;
        await ragged.ReadWindowAsync(2, [0, 4, 5], [20, 2, 3], new short[120], Cancellation);
        Assert.InRange(dataset.Reads.BytesRead - before, 120 * 2, 20 * (61 + 3) * 2);
    }

    private async Task<Dataset> BuildAsync(PieceCodec codec)
    {
        int[] ids = Zoo.Shuffled(12, 1);
        int[] shapes = [.. ids.SelectMany(i => new[] { 30 + i, 40 + i, 50 + i })];
        ColumnSchema ragged = new()
        {
            Name = "ragged",
            DType = DType.Int16,
            Shape = [ColumnSchema.Ragged, ColumnSchema.Ragged, ColumnSchema.Ragged],
            Storage = ColumnStorage.Heavy,
        };
        short[] values = [.. ids.SelectMany(i => Enumerable.Range(0, (30 + i) * (40 + i) * (50 + i)).Select(k => (short)((i * 1000) + k)))];
        RowBatch batch = new([.. Zoo.Batch(ids).Columns, new ColumnData<short>(ragged, values, shapes),
            new ColumnData<float>(new ColumnSchema { Name = "cube", DType = DType.Float32, Shape = [7, 30, 40] },
            ids.SelectMany(i => Enumerable.Range(0, 8400).Select(k => (i * 10_000f) + k)).ToArray())]);
        await using (DatasetWriter writer = DatasetWriter.Create(folder["cube"], Zoo.Spec with { Order = 0, Codec = codec },
            new WriterSettings { Workers = 1 }))
        {
            using (UnitSpill spill = writer.BeginUnit("u", Zoo.Source("u.fits")))
            {
                spill.Append(batch);
                spill.Complete();
            }
            await writer.CommitAsync(Cancellation);
        }
        return await Dataset.OpenAsync(folder["cube"], cancellationToken: Cancellation);
    }
}
