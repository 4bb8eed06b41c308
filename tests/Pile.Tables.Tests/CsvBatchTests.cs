using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>CSV files do not depend on how rows come in batches: large ones are formatted by several threads.</summary>
public sealed class CsvBatchTests
{
    [Theory]
    [InlineData("csv")]
    [InlineData("ecsv")]
    public async Task Batches_of_any_size_give_the_same_bytes(string ending)
    {
        const int rows = 30_001;
        using TemporaryFolder folder = new();
        Random random = new(4);
        RowBatch all = new([
            new ColumnData<long>(Column("id", DType.Int64), Enumerable.Range(0, rows).Select(i => (long)i).ToArray()),
            new ColumnData<double>(Column("x", DType.Float64), Enumerable.Range(0, rows).Select(_ => random.NextDouble()).ToArray(), Enumerable.Range(0, rows).Select(i => i % 9 == 0).ToArray()),
            TextColumnData.From(Column("t", DType.String), [.. Enumerable.Range(0, rows).Select(i => i % 5 == 0 ? null : $"a \"{i}\", b")])]);
        byte[]? expected = null;
        foreach (int batchRows in (int[])[100, 7000, rows])
        {
            string path = folder[$"{batchRows}.{ending}"];
            await TableWriter.WriteAsync(path, [.. all.Columns.Select(c => c.Schema)], Batches(all, batchRows), cancellationToken: TestContext.Current.CancellationToken);
            byte[] bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(expected ??= bytes, bytes);
        }
        Assert.Equal($"{rows} ok\n", Python.Run("""
            import sys, csv
            lines = [l for l in csv.reader(l for l in open(sys.argv[1]) if not l.startswith('#'))][1:]
            assert all(int(l[0]) == i and (l[1] == '') == (i % 9 == 0) and l[2] == ('' if i % 5 == 0 else f'a "{i}", b') for i, l in enumerate(lines))
            print(len(lines), 'ok')
            """, folder[$"{rows}.{ending}"]));
    }

    private static ColumnSchema Column(string name, DType type) => new() { Name = name, DType = type, Unit = "", Description = "", Nullable = true };

    private static async IAsyncEnumerable<RowBatch> Batches(RowBatch all, int batchRows)
    {
        await Task.Yield();
        for (int first = 0; first < all.RowCount; first += batchRows)
        {
            int[] rows = [.. Enumerable.Range(first, Math.Min(batchRows, all.RowCount - first))];
            yield return new RowBatch(all.Columns.Select(c => c.Take(rows)));
        }
    }
}
