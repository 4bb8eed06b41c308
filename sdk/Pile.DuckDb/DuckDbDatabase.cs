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
    private readonly Func<(DuckDBNativeConnection Handle, IDisposable Owner)> connect;
    private readonly DuckDBDatabase? handle; // null for one of another library
    private readonly SourceRegistry sources = new();
    private readonly PredicateRegistry predicates = new();

    private DuckDbDatabase(DuckDBDatabase handle) => (this.handle, connect) = (handle, () => ConnectTo(handle));

    private DuckDbDatabase(Func<(DuckDBNativeConnection Handle, IDisposable Owner)> connect) => this.connect = connect;

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

    /// <summary>Prepares a database in memory that another library has opened, as <see cref="OpenInMemory"/> prepares its own.</summary>
    /// <param name="connect">Opens a connection that the other library owns, and is disposed with what it returns.</param>
    /// <remarks>Open it with <see cref="ConfigurationOf"/>. It is closed with the last of its connections, not by this.</remarks>
    internal static DuckDbDatabase Of(Func<(DuckDBNativeConnection Handle, IDisposable Owner)> connect)
    {
        RequireVectors();
        DuckDbDatabase database = new(connect);
        database.Prepare();
        return database;
    }

    internal DuckDbConnection Connect()
    {
        (DuckDBNativeConnection connection, IDisposable owner) = connect();
        return new DuckDbConnection(connection, owner, sources, predicates);
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

    public void Dispose() => handle?.Dispose();

    /// <summary>Returns the settings with which a database is opened, by their names in DuckDB.</summary>
    internal static IEnumerable<(string Name, string Value)> ConfigurationOf(DuckDbSettings settings)
    {
        yield return ("autoinstall_known_extensions", "false");
        yield return ("autoload_known_extensions", "false");
        yield return ("allow_community_extensions", "false");
        if (settings.Threads is { } threads)
            yield return ("threads", threads.ToString(CultureInfo.InvariantCulture));
        if (settings.MemoryLimitBytes is { } bytes)
            yield return ("memory_limit", $"{bytes}B");
        if (settings.TempDirectory is { } folder)
            yield return ("temp_directory", folder);
        if (settings.ReadOnly)
            yield return ("access_mode", "READ_ONLY");
    }

    /// <summary>Creates the exception for a database that cannot be opened for want of memory.</summary>
    internal static Format.PileException NoMemoryForThreads(Exception problem) => new Format.MemoryLimitException(
        "There is not enough memory to start the threads of DuckDB. Use fewer threads, or allow the process more memory.", problem);

    private static DuckDbDatabase Open(string? path, DuckDbSettings settings)
    {
        RequireVectors();
        DuckDBState state = Configuration.DuckDBCreateConfig(out DuckDBConfig config);
        LiveHandles.Add(config);
        using (config)
        {
            if (state is not DuckDBState.Success)
                throw new DuckDbException("duckdb_create_config", "no configuration could be created");
            foreach ((string name, string value) in ConfigurationOf(settings))
                if (Configuration.DuckDBSetConfig(config, name, value) is not DuckDBState.Success)
                    throw new DuckDbException("duckdb_set_config", $"The setting {name} = '{value}' was rejected.");

            state = Startup.DuckDBOpen(path, out DuckDBDatabase handle, config, out string? error);
            LiveHandles.Add(handle);
            if (state is not DuckDBState.Success)
            {
                handle.Dispose();
                DuckDbException problem = new("duckdb_open_ext", error ?? $"'{path ?? ":memory:"}' could not be opened");
                throw problem.Type == DuckDbErrorType.OutOfMemory ? NoMemoryForThreads(problem) : problem;
            }

            DuckDbDatabase database = new(handle);
            try
            {
                database.Prepare();
                return database;
            }
            catch
            {
                database.Dispose();
                throw;
            }
        }
    }

    private static (DuckDBNativeConnection Handle, IDisposable Owner) ConnectTo(DuckDBDatabase database)
    {
        DuckDBState state = Startup.DuckDBConnect(database, out DuckDBNativeConnection connection);
        LiveHandles.Add(connection);
        if (state is DuckDBState.Success)
            return (connection, connection);
        connection.Dispose();
        throw new DuckDbException("duckdb_connect", "no connection could be created");
    }

    private void Prepare()
    {
        using DuckDbConnection connection = Connect();
        connection.Execute("SET GLOBAL TimeZone = 'UTC'; SET GLOBAL enable_geoparquet_conversion = false"); // WKB stays bytes
        // Not at the first scan: a result that was not read completely keeps
        // its transaction open, and a rollback unregisters the function.
        sources.Register(connection.Handle);
        predicates.Register(connection.Handle);
        ParallelRead.Register(connection.Handle, predicates);
        SkyFunctions.Register(connection.Handle);
    }

    private static void RequireVectors()
    {
        if (Helpers.DuckDBVectorSize() != DuckDbChunkWriter.Capacity)
            throw new DuckDbException("duckdb_vector_size", "The vectors of this libduckdb have "
                + $"{Helpers.DuckDBVectorSize()} rows; {DuckDbChunkWriter.Capacity} are expected. "
                + $"Unset {DuckDbLibrary.PathVariable}, or set it to the library of the NuGet package DuckDB.NET.Bindings.Full.");
    }
}
