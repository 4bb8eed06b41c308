using System.Globalization;
using DuckDB.NET.Native;
using Pile.DuckDb.Native;
using static DuckDB.NET.Native.NativeMethods;

namespace Pile.DuckDb;

/// <summary>A DuckDB instance, in memory or in a file, from which connections are made: one per thread.</summary>
/// <remarks>Extensions are neither downloaded nor loaded automatically for any SQL, because that would be a network request. TIMESTAMPTZ
/// values are converted to text in UTC, so that results do not depend on the machine.</remarks>
internal sealed class DuckDbDatabase : IDisposable
{
    private readonly DuckDBDatabase handle;
    private readonly SourceRegistry sources = new();
    private readonly PredicateRegistry predicates = new();

    private DuckDbDatabase(DuckDBDatabase handle) => this.handle = handle;

    /// <exception cref="DuckDbException">A setting is rejected.</exception>
    /// <exception cref="Format.MemoryLimitException">The memory that the process may use does not suffice for the threads.</exception>
    /// <exception cref="Format.NativeLibraryMissingException">libduckdb is not installed.</exception>
    internal static DuckDbDatabase OpenInMemory(DuckDbSettings? settings = null) => Open(path: null, settings ?? new());

    /// <summary>Opens a database file, and creates it unless <see cref="DuckDbSettings.ReadOnly"/> is set.</summary>
    /// <exception cref="DuckDbException">The file is not a DuckDB database,
    /// is locked by another process, or a setting is rejected.</exception>
    /// <exception cref="Format.NativeLibraryMissingException">libduckdb is not installed.</exception>
    internal static DuckDbDatabase OpenFile(string path, DuckDbSettings? settings = null) => Open(path, settings ?? new());

    /// <summary>The version of DuckDB, for example <c>v1.5.6</c>.</summary>
    internal static string Version => Startup.DuckDBLibraryVersion() ?? "";

    internal DuckDbConnection Connect()
    {
        DuckDBState state = Startup.DuckDBConnect(handle, out DuckDBNativeConnection connection);
        LiveHandles.Add(connection);
        if (state is DuckDBState.Success)
            return new DuckDbConnection(connection, sources, predicates);
        connection.Dispose();
        throw new DuckDbException("duckdb_connect", "no connection could be created");
    }

    /// <summary>Permanently restricts every connection of this database: no files outside <paramref name="readableFolders"/>, no
    /// extensions, no changes of settings.</summary>
    /// <param name="readableFolders">Folders that SQL may still read. DuckDB lets COPY write there as well; prevent that with
    /// <see cref="DuckDbConnection.RequireSingleSelect"/> before running a user's SQL.</param>
    internal void LockDown(params ReadOnlySpan<string> readableFolders)
    {
        using DuckDbConnection connection = Connect();
        if (!readableFolders.IsEmpty)
            connection.Execute($"SET allowed_directories = {DuckDbSql.LiteralList(readableFolders)}");
        connection.Execute("SET enable_external_access = false; SET lock_configuration = true");
    }

    /// <summary>Restricts every connection as <see cref="LockDown"/> does, but allows
    /// reading single files. DuckDB can still read its folder of temporary files.</summary>
    /// <param name="readableFiles">Absolute paths.</param>
    internal void LockDownToFiles(params ReadOnlySpan<string> readableFiles)
    {
        using DuckDbConnection connection = Connect();
        if (!readableFiles.IsEmpty)
            connection.Execute($"SET allowed_paths = {DuckDbSql.LiteralList(readableFiles)}");
        connection.Execute("SET enable_external_access = false; SET lock_configuration = true");
    }

    public void Dispose() => handle.Dispose();

    private static DuckDbDatabase Open(string? path, DuckDbSettings settings)
    {
        if (Helpers.DuckDBVectorSize() != DuckDbChunkWriter.Capacity)
            throw new DuckDbException("duckdb_vector_size", "The vectors of this libduckdb have "
                + $"{Helpers.DuckDBVectorSize()} rows; {DuckDbChunkWriter.Capacity} are expected. "
                + $"Unset {DuckDbLibrary.PathVariable}, or set it to the library of the NuGet package Pile.DuckDb.");
        DuckDBState state = Configuration.DuckDBCreateConfig(out DuckDBConfig config);
        LiveHandles.Add(config);
        using (config)
        {
            if (state is not DuckDBState.Success)
                throw new DuckDbException("duckdb_create_config", "no configuration could be created");
            Set("autoinstall_known_extensions", "false");
            Set("autoload_known_extensions", "false");
            Set("allow_community_extensions", "false");
            if (settings.Threads is { } threads)
                Set("threads", threads.ToString(CultureInfo.InvariantCulture));
            if (settings.MemoryLimitBytes is { } bytes)
                Set("memory_limit", $"{bytes}B");
            if (settings.TempDirectory is { } folder)
                Set("temp_directory", folder);
            if (settings.ReadOnly)
                Set("access_mode", "READ_ONLY");

            state = Startup.DuckDBOpen(path, out DuckDBDatabase handle, config, out string? error);
            LiveHandles.Add(handle);
            if (state is not DuckDBState.Success)
            {
                handle.Dispose();
                DuckDbException problem = new("duckdb_open_ext", error ?? $"'{path ?? ":memory:"}' could not be opened");
                throw problem.Type != DuckDbErrorType.OutOfMemory ? problem
                    : new Format.MemoryLimitException("There is not enough memory to start the threads of DuckDB. Use fewer threads, or "
                        + "allow the process more memory.", problem);
            }

            DuckDbDatabase database = new(handle);
            try
            {
                using DuckDbConnection connection = database.Connect();
                connection.Execute("SET GLOBAL TimeZone = 'UTC'; SET GLOBAL enable_geoparquet_conversion = false"); // WKB stays bytes
                // Not at the first scan: a result that was not read completely keeps
                // its transaction open, and a rollback unregisters the function.
                database.sources.Register(connection.Handle);
                database.predicates.Register(connection.Handle);
                ParallelRead.Register(connection.Handle, database.predicates);
                SkyFunctions.Register(connection.Handle);
                return database;
            }
            catch
            {
                database.Dispose();
                throw;
            }
        }

        void Set(string name, string value)
        {
            if (Configuration.DuckDBSetConfig(config, name, value) is not DuckDBState.Success)
                throw new DuckDbException("duckdb_set_config", $"The setting {name} = '{value}' was rejected.");
        }
    }
}
