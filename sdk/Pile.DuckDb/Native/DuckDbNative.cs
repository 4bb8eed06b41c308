using System.Runtime.InteropServices;

namespace Pile.DuckDb.Native;

/// <summary>DuckDB's C API, chapter by chapter as in <c>duckdb.h</c> 1.5: one file each.</summary>
/// <remarks>Vectors and table-function infos are <see cref="nint"/>: borrowed, never freed here, and never leaving the room.</remarks>
internal static partial class DuckDbNative
{
    internal const string Library = "duckdb";

    /// <summary>Rows of a full vector: a constant of the library's build, checked when a database is opened.</summary>
    internal const int VectorRows = 2048;

    static DuckDbNative() => NativeLibrary.SetDllImportResolver(typeof(DuckDbNative).Assembly, DuckDbLibrary.Resolve);
}
