using System.Globalization;
using Pile.Format;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Selecting;

/// <summary>A Parquet table of more than a million rows, which is read into memory that each batch overwrites.</summary>
public sealed class LargeTableTests
{
    private const int Rows = 1_200_000, Step = 401;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, null, Traits = ["Run", "Long"])]
    [InlineData(3, 0L)]
    public async Task Each_row_keeps_its_own_values(int workers, long? keptBytes)
    {
        using TemporaryFolder folder = new();
        (double[] ra, double[] dec) = Positions();
        await WriteAsync(folder["large.parquet"], [.. Enumerable.Range(0, Rows)], ra, dec);
        int[] some = [.. Enumerable.Range(0, Rows / Step).Select(i => i * Step)];
        await WriteAsync(folder["small.parquet"], some, ra, dec);
        await using ITableReader large = await TableReader.OpenAsync(folder["large.parquet"], cancellationToken: Token),
            small = await TableReader.OpenAsync(folder["small.parquet"], cancellationToken: Token);
        _ = await CrossMatcher.MatchToFileAsync(TableSide.Create(large), TableSide.Create(small), new()
        {
            RadiusArcsec = 0.001,
            ColumnsA = ["n", "x", "t", "id"],
            ColumnsB = ["n"],
            Workers = workers,
            KeptBytes = keptBytes,
        }, folder["pairs.parquet"], cancellationToken: Token);

        await using ITableReader pairs = await TableReader.OpenAsync(folder["pairs.parquet"], cancellationToken: Token);
        List<int> found = [];
        await foreach (RowBatch batch in pairs.ReadAsync(cancellationToken: Token))
            for (int row = 0; row < batch.RowCount; row++)
            {
                int n = batch.Values<int>("b_n")[row];
                found.Add(n);
                Assert.Equal((n, IdOf(n), IdOf(n)), (batch.Values<int>("a_n")[row], batch.Values<long>("a_object_id")[row],
                    batch.Values<long>("a_id")[row]));
                Assert.Equal(n % 3 == 0, batch["a_x"].IsNullAt(row));
                Assert.True(n % 3 == 0 || batch.Values<double>("a_x")[row] == n / 4.0);
                Assert.Equal(n % 5 == 0 ? null : TextOf(n), batch["a_t"].IsNullAt(row) ? null : ((TextColumnData)batch["a_t"]).Text(row));
            }
        found.Sort();
        Assert.Equal(some, found);
    }

    private static long IdOf(int n) => unchecked((long)((ulong)n * 0x9E3779B97F4A7C15)) & long.MaxValue;

    private static string TextOf(int n) => n.ToString("x", CultureInfo.InvariantCulture);

    private static (double[] Ra, double[] Dec) Positions()
    {
        Random random = new(5);
        return ([.. Enumerable.Range(0, Rows).Select(_ => random.NextDouble() * 360)],
            [.. Enumerable.Range(0, Rows).Select(_ => (random.NextDouble() * 170) - 85)]);
    }

    private static async Task WriteAsync(string path, int[] rows, double[] ra, double[] dec)
    {
        RowBatch[] batches = [.. rows.Chunk(100_000).Select(some => new RowBatch([
            new ColumnData<long>(Column("id", DType.Int64), some.Select(IdOf).ToArray(), default),
            new ColumnData<double>(Column("ra", DType.Float64), some.Select(n => ra[n]).ToArray(), default),
            new ColumnData<double>(Column("dec", DType.Float64), some.Select(n => dec[n]).ToArray(), default),
            new ColumnData<int>(Column("n", DType.Int32), some, default),
            new ColumnData<double>(Column("x", DType.Float64), some.Select(n => n / 4.0).ToArray(), some.Select(n => n % 3 == 0).ToArray()),
            TextColumnData.From(Column("t", DType.String), [.. some.Select(n => n % 5 == 0 ? null : TextOf(n))])]))];
        await TableWriter.WriteAsync(path, [.. batches[0].Columns.Select(c => c.Schema)], batches.ToAsyncEnumerable(),
            cancellationToken: Token);
    }

    private static ColumnSchema Column(string name, DType type) =>
        new() { Name = name, DType = type, Unit = "", Description = "", Nullable = name is "x" or "t" };
}
