using System.Diagnostics;
using Pile.DuckDb.Native;
using Pile.Format;
using Pile.TestKit;

namespace Pile.DuckDb.Tests;

public class LifetimeTests
{
    [Fact]
    public void Handles_are_released_in_any_order_of_disposal()
    {
        int before = DuckDbHandle.LiveCount, statesBefore = CallbackState.LiveCount;
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
        Assert.True(DuckDbHandle.LiveCount > before);
        Assert.True(CallbackState.LiveCount > statesBefore);

        database.Dispose(); // the owners first
        connection.Dispose();
        appender.Dispose();
        result.Dispose();
        result.Dispose();
        Assert.Equal(before, DuckDbHandle.LiveCount);
        Assert.Equal(statesBefore, CallbackState.LiveCount);
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

    [Theory]
    [InlineData("/nowhere/libduckdb.so", "The environment variable PILE_DUCKDB_LIBRARY specifies this file.")]
    [InlineData("libm.so.6", "it is not DuckDB 1.5")]
    public void A_missing_or_wrong_library_is_reported(string path, string finding)
    {
        NativeLibraryMissingException e = Assert.Throws<NativeLibraryMissingException>(
            () => DuckDbLibrary.Load(path, "/", typeof(DuckDbDatabase).Assembly, searchPath: null));
        Assert.Equal(path, e.Library);
        Assert.Contains(finding, e.Message, StringComparison.Ordinal);
        Assert.Contains("The NuGet package Pile.DuckDb contains DuckDB 1.5.6 for Linux on x64", e.Message, StringComparison.Ordinal);
        Assert.Contains("the environment variable PILE_DUCKDB_LIBRARY", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("make ", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // beside the program
    public void A_library_that_cannot_be_loaded_is_reported_with_the_reason_of_the_system(bool isChosen)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["libduckdb.so"], "a download that failed");
        NativeLibraryMissingException e = Assert.Throws<NativeLibraryMissingException>(() => DuckDbLibrary.Load(
            isChosen ? folder["libduckdb.so"] : null, folder.Path, typeof(DuckDbDatabase).Assembly, searchPath: null));
        Assert.Equal(folder["libduckdb.so"], e.Library);
        Assert.Contains("The system cannot load it: ", e.Message, StringComparison.Ordinal);
        Assert.Contains("file too short", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_call_without_the_library_reports_it()
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "Pile.DuckDb.Tests"),
            ["-method", $"{typeof(QueryTests).FullName}.{nameof(QueryTests.The_version_is_the_installed_one)}"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { [DuckDbLibrary.PathVariable] = "/nowhere/libduckdb.so" },
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains("NativeLibraryMissingException : The native library '/nowhere/libduckdb.so' is missing or not compatible."
            , output, StringComparison.Ordinal);
    }
}
