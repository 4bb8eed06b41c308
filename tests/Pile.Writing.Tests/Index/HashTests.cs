using Pile.DuckDb;
using Pile.Format;
using Pile.TestKit;
using Pile.Writing.Index;

namespace Pile.Writing.Tests.Index;

/// <summary>Datasets whose rows have no positions: cells, tiles and order.</summary>
public class HashTests
{
    private static readonly DatasetSpec Spec = Zoo.Spec with { Frame = null, Order = null, TimeScale = null, TimeReference = null };

    [Theory]
    [InlineData(0, 1000, 1)]
    [InlineData(3, 1000, 3)]
    [InlineData(3, 100, 25)]
    [InlineData(16, 700, 4)]
    public async Task Tiles_have_whole_cells_in_the_order_of_keys(int bits, int maxRows, int atLeast)
    {
        using TemporaryFolder folder = new();
        const int count = 2500;
        WriterSettings settings = new() { Workers = 2, MaxTileRows = maxRows };
        BuildSummary summary = await Datasets.Build(folder["d"], Spec with { Bits = bits }, settings, Units(count));
        string[] tiles = [.. Directory.GetFiles(folder["d/main/index"]).Order(StringComparer.Ordinal)];
        Assert.Equal(summary.Tiles, tiles.Length);
        Assert.InRange(tiles.Length, Math.Max(atLeast, count / maxRows), int.MaxValue);
        Assert.Equal([.. Enumerable.Range(1, tiles.Length).Select(n => $"{n:D3}-of-{tiles.Length:D3}.parquet")],
            tiles.Select(Path.GetFileName));

        List<string?[]> rows = SqlRows.Of($"SELECT key, object_id, filename FROM read_parquet({DuckDbSql.LiteralList(tiles)}, "
            + "filename = true, hive_partitioning = false)");
        (long Key, long Id, string File)[] found = [.. rows.Select(r => (long.Parse(r[0]!), long.Parse(r[1]!), r[2]!))];
        Assert.Equal(count, found.Length);
        Assert.Equal(found.OrderBy(r => r.Key).ThenBy(r => r.Id), found);
        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), found.Select(r => r.Id).Order());
        IndexKey key = IndexKey.OfIds(bits);
        int largest = found.CountBy(r => key.CellOf(r.Key)).Max(c => c.Value);
        if (largest <= maxRows) // no cell is divided among tiles
            Assert.All(found.GroupBy(r => key.CellOf(r.Key)), cell => Assert.Single(cell.Select(r => r.File).Distinct()));
        Assert.All(found.CountBy(r => r.File), file => Assert.InRange(file.Value, 1, maxRows));
    }

    [Fact]
    public async Task Without_a_number_of_bits_the_largest_cell_fits_a_shard()
    {
        using TemporaryFolder folder = new();
        BuildSummary summary = await Datasets.Build(folder["d"], Spec with { TargetShardBytes = 4096 }, null, Units(5000));
        Assert.Equal(summary.Shards, Directory.GetDirectories(folder["d/main"], "key=*").Length); // no cell is split
        int bits = summary.Partition!.Bits!.Value;
        BuildSummary coarser = await Datasets.Build(folder["e"], Spec with { TargetShardBytes = 4096, Bits = bits - 1 }, null, Units(5000));
        Assert.True(coarser.Shards > Directory.GetDirectories(folder["e/main"], "key=*").Length); // one bit less, and a cell would be
    }

    [Fact]
    public async Task The_bytes_do_not_depend_on_the_units_or_workers()
    {
        using TemporaryFolder folder = new();
        int[] ids = Zoo.Shuffled(3000, 3);
        await Datasets.Build(folder["a"], Spec with { Bits = 2 }, new WriterSettings { Workers = 1 }, ("all", [Ids(ids)]));
        await Datasets.Build(folder["b"], Spec with { Bits = 2 }, new WriterSettings { Workers = 4 },
            ("all", [.. ids.Reverse().Chunk(170).Select(Ids)]));
        Assert.Equal(Datasets.Fingerprint(folder["a"]), Datasets.Fingerprint(folder["b"]));
    }

    [Fact]
    public async Task The_index_is_rebuilt_to_the_same_bytes()
    {
        using TemporaryFolder folder = new();
        WriterSettings settings = new() { Workers = 2, MaxTileRows = 300 };
        await Datasets.Build(folder["d"], Spec with { Bits = 4 }, settings, Units(2000));
        string before = Datasets.Fingerprint(folder["d"]);
        Directory.Delete(folder["d/main/index"], recursive: true);
        await IndexRebuild.RunAsync(folder["d"], settings, TestContext.Current.CancellationToken);
        Assert.Equal(before, Datasets.Fingerprint(folder["d"]));
    }

    [Theory]
    [InlineData("ra")]
    [InlineData("healpix")]
    [InlineData("_healpix_29", true)]
    [InlineData("key", true)]
    public async Task Names_of_positions_are_free_for_native_columns(string name, bool isReserved = false)
    {
        using TemporaryFolder folder = new();
        RowBatch rows = new([.. Ids([1, 2]).Columns,
            new ColumnData<short>(new ColumnSchema { Name = name, DType = DType.Int16 }, new short[] { 3, 4 })]);
        if (isReserved)
        {
            SchemaMismatchException fault = await Assert.ThrowsAsync<SchemaMismatchException>(
                () => Datasets.Build(folder["d"], Spec, null, ("u", [rows])));
            Assert.Contains("reserved", fault.Message, StringComparison.Ordinal);
        }
        else
        {
            await Datasets.Build(folder["d"], Spec, null, ("u", [rows]));
            ColumnSchema column = Datasets.Manifest(folder["d"]).Column(name)!;
            Assert.Equal((ColumnRole.Native, DType.Int16), (column.Role, column.DType));
        }
    }

    [Fact]
    public void Options_of_positions_are_rejected()
    {
        using TemporaryFolder folder = new();
        foreach (DatasetSpec wrong in (DatasetSpec[])[Spec with { Order = 3 }, Spec with { MarginArcsec = 10 },
            Spec with { EpochYear = 2000 }, Spec with { HasIdIndex = true }, Spec with { Bits = 17 }, Zoo.Spec with { Bits = 3 }])
            Assert.Throws<ArgumentException>(() => DatasetWriter.Create(folder["d"], wrong, new WriterSettings()));
    }

    [Fact]
    public void Tiles_of_a_cell_with_too_many_rows_continue_with_the_next_cells()
    {
        HashCounts counts = new();
        void Add(long cell, int rows) => counts.Add([.. Enumerable.Repeat(cell << 58, rows)]);
        Add(0, 5);
        Add(1, 25);
        Add(2, 4);
        Add(3, 2);
        Assert.Equal([5L, 10, 10, 9, 2], counts.TileFiles("main", new Partition(Partition.Hash, Bits: 2), 10).Select(tile => tile.Rows));
        Assert.Equal([0L], new HashCounts().TileFiles("main", new Partition(Partition.Hash, Bits: 2), 10).Select(tile => tile.Rows));
    }

    private static (string, RowBatch[])[] Units(int count) => [("u", [.. Zoo.Shuffled(count, 7).Chunk(400).Select(Ids)])];

    private static RowBatch Ids(int[] ids) =>
        new([new ColumnData<long>(Zoo.Common("object_id", DType.Int64), ids.Select(i => (long)i).ToArray())]);
}
