using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using DuckDB.NET.Native;

namespace Pile.DuckDb.Native;

/// <summary>The functions of <c>duckdb.h</c> 1.5 that DuckDB.NET.Bindings 1.5.6 does not declare; all others are called by its
/// <see cref="NativeMethods"/>.</summary>
/// <remarks>They serve results that are streamed, texts with a NUL, types of arrays, and table functions that run on several threads.
/// Infos of functions are borrowed, and are never freed here.</remarks>
internal static unsafe partial class DuckDbNative
{
    internal const string Library = "duckdb";

    [LibraryImport(Library, EntryPoint = "duckdb_prepared_statement_type")]
    internal static partial DuckDBStatementType StatementType(DuckDBPreparedStatement statement);

    [LibraryImport(Library, EntryPoint = "duckdb_bind_varchar_length")] // duckdb_bind_varchar ends a text at its first NUL
    internal static partial DuckDBState BindVarchar(DuckDBPreparedStatement statement, ulong oneBasedIndex, ReadOnlySpan<byte> utf8,
        ulong length);

    [LibraryImport(Library, EntryPoint = "duckdb_pending_prepared")] // the complete result is materialized
    internal static partial DuckDBState PendingPrepared(DuckDBPreparedStatement statement, out PendingHandle pending);

    [LibraryImport(Library, EntryPoint = "duckdb_pending_prepared_streaming")] // rows are produced while they are fetched
    internal static partial DuckDBState PendingPreparedStreaming(DuckDBPreparedStatement statement, out PendingHandle pending);

    [LibraryImport(Library, EntryPoint = "duckdb_pending_error")]
    [return: MarshalUsing(typeof(DuckDBOwnedStringMarshaller))]
    internal static partial string? PendingError(PendingHandle pending);

    [LibraryImport(Library, EntryPoint = "duckdb_execute_pending")]
    internal static partial DuckDBState ExecutePending(PendingHandle pending, ResultHandle result);

    [LibraryImport(Library, EntryPoint = "duckdb_destroy_pending")]
    internal static partial void DestroyPending(ref nint pending);

    [LibraryImport(Library, EntryPoint = "duckdb_create_array_type")]
    internal static partial DuckDBLogicalType CreateArrayType(DuckDBLogicalType child, ulong length);

    [LibraryImport(Library, EntryPoint = "duckdb_appender_error")]
    [return: MarshalUsing(typeof(DuckDBOwnedStringMarshaller))]
    internal static partial string? AppenderError(DuckDBAppender appender);

    [LibraryImport(Library, EntryPoint = "duckdb_table_function_set_local_init")]
    internal static partial void TableFunctionSetLocalInit(nint function, delegate* unmanaged[Cdecl]<nint, void> init);

    [LibraryImport(Library, EntryPoint = "duckdb_init_set_max_threads")]
    internal static partial void InitSetMaxThreads(nint info, ulong threads);

    [LibraryImport(Library, EntryPoint = "duckdb_function_get_local_init_data")]
    internal static partial nint FunctionLocalInitData(nint info);
}
