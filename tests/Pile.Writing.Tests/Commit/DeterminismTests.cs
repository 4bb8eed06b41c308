using Pile.Format;
using Pile.TestKit;

namespace Pile.Writing.Tests.Commit;

/// <summary>The same rows give the same bytes.</summary>
public class DeterminismTests
{
    [Fact]
    public async Task Workers_order_batches_folder_and_time_change_no_byte()
    {
        using TemporaryFolder folder = new();
        DatasetSpec spec = Zoo.Spec with { Order = 0, TargetShardBytes = 30 << 10 };
        await Datasets.Build(folder["first"], spec, new WriterSettings { Workers = 1 }, Datasets.ZooUnits(900, 11, 900));
        await Task.Delay(1100, TestContext.Current.CancellationToken); // time stamps of HDF5 and others have a resolution of a second
        Directory.CreateDirectory(folder["else[1]* where"]);
        await Datasets.Build(folder["else[1]* where/second"], spec,
            new WriterSettings { Workers = 4, MemoryBytes = 80 << 20, RowsOfEncoder = 1 }, Datasets.ZooUnits(900, 12, 37));

        string first = Datasets.Fingerprint(folder["first"]);
        Assert.Equal(first, Datasets.Fingerprint(folder["else[1]* where/second"]));
        Assert.Contains("002-of-", first);
    }

    [Fact]
    public async Task Filling_units_concurrently_gives_the_same_bytes_as_filling_them_in_turn()
    {
        using TemporaryFolder folder = new();
        DatasetSpec spec = Zoo.Spec with { Order = 0 };
        (string Unit, RowBatch[] Batches)[] units =
            [.. Zoo.Shuffled(800, 13).Chunk(100).Select((ids, i) => ($"unit{i}", new[] { Zoo.Batch(ids) }))];
        await Datasets.Build(folder["turn"], spec, null, units);
        await using (DatasetWriter writer = DatasetWriter.Create(folder["once"], spec, new WriterSettings { Workers = 3 }))
        {
            Parallel.ForEach(units.Reverse(), new ParallelOptions { MaxDegreeOfParallelism = 4 },
                unit => Datasets.Fill(writer, unit.Unit, unit.Batches));
            await writer.CommitAsync(TestContext.Current.CancellationToken);
        }
        Assert.Equal(Datasets.Fingerprint(folder["turn"]), Datasets.Fingerprint(folder["once"]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3, Traits = ["Run", "Long"])]
    public async Task Tiles_that_are_written_at_the_same_time_have_the_bytes_and_the_order_of_tiles_written_in_turn(int rounds)
    {
        using TemporaryFolder folder = new();
        DatasetSpec spec = Zoo.Spec with { Order = 1, TargetShardBytes = 60 << 10 };
        WriterSettings turn = new() { Workers = 1, MaxTileRows = 25 };
        await Datasets.Build(folder["turn"], spec, turn, Datasets.ZooUnits(2000, 17, 2000));
        string expected = Datasets.Fingerprint(folder["turn"]);
        Assert.True(Directory.GetFiles(folder["turn/main/index"], "Npix=*", SearchOption.AllDirectories).Length > 80);
        for (int round = 0; round < rounds; round++)
        {
            string name = $"once{round}";
            await Datasets.Build(folder[name], spec, turn with { Workers = 8, RowsOfEncoder = 1 }, Datasets.ZooUnits(2000, 17, 2000));
            Assert.Equal(expected, Datasets.Fingerprint(folder[name]));
        }
    }

    [Theory] // a tile with a negative zero has no dictionaries, in columns of other threads either
    [InlineData("mjd")]
    [InlineData("f64")]
    public async Task Threads_that_encode_columns_of_a_tile_change_no_byte(string column)
    {
        using TemporaryFolder folder = new();
        DatasetSpec spec = Zoo.Spec with { Order = 0 };
        RowBatch zoo = Zoo.Batch([.. Zoo.Shuffled(900, 19)]);
        RowBatch batch = new(zoo.Columns.Select(c => c is ColumnData<double> { Schema.IsScalar: true } numbers && c.Schema.Name == column
            ? new ColumnData<double>(c.Schema, Array.ConvertAll(numbers.Values.ToArray(), v => v > 100 ? -0.0 : v)) : c));
        await Datasets.Build(folder["one"], spec, new WriterSettings { Workers = 1 }, ("unit", new[] { batch }));
        await Datasets.Build(folder["several"], spec, new WriterSettings { Workers = 5, RowsOfEncoder = 1 }, ("unit", new[] { batch }));
        Assert.Equal(Datasets.Fingerprint(folder["one"]), Datasets.Fingerprint(folder["several"]));
        Assert.Equal("false", SqlRows.Of($"SELECT bool_or(encodings LIKE '%DICTIONARY%') FROM parquet_metadata("
            + $"'{Directory.GetFiles(folder["several/main/index"], "Npix=*", SearchOption.AllDirectories).First()}')").Single().Single());
    }
}
