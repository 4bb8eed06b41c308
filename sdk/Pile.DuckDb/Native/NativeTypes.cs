using System.Runtime.InteropServices;

namespace Pile.DuckDb.Native;

internal enum DuckDbState
{
    Success = 0,
    Error = 1,
}

/// <summary><c>duckdb_statement_type</c>; only the values in use are defined.</summary>
internal enum DuckDbStatementType
{
    Invalid = 0,
    Select = 1,
}

/// <summary><c>duckdb_result</c>: 48 bytes, passed by value to <c>duckdb_fetch_chunk</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeResult
{
    internal ulong DeprecatedColumnCount;
    internal ulong DeprecatedRowCount;
    internal ulong DeprecatedRowsChanged;
    internal nint DeprecatedColumns;
    internal nint DeprecatedErrorMessage;
    internal nint InternalData;
}
