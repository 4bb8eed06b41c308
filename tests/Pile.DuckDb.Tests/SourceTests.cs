using Pile.Format;

namespace Pile.DuckDb.Tests;

public class SourceTests : DatabaseTest
{
    private static readonly DuckDbField[] Schema = [new("object_id", DuckDbType.BigInt), new("name", DuckDbType.Varchar),
        new("flux", DuckDbType.List(DuckDbType.Float))];

    /// <summary>Returns batches of different lengths, with the rows 0, 1, 2, …</summary>
    private static IEnumerable<IReadOnlyList<DuckDbColumn>> Batches(params int[] rowCounts)
    {
        int first = 0;
        foreach (int rowCount in rowCounts)
        {
            int[] rows = [.. Enumerable.Range(first, rowCount)];
            yield return
            [
                DuckDbColumn.Of<long>(rows.Select(i => (long)i).ToArray()),
                DuckDbColumn.Text([.. rows.Select(i => i % 10 == 0 ? null : $"object number {i}")]),
                DuckDbColumn.Vectors<float>(3, rows.SelectMany(i => new[] { i, i + 0.25f, i + 0.5f }).ToArray()),
            ];
            first += rowCount;
        }
    }

    [Fact]
    public void A_source_works_after_a_partly_read_result()
    {
        Assert.Equal(1, Connection.Scalar<long>("SELECT 1::BIGINT"));
        using (DuckDbResult result = Connection.Query("SELECT * FROM range(100000)"))
            Assert.True(result.TryNextChunk(out _));
        using DuckDbBatches source = new(["n"], [DuckDbColumn.Of<long>(new long[] { 1, 2, 3 })]);
        using DuckDbScan scan = Connection.Scan(source);
        Assert.Equal(3, Connection.Execute($"CREATE OR REPLACE TEMP TABLE t AS SELECT * FROM {scan.Sql}; INSERT INTO t SELECT * FROM t"));
    }

    [Fact]
    public void Arrays_become_lists_of_lists()
    {
        ColumnSchema cube = new() { Name = "cube", DType = DType.Int16, Shape = [-1, 2, -1], Nullable = true };
        ColumnData<short> rows = new(cube, Enumerable.Range(0, 20).Select(i => (short)i).ToArray(),
            [1, 2, 3, 0, 2, 5, 0, 2, 0, 3, 2, 2, 1, 2, 1], new[] { false, false, true, false, false });
        using DuckDbBatches source = new(["cube"], [DuckDbColumn.NestedOf(rows)]);
        using DuckDbScan scan = Connection.Scan(source);
        Assert.Equal("[[[0, 1, 2], [3, 4, 5]]];[];null;[[[6, 7], [8, 9]], [[10, 11], [12, 13]], [[14, 15], [16, 17]]];[[[18], [19]]]",
            Connection.Scalar<string>($"SELECT string_agg(coalesce(cube::VARCHAR, 'null'), ';') FROM {scan.Sql}"));
    }

    [Fact]
    public void Batches_of_any_length_form_one_table_in_order()
    {
        using DuckDbBatches source = new(Schema, Batches(1, 5000, 0, 2048, 3000));
        using DuckDbScan scan = Connection.Scan(source);
        Connection.Execute($"CREATE TABLE t AS SELECT * FROM {scan.Sql}");
        Assert.Equal(Enumerable.Range(0, 10049).Select(i => (long)i), Column<long>("SELECT object_id FROM t"));
        Assert.Equal(10049L, Connection.Scalar<long>("""
            SELECT count(*) FROM t WHERE name IS NOT DISTINCT FROM (CASE WHEN object_id % 10 > 0 THEN 'object number ' || object_id END)
                AND flux = [object_id, object_id + 0.25, object_id + 0.5]::FLOAT[]
            """));
    }

