using System.Buffers;
using Pile.DuckDb;
using Pile.TestKit;
using Pile.Writing.Spill;

namespace Pile.Writing.Tests.Spill;

/// <summary>Rows that are sorted range by range, from the batches in which they were spilled.</summary>
public sealed class KeyRangeTests : IDisposable
{
    private const int BatchRows = 100, RangeBytes = 20_000; // about ten batches

    private static readonly SortOrder Order = new(null, "h", "id");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)] // one batch
    [InlineData(300)]
    public void Batches_of_neighbours_are_read_about_once(int batchCount)
    {
        Random random = new(3);
        // Each batch has keys of about two batches, as those of images that overlap; some keys repeat.
        long[][] batches = [.. Enumerable.Range(0, batchCount).Select(batch => Enumerable.Range(0, BatchRows)
            .Select(_ => (long)((batch * BatchRows) + random.Next(2 * BatchRows))).ToArray())];
        random.Shuffle(batches);
        StoredRows rows = Stored(batches);
        KeyRanges ranges = Assert.IsType<KeyRanges>(KeyRanges.Of(rows, 0, RangeBytes));
        Assert.Equal(batchCount > 1, ranges.Count > 10);
        (long Key, long Id)[] expected = [.. batches.SelectMany(keys => keys).Select((key, i) => (key, (long)i)).Order()];
        Assert.Equal(expected, Sorted(ranges, rows));
    }

    [Fact]
    public void Rows_of_one_key_are_in_one_range()
    {
        StoredRows rows = Stored([.. Enumerable.Range(0, 40).Select(batch =>
            Enumerable.Repeat(batch is > 10 and < 16 ? 1000L : batch * 1000L, BatchRows).ToArray())]);
        KeyRanges ranges = Assert.IsType<KeyRanges>(KeyRanges.Of(rows, 0, RangeBytes));
        Assert.Equal(40 * BatchRows, Sorted(ranges, rows).Distinct().Count());
    }

    [Fact]
    public void Batches_with_rows_from_everywhere_are_not_read_for_each_range()
    {
        long[] keys = [.. Zoo.Shuffled(300 * BatchRows, 1).Select(i => (long)i)];
        Assert.Null(KeyRanges.Of(Stored([.. keys.Chunk(BatchRows)]), 0, RangeBytes));
    }

    [Fact]
    public void A_key_with_more_rows_than_fit_into_memory_is_not_read_at_once()
    {
        long[][] batches = [.. Enumerable.Repeat(Enumerable.Repeat(5L, BatchRows).ToArray(), 300)];
        Assert.Null(KeyRanges.Of(Stored(batches), 0, RangeBytes));
    }

    private static List<(long Key, long Id)> Sorted(KeyRanges ranges, StoredRows rows)
    {
        List<(long Key, long Id)> found = [];
        for (int range = 0; range < ranges.Count; range++)
        {
            using SortedRows sorted = ranges.Sort(rows, Order, range);
            foreach (DuckDbChunk chunk in sorted.Chunks())
                for (int row = 0; row < chunk.RowCount; row++)
                    found.Add((chunk.Values<long>(0)[row], chunk.Values<long>(1)[row]));
        }
        return found;
    }

    private StoredRows Stored(long[][] batches)
    {
        DuckDbField[] fields = [new("h", DuckDbType.BigInt), new("id", DuckDbType.BigInt)];
        string path = folder["keys.rows"];
        SpillRange place;
        using (SpillFile file = new(path))
        {
            RowsFile written = new(file, new ArrayBufferWriter<byte>());
            long id = 0;
            foreach (long[] keys in batches)
                written.Append([DuckDbColumn.Of<long>(keys), DuckDbColumn.Of<long>(keys.Select(_ => id++).ToArray())], keys.Length);
            place = written.Complete();
        }
        return new StoredRows(new RowsTable(fields, [new PlacedRows(path, place, [])]), [new(fields[0], 0), new(fields[1], 1)]);
    }
}
