using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Checks that tables do not depend on the size of batches; large batches are formatted by several threads.</summary>
public sealed class TableBatchTests
{
    [Theory]
    [InlineData("csv")]
    [InlineData("ecsv")]
    [InlineData("vot")]
    [InlineData("fits")]
    public async Task Batches_of_any_size_give_the_same_bytes(string ending)
    {
        const int rows = 30_001;
        using TemporaryFolder folder = new();
        Random random = new(4);
        RowBatch all = new([
            new ColumnData<long>(Column("id", DType.Int64), Enumerable.Range(0, rows).Select(i => (long)i).ToArray()),
            new ColumnData<double>(Column("x", DType.Float64), Enumerable.Range(0, rows).Select(_ => random.NextDouble()).ToArray(),
                Enumerable.Range(0, rows).Select(i => i % 9 == 0).ToArray()),
            TextColumnData.From(Column("t", DType.String),
                [.. Enumerable.Range(0, rows).Select(i => i % 5 == 0 ? null : $"a \"{i}\", b")])]);
        byte[]? expected = null;
        foreach (int batchRows in (int[])[100, 7000, rows])
        {
            string path = folder[$"{batchRows}.{ending}"];
            await TableWriter.WriteAsync(path, [.. all.Columns.Select(c => c.Schema)], Batches(all, batchRows),
                cancellationToken: TestContext.Current.CancellationToken);
            byte[] bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(expected ??= bytes, bytes);
        }
        if (ending is "vot" or "fits")
        {
            Assert.Equal($"{rows} ok\n", Python.Run("""
                import sys, numpy as np
                from astropy.table import Table
                t = Table.read(sys.argv[1])
                i = np.arange(len(t))
                null = np.ma.getmaskarray(t['x']) | np.isnan(np.ma.getdata(t['x']))
                text = np.ma.filled(t['t'], '').astype(str)
                assert (np.array(t['id']) == i).all() and (null == (i % 9 == 0)).all()
                assert (text == np.where(i % 5 == 0, '', [f'a "{k}", b' for k in i])).all()
                print(len(t), 'ok')
                """, folder[$"{rows}.{ending}"]));
            return;
        }
        Assert.Equal($"{rows} ok\n", Python.Run("""
            import sys, csv
            lines = [l for l in csv.reader(l for l in open(sys.argv[1]) if not l.startswith('#'))][1:]
            for i, l in enumerate(lines):
                assert int(l[0]) == i and (l[1] == '') == (i % 9 == 0) and l[2] == ('' if i % 5 == 0 else f'a "{i}", b')
            print(len(lines), 'ok')
            """, folder[$"{rows}.{ending}"]));
    }

    [Fact]
    public async Task The_first_of_several_unsupported_values_is_reported()
    {
        const int rows = 40_000;
        using TemporaryFolder folder = new();
        RowBatch all = new([new ColumnData<ulong>(Column("u", DType.UInt64),
            Enumerable.Range(0, rows).Select(i => i is 30_000 or 29_000 or 39_999 ? ulong.MaxValue : 0).ToArray())]);
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() =>
            TableWriter.WriteAsync(folder["t.vot"], [.. all.Columns.Select(c => c.Schema)], Batches(all, rows),
                cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("row 29000", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    private static ColumnSchema Column(string name, DType type) =>
        new() { Name = name, DType = type, Unit = "", Description = "", Nullable = true };

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
