using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Pile.DuckDb.Native;

internal static partial class DuckDbNative
{
    [LibraryImport(Library, EntryPoint = "duckdb_destroy_result")]
    internal static unsafe partial void DestroyResult(NativeResult* result);

    [LibraryImport(Library, EntryPoint = "duckdb_result_error")] // borrowed: the text is freed with the result
    [return: MarshalUsing(typeof(BorrowedUtf8Marshaller))]
    internal static partial string? ResultError(ResultHandle result);

    [LibraryImport(Library, EntryPoint = "duckdb_result_error_type")]
    private static partial int ResultErrorNumber(ResultHandle result);

    /// <summary>Returns the kind of error of a result.</summary>
    internal static DuckDbErrorType ResultErrorType(ResultHandle result) =>
        (DuckDbErrorType)ResultErrorNumber(result) is var type && Enum.IsDefined(type) ? type : DuckDbErrorType.Other;

    [LibraryImport(Library, EntryPoint = "duckdb_rows_changed")]
    internal static partial ulong RowsChanged(ResultHandle result);

    [LibraryImport(Library, EntryPoint = "duckdb_column_count")]
    internal static partial ulong ColumnCount(ResultHandle result);

    [LibraryImport(Library, EntryPoint = "duckdb_column_name")]
    [return: MarshalUsing(typeof(BorrowedUtf8Marshaller))]
    internal static partial string? ColumnName(ResultHandle result, ulong column);

    [LibraryImport(Library, EntryPoint = "duckdb_column_logical_type")]
    internal static partial LogicalTypeHandle ColumnLogicalType(ResultHandle result, ulong column);

    [LibraryImport(Library, EntryPoint = "duckdb_fetch_chunk")] // null at the end and on an error: check ResultError
    internal static partial DataChunkHandle FetchChunk(NativeResult result);
}
