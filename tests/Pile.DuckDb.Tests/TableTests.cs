namespace Pile.DuckDb.Tests;

/// <summary>DuckDB reads tables of C# several times, with several threads, and only the columns it needs.</summary>
public sealed class TableTests : DatabaseTest
{
    [Fact]
    public void A_table_is_read_by_any_number_of_statements()
    {
        Numbers table = new(1, 5000, 0, 2048, 3000);
        using DuckDbScan scan = Connection.Scan(table);
        Assert.Equal(10_049L, Connection.Scalar<long>($"SELECT count(*) FROM {scan.Sql}"));
        Assert.Equal(Enumerable.Range(0, 10_049).Sum(i => (long)i), Connection.Scalar<long>($"SELECT sum(n)::BIGINT FROM {scan.Sql}"));
        Assert.Equal(0L, Connection.Scalar<long>(
            $"SELECT count(*) FROM {scan.Sql} WHERE name <> 'object number ' || n OR square <> n * n"));
        Assert.Equal(10_049L, Connection.Scalar<long>($"SELECT count(*) FROM {scan.Sql} AS a JOIN {scan.Sql} AS b USING (n)"));
        Assert.Equal(20_098L, Connection.Scalar<long>($"SELECT count(n) FROM (FROM {scan.Sql} UNION ALL FROM {scan.Sql})"));
    }

    [Fact]
    public void Only_the_columns_of_a_statement_are_read()
    {
        Numbers table = new(4000, 4000);
        using DuckDbScan scan = Connection.Scan(table);
        Assert.Equal(7999L * 7999, Connection.Scalar<long>($"SELECT max(square) FROM {scan.Sql}"));
        Assert.Equal([2], table.ReadColumns);
        Assert.Equal("object number 7", Connection.Scalar<string>($"SELECT name FROM {scan.Sql} WHERE n = 7"));
        Assert.Equal([0, 1, 2], table.ReadColumns);
    }

    [Fact]
    public void A_table_without_rows_is_empty()
    {
        using DuckDbScan scan = Connection.Scan(new Numbers());
        Assert.Equal(0L, Connection.Scalar<long>($"SELECT count(square) FROM {scan.Sql}"));
    }

    [Fact]
    public void The_exception_of_a_table_reaches_the_caller()
    {
        Numbers table = new([.. Enumerable.Repeat(2048, 50)]) { FailsAt = 31 };
        using DuckDbScan scan = Connection.Scan(table);
        Assert.Equal("batch 31", Assert.Throws<InvalidDataException>(
            () => Connection.Execute($"CREATE TABLE t AS SELECT * FROM {scan.Sql} ORDER BY n")).Message);
    }

    [Fact]
    public void A_disposed_table_is_an_error()
    {
        DuckDbScan scan = Connection.Scan(new Numbers(3));
        scan.Dispose();
        Assert.Contains("does not exist", Assert.Throws<DuckDbException>(() => Connection.Execute($"SELECT * FROM {scan.Sql}")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_of_a_pass_remains()
    {
        int before = CallbackState.LiveCount;
        using (DuckDbScan scan = Connection.Scan(new Numbers(5000, 5000)))
            Connection.Execute($"CREATE TABLE t AS SELECT * FROM {scan.Sql}");
        Connection.Dispose();
        Assert.Equal(before, CallbackState.LiveCount);
    }

    /// <summary>The rows 0, 1, 2, … in batches of some lengths.</summary>
    private sealed class Numbers(params int[] rowCounts) : IDuckDbTable
    {
        private readonly HashSet<int> readColumns = [];

        public IReadOnlyList<DuckDbField> Columns { get; } =
            [new("n", DuckDbType.BigInt), new("name", DuckDbType.Varchar), new("square", DuckDbType.BigInt)];

        public long RowCount => rowCounts.Sum();

        public int BatchCount => rowCounts.Length;

        public IEnumerable<int> ReadColumns => readColumns.Order();

        public int FailsAt { get; init; } = -1;

        public int RowsOf(int batch) => rowCounts[batch];

        public DuckDbColumn[] Read(int batch, ReadOnlySpan<int> columns, ref byte[] buffer)
        {
            if (batch == FailsAt)
                throw new InvalidDataException($"batch {batch}");
            lock (readColumns)
                readColumns.UnionWith(columns.ToArray());
            long first = rowCounts[..batch].Sum();
            long[] numbers = [.. Enumerable.Range(0, rowCounts[batch]).Select(i => first + i)];
            DuckDbColumn[] all = [DuckDbColumn.Of<long>(numbers), DuckDbColumn.Text([.. numbers.Select(n => $"object number {n}")]),
                DuckDbColumn.Of<long>(numbers.Select(n => n * n).ToArray())];
            return [.. columns.ToArray().Select(column => all[column])];
        }
    }
}
