using System.Collections.Concurrent;

namespace Pile.DuckDb.Tests;

/// <summary>Rows that are passed to several threads.</summary>
public class ParallelReadTests : DatabaseTest
{
    [Fact]
    public void Each_row_is_passed_once_with_all_values()
    {
        const string Rows = "SELECT i, CASE WHEN i % 7 > 0 THEN 'a text of row ' || i END AS text, [i, -i] AS pair, i % 3 AS same "
            + "FROM range(300000) t(i)";
        ConcurrentBag<(long, string?, long, long)> passed = [];
        Read(Rows, chunk =>
        {
            for (int row = 0; row < chunk.RowCount; row++)
                passed.Add((chunk.Values<long>(0)[row], chunk[1].Text(row),
                    chunk[2].Values<DuckDbListEntry>()[row].Of(chunk[2].Child.Values<long>())[1], chunk.Values<long>(3)[row]));
        });
        Assert.Equal(Enumerable.Range(0, 300_000).Select(i => ((long)i, i % 7 > 0 ? $"a text of row {i}" : null, -(long)i, (long)i % 3)),
            passed.Order());
    }

    [Theory]
    [InlineData("SELECT i FROM range(1000) t(i) ANTI JOIN (SELECT i FROM range(990) u(i)) USING (i)", 10)]
    [InlineData("SELECT i FROM range(1000) t(i) UNION ALL SELECT 5", 1001)]
    [InlineData("SELECT 5 AS i", 1)]
    [InlineData("SELECT 5 AS i FROM range(5000)", 5000)]
    [InlineData("SELECT NULL::BIGINT AS i FROM range(3000)", 3000)]
    [InlineData("SELECT i FROM range(100) t(i) WHERE i > 1000", 0)]
    public void The_rows_are_those_of_the_result(string rows, int count)
    {
        long passed = 0;
        Read(rows, chunk => Interlocked.Add(ref passed, chunk.RowCount));
        Assert.Equal(count, passed);
        Assert.Equal(count, Connection.Scalar<long>($"SELECT count(*) FROM ({rows})"));
    }

    [Fact]
    public void The_exception_of_the_receiver_ends_the_statement()
    {
        IOException error = Assert.Throws<IOException>(() =>
            Read("SELECT i FROM range(1000000) t(i)", _ => throw new IOException("the disk is full")));
        Assert.Equal("the disk is full", error.Message);
        using CancellationTokenSource cancelled = new();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            Read("SELECT i FROM range(100000000) t(i)", _ => cancelled.Cancel(), cancelled.Token));
        Assert.Contains("no_such_column", Assert.Throws<DuckDbException>(() =>
            Read("SELECT no_such_column FROM range(5) t(i)", _ => { })).Message, StringComparison.Ordinal);
        Assert.Equal(7L, Connection.Scalar<long>("SELECT 7::BIGINT")); // the connection remains usable
    }

    [Fact]
    public void Rows_end_with_the_call()
    {
        DuckDbChunk? kept = null;
        Read("SELECT 5 AS i", chunk => kept = chunk);
        Assert.Throws<ObjectDisposedException>(() => kept!.Values<long>(0).Length);
    }

    private void Read(string sql, Action<DuckDbChunk> take, CancellationToken cancellationToken = default) =>
        Connection.ReadInParallel(sql, Connection.ColumnsOf(sql, cancellationToken), take, cancellationToken);
}