    [Fact]
    public void A_source_is_copied_to_Parquet_in_bounded_memory()
    {
        const int BatchCount = 60, BatchRows = 20_000, Width = 32; // 150 MB of values through 64 MB
        using Pile.TestKit.TemporaryFolder folder = new();
        using DuckDbDatabase small = DuckDbDatabase.OpenInMemory(
            new() { Threads = 1, MemoryLimitBytes = 64 << 20, TempDirectory = folder["spill"] });
        using DuckDbConnection connection = small.Connect();
        var values = new float[BatchRows * Width];
        Random random = new(1);
        using DuckDbBatches source = new([new("image", DuckDbType.List(DuckDbType.Float))], Enumerable.Range(0, BatchCount).Select(_ =>
        {
            foreach (ref float value in values.AsSpan())
                value = random.NextSingle();
            return (IReadOnlyList<DuckDbColumn>)[DuckDbColumn.Vectors<float>(Width, values)];
        }));
        using DuckDbScan scan = connection.Scan(source);
        long rows = connection.Execute($"COPY (SELECT * FROM {scan.Sql}) TO {DuckDbSql.Literal(folder["images.parquet"])} (FORMAT parquet, "
            + "COMPRESSION uncompressed, ROW_GROUP_SIZE 20480)");
        Assert.Equal(BatchCount * BatchRows, rows);
        Assert.Equal((long)rows * Width,
            connection.Scalar<long>($"SELECT sum(len(image))::BIGINT FROM read_parquet({DuckDbSql.Literal(folder["images.parquet"])})"));
        Assert.False(Directory.Exists(folder["spill"]) && Directory.EnumerateFiles(folder["spill"]).Any());
    }

    [Fact]
    public void The_exception_of_a_source_is_rethrown()
    {
        using DuckDbBatches source = new(Schema, Batches(3000).Concat(Failing()));
        using DuckDbScan scan = Connection.Scan(source);
        Assert.Equal("shard 7 ends early",
            Assert.Throws<EndOfStreamException>(() => Connection.Execute($"CREATE TABLE t AS SELECT * FROM {scan.Sql}")).Message);
        Assert.Throws<DuckDbException>(() => Connection.Execute("FROM t"));

        static IEnumerable<IReadOnlyList<DuckDbColumn>> Failing()
        {
            foreach (IReadOnlyList<DuckDbColumn> batch in Batches(10))
                yield return batch;
            throw new EndOfStreamException("shard 7 ends early");
        }
    }

    [Fact]
    public void A_column_of_the_wrong_type_is_rejected()
    {
        using DuckDbBatches source = new([new("ra", DuckDbType.Double)], [[DuckDbColumn.Of<float>(new[] { 1f })]]);
        using DuckDbScan scan = Connection.Scan(source);
        Assert.Contains("'ra' has the type DOUBLE; its cells are not Single",
            Assert.Throws<DuckDbException>(() => Connection.Execute($"FROM {scan.Sql}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_is_read_once_and_removed_when_disposed()
    {
        using DuckDbBatches source = new(["x"], [DuckDbColumn.Of<int>(new[] { 1, 2, 3 })]);
        DuckDbScan scan = Connection.Scan(source);
        Assert.Equal(6L, Connection.Scalar<long>($"SELECT sum(x)::BIGINT FROM {scan.Sql}"));
        Assert.Contains("can be read only once", Assert.Throws<DuckDbException>(() => Connection.Execute($"FROM {scan.Sql}")).Message,
            StringComparison.Ordinal);
        scan.Dispose();
        Assert.Contains("the source does not exist", Assert.Throws<DuckDbException>(() => Connection.Execute($"FROM {scan.Sql}")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Sources_work_in_joins_and_in_a_locked_database()
    {
        Connection.Execute("CREATE TABLE names AS SELECT 2 AS x, 'two' AS name");
        Database.LockDown();
        using DuckDbBatches source = new(["x"], [DuckDbColumn.Of<int>(new[] { 1, 2, 3 })]);
        using DuckDbScan scan = Connection.Scan(source);
        Assert.Equal("two", Connection.Scalar<string>($"SELECT name FROM {scan.Sql} JOIN names USING (x)"));
    }

    [Fact]
    public void A_partly_read_source_is_released()
    {
        using DuckDbBatches source = new(Schema, Batches(100_000));
        using DuckDbScan scan = Connection.Scan(source);
        Assert.Equal(2, Column<long>($"SELECT object_id FROM {scan.Sql} LIMIT 2").Length);
    }

    [Fact]
    public void An_appender_accepts_a_source()
    {
        Connection.Execute("CREATE TABLE t (object_id BIGINT, name VARCHAR, flux FLOAT[])");
        using DuckDbBatches source = new(Schema, Batches(10, 4000));
        using DuckDbAppender appender = Connection.Append("t");
        appender.Append(source);
        appender.Complete();
        Assert.Equal(4010L, Connection.Scalar<long>("SELECT count(*) FROM t"));
    }
}
