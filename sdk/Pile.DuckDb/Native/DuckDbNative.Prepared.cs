using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Pile.DuckDb.Native;

internal static partial class DuckDbNative
{
    [LibraryImport(Library, EntryPoint = "duckdb_extract_statements", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial ulong ExtractStatements(ConnectionHandle connection, string sql, out ExtractedHandle statements);

    [LibraryImport(Library, EntryPoint = "duckdb_extract_statements_error")]
    [return: MarshalUsing(typeof(BorrowedUtf8Marshaller))]
    internal static partial string? ExtractStatementsError(ExtractedHandle statements);

    [LibraryImport(Library, EntryPoint = "duckdb_destroy_extracted")]
    internal static partial void DestroyExtracted(ref nint statements);

    [LibraryImport(Library, EntryPoint = "duckdb_prepare_extracted_statement")]
    internal static partial DuckDbState PrepareExtracted(ConnectionHandle connection, ExtractedHandle statements, ulong index,
        out PreparedHandle statement);

    [LibraryImport(Library, EntryPoint = "duckdb_destroy_prepare")]
    internal static partial void DestroyPrepare(ref nint statement);

    [LibraryImport(Library, EntryPoint = "duckdb_prepare_error")]
    [return: MarshalUsing(typeof(BorrowedUtf8Marshaller))]
    internal static partial string? PrepareError(PreparedHandle statement);

    [LibraryImport(Library, EntryPoint = "duckdb_prepared_statement_type")]
    internal static partial DuckDbStatementType StatementType(PreparedHandle statement);

    [LibraryImport(Library, EntryPoint = "duckdb_nparams")]
    internal static partial ulong ParameterCount(PreparedHandle statement);

    [LibraryImport(Library, EntryPoint = "duckdb_bind_null")]
    internal static partial DuckDbState BindNull(PreparedHandle statement, ulong oneBasedIndex);

    [LibraryImport(Library, EntryPoint = "duckdb_bind_int64")]
    internal static partial DuckDbState BindInt64(PreparedHandle statement, ulong oneBasedIndex, long value);

    [LibraryImport(Library, EntryPoint = "duckdb_bind_double")]
    internal static partial DuckDbState BindDouble(PreparedHandle statement, ulong oneBasedIndex, double value);

    [LibraryImport(Library, EntryPoint = "duckdb_bind_boolean")]
    internal static partial DuckDbState BindBoolean(PreparedHandle statement, ulong oneBasedIndex,
        [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library, EntryPoint = "duckdb_bind_varchar_length")]
    internal static partial DuckDbState BindVarchar(PreparedHandle statement, ulong oneBasedIndex, ReadOnlySpan<byte> utf8, ulong length);

    [LibraryImport(Library, EntryPoint = "duckdb_pending_prepared")] // the complete result is materialized
    internal static partial DuckDbState PendingPrepared(PreparedHandle statement, out PendingHandle pending);

    [LibraryImport(Library, EntryPoint = "duckdb_pending_prepared_streaming")] // rows are produced while they are fetched
    internal static partial DuckDbState PendingPreparedStreaming(PreparedHandle statement, out PendingHandle pending);

    [LibraryImport(Library, EntryPoint = "duckdb_pending_error")]
    [return: MarshalUsing(typeof(BorrowedUtf8Marshaller))]
    internal static partial string? PendingError(PendingHandle pending);

    [LibraryImport(Library, EntryPoint = "duckdb_execute_pending")]
    internal static partial DuckDbState ExecutePending(PendingHandle pending, ResultHandle result);

    [LibraryImport(Library, EntryPoint = "duckdb_destroy_pending")]
    internal static partial void DestroyPending(ref nint pending);
}
