using System.Buffers;
using System.Globalization;
using System.Text;

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

    [Theory]
    [InlineData("SELECT n, name FROM {0}")]
    [InlineData("SELECT n, name FROM {0} ORDER BY n DESC")]
    [InlineData("SELECT n, min(name) FROM {0} GROUP BY n")]
    [InlineData("SELECT n, lag(name, 0) OVER () FROM {0}")]
    [InlineData("SELECT n, CASE WHEN n % 3 = 0 THEN name ELSE 'object number ' || n END FROM {0} WHERE name <> ''")]
    [InlineData("SELECT a.n, b.name FROM {0} a JOIN {0} b ON a.name = b.name")]
    [InlineData("SELECT n, name FROM {0} UNION ALL SELECT n, name FROM {0}")]
    public void Texts_of_a_batch_outlive_the_next_one(string sql)
    {
        using DuckDbScan scan = Connection.Scan(new Numbers([.. Enumerable.Repeat(700, 60)]));
        using DuckDbResult result = Connection.Query(string.Format(CultureInfo.InvariantCulture, sql, scan.Sql));
        long rows = 0;
        while (result.TryNextChunk(out DuckDbChunk? chunk))
            for (int row = 0; row < chunk.RowCount; row++, rows++)
                Assert.Equal($"object number {chunk.Values<long>(0)[row]}", Encoding.UTF8.GetString(chunk[1].Utf8(row)));
        Assert.True(rows is 42_000 or 84_000);
    }

    [Theory]
    [InlineData("joined")]
    [InlineData("fixed")]
    [InlineData("strings")]
    public void Long_texts_are_no_part_of_the_memory_limit(string kind)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { MemoryLimitBytes = 16 << 20, Threads = 1 });
        using DuckDbConnection connection = database.Connect();
        int[] offsets = [.. Enumerable.Range(0, 2049).Select(i => i * 30_000)];
        byte[] texts = new byte[offsets[^1]];
        texts.AsSpan().Fill((byte)'a');
        using DuckDbBatches batches = new(["text"], [kind switch
        {
            "joined" => DuckDbColumn.Utf8(offsets, texts),
            "fixed" => DuckDbColumn.FixedUtf8(30_000, texts),
            _ => DuckDbColumn.Text([.. Enumerable.Repeat(new string('a', 30_000), 2048)]),
        }]);
        using DuckDbScan scan = connection.Scan(batches);
        Assert.Equal(texts.LongLength, connection.Scalar<long>($"SELECT sum(strlen(text))::BIGINT FROM {scan.Sql}"));
    }

    [Fact]
    public void A_prepared_statement_reads_the_present_rows_of_a_table_each_time()
    {
        int[] rowCounts = [5000];
        using DuckDbScan scan = Connection.Scan(new Numbers(rowCounts));
        using DuckDbStatement statement = Connection.Prepare($"SELECT n FROM {scan.Sql} WHERE sqrt(square - 2500) >= 0 AND n % 2 = 0");
        foreach (int rows in new[] { 0, 5000, 51, 200_000, 1 })
        {
            rowCounts[0] = rows;
            if (rows > 0)
            {
                DuckDbException e = Assert.Throws<DuckDbException>(() => Read().Count); // the row 0 has no square root
                Assert.Contains("square root of a negative number", e.Error, StringComparison.Ordinal);
            }
            else
                Assert.Empty(Read());
        }
        using DuckDbStatement repeatable = Connection.Prepare($"SELECT n FROM {scan.Sql} WHERE n % 2 = 0");
        foreach (int rows in new[] { 1, 5000, 0, 51, 200_000 })
        {
            rowCounts[0] = rows;
            Assert.Equal(Enumerable.Range(0, rows).Where(n => n % 2 == 0).Select(n => (long)n), Read(repeatable));
        }

        List<long> Read(DuckDbStatement? other = null)
        {
            List<long> read = [];
            using DuckDbResult result = (other ?? statement).Query();
            foreach (DuckDbChunk chunk in result.Chunks())
                read.AddRange(chunk.Values<long>(0));
            return read;
        }
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
            DuckDbColumn[] all = [DuckDbColumn.Of<long>(numbers), Names(numbers, ref buffer),
                DuckDbColumn.Of<long>(numbers.Select(n => n * n).ToArray())];
            return [.. columns.ToArray().Select(column => all[column])];
        }

        /// <summary>Puts the texts into the memory of the thread, where those of its earlier batches were.</summary>
        private static DuckDbColumn Names(long[] numbers, ref byte[] buffer)
        {
            byte[][] names = [.. numbers.Select(n => Encoding.UTF8.GetBytes($"object number {n}"))];
            int total = names.Sum(name => name.Length), at = 0;
            if (buffer.Length < total)
            {
                if (buffer.Length > 0)
                    ArrayPool<byte>.Shared.Return(buffer);
                buffer = ArrayPool<byte>.Shared.Rent(total);
            }
            buffer.AsSpan().Fill((byte)'?');
            int[] offsets = new int[names.Length + 1];
            for (int i = 0; i < names.Length; i++)
            {
                names[i].CopyTo(buffer, at);
                offsets[i + 1] = at += names[i].Length;
            }
            return DuckDbColumn.Utf8(offsets, buffer.AsMemory(0, total));
        }
    }
}
