using System.Runtime.InteropServices;

namespace Pile.DuckDb.Native;

internal static partial class DuckDbNative
{
    [LibraryImport(Library, EntryPoint = "duckdb_vector_get_data")]
    internal static unsafe partial void* VectorData(nint vector);

    [LibraryImport(Library, EntryPoint = "duckdb_vector_get_validity")] // null: every row is valid
    internal static unsafe partial ulong* VectorValidity(nint vector);

    [LibraryImport(Library, EntryPoint = "duckdb_vector_ensure_validity_writable")]
    internal static partial void VectorEnsureValidity(nint vector);

    [LibraryImport(Library, EntryPoint = "duckdb_unsafe_vector_assign_string_element_len")] // copies the bytes without checking UTF-8
    internal static partial void VectorAssignString(nint vector, ulong row, ReadOnlySpan<byte> bytes, ulong length);

    [LibraryImport(Library, EntryPoint = "duckdb_list_vector_get_child")]
    internal static partial nint ListChild(nint vector);

    [LibraryImport(Library, EntryPoint = "duckdb_list_vector_get_size")]
    internal static partial ulong ListSize(nint vector);

    [LibraryImport(Library, EntryPoint = "duckdb_list_vector_set_size")]
    internal static partial DuckDbState ListSetSize(nint vector, ulong size);

    [LibraryImport(Library, EntryPoint = "duckdb_list_vector_reserve")]
    internal static partial DuckDbState ListReserve(nint vector, ulong capacity);

    [LibraryImport(Library, EntryPoint = "duckdb_array_vector_get_child")]
    internal static partial nint ArrayChild(nint vector);

    [LibraryImport(Library, EntryPoint = "duckdb_struct_vector_get_child")]
    internal static partial nint StructChild(nint vector, ulong field);
}
