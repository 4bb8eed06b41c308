using Pile.DuckDb.Native;
using Pile.TestKit;

namespace Pile.DuckDb.Tests;

public class LifetimeTests
{
    [Fact]
    public void Handles_are_released_in_any_order_of_disposal()
    {
        int before = LiveHandles.Count, statesBefore = CallbackState.LiveCount;
        DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        DuckDbConnection connection = database.Connect();
        connection.Execute("CREATE TABLE t (x BIGINT)");
        DuckDbAppender appender = connection.Append("t");
        appender.Append(DuckDbColumn.Of<long>(new long[] { 1, 2 }));
        using (DuckDbBatches source = new(["x"], [DuckDbColumn.Of<int>(new[] { 1 })]))
        using (DuckDbScan scan = connection.Scan(source))
            connection.Execute($"FROM {scan.Sql}");
        Assert.Throws<DuckDbException>(() => connection.Execute("nonsense"));
        Assert.Throws<DuckDbException>(() => connection.Query("SELECT * FROM missing"));
        Assert.Throws<DuckDbException>(() => connection.Append("missing"));
        Assert.Throws<DuckDbException>(() => DuckDbDatabase.OpenFile("/nowhere/a.db"));
        DuckDbResult result = connection.Query("FROM range(10000)");
        Assert.True(result.TryNextChunk(out _));
        Assert.True(LiveHandles.Count > before);
        Assert.True(CallbackState.LiveCount > statesBefore);

        database.Dispose(); // the owners first
        connection.Dispose();
        appender.Dispose();
        result.Dispose();
        result.Dispose();
        Assert.Equal(before, LiveHandles.Count);
        Assert.Equal(statesBefore, CallbackState.LiveCount);
    }

    [Fact]
    public void Every_open_object_is_counted()
    {
        int before = LiveHandles.Count;
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        Assert.Equal(before + 1, LiveHandles.Count);
        using DuckDbConnection connection = database.Connect();
        Assert.Equal(before + 2, LiveHandles.Count);
        using (DuckDbStatement statement = connection.Prepare("SELECT [1.5, 2.5]::DOUBLE[2], range FROM range(10000)"))
        using (DuckDbResult result = statement.Query())
        {
            Assert.True(result.TryNextChunk(out _));
            Assert.Equal(before + 5, LiveHandles.Count); // and statement, result and chunk
        }
        connection.Execute("CREATE TABLE t (x BIGINT)");
        using (connection.Append("t"))
            Assert.Equal(before + 4, LiveHandles.Count); // and the appender and its chunk
        Assert.Equal(before + 2, LiveHandles.Count);
    }

    [Fact]
    public void A_database_file_keeps_its_tables_and_opens_read_only()
    {
        using TemporaryFolder folder = new();
        using (DuckDbDatabase database = DuckDbDatabase.OpenFile(folder["a.db"]))
        using (DuckDbConnection connection = database.Connect())
            connection.Execute("CREATE TABLE t AS SELECT 42 AS x");
        using DuckDbDatabase again = DuckDbDatabase.OpenFile(folder["a.db"], new() { ReadOnly = true });
        using DuckDbConnection reader = again.Connect();
        Assert.Equal(42, reader.Scalar<int>("SELECT x FROM t"));
        Assert.Throws<DuckDbException>(() => reader.Execute("DROP TABLE t"));
    }

    [Fact]
    public void Settings_are_applied_and_extensions_disabled()
    {
        using TemporaryFolder folder = new();
        using DuckDbDatabase database =
            DuckDbDatabase.OpenInMemory(new() { Threads = 1, MemoryLimitBytes = 256 << 20, TempDirectory = folder.Path });
        using DuckDbConnection connection = database.Connect();
        Assert.Equal("1", connection.Scalar<string>("SELECT current_setting('threads')::VARCHAR"));
        Assert.Equal("256.0 MiB", connection.Scalar<string>("SELECT current_setting('memory_limit')"));
        Assert.Equal(folder.Path, connection.Scalar<string>("SELECT current_setting('temp_directory')"));
        Assert.Equal("falsefalse", connection.Scalar<string>(
            "SELECT current_setting('autoload_known_extensions')::VARCHAR || current_setting('autoinstall_known_extensions')::VARCHAR"));
        Assert.Throws<DuckDbException>(() => connection.Execute("FROM read_parquet('https://127.0.0.1:9/a.parquet')"));
        Assert.Throws<DuckDbException>(() => DuckDbDatabase.OpenInMemory(new() { Threads = -1 }));
    }
}
