using System.Runtime.InteropServices;
using DuckDB.NET.Native;

namespace Pile.DuckDb.Native;

internal static partial class DuckDbNative
{
    [LibraryImport(Library, EntryPoint = "duckdb_arrow_array_scan", StringMarshalling = StringMarshalling.Utf8)] // borrows schema and array
    internal static partial DuckDBState ArrowArrayScan(DuckDBNativeConnection connection, string view, nint schema, nint array,
        out ArrowStreamHandle stream);

    [LibraryImport(Library, EntryPoint = "duckdb_destroy_arrow_stream")]
    internal static partial void DestroyArrowStream(ref nint stream);
}
