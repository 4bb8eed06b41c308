using System.Runtime.InteropServices;

namespace Pile.DuckDb.Native;

/// <summary>DuckDB's C API, with one file per section of <c>duckdb.h</c> 1.5.</summary>
/// <remarks>Vectors and table-function infos are <see cref="nint"/>: they
/// are borrowed, never freed here, and internal to this project.</remarks>
internal static partial class DuckDbNative
{
    internal const string Library = "duckdb";

    /// <summary>The number of rows of a full vector: a constant of the library's build, checked when a database is opened.</summary>
    internal const int VectorRows = 2048;

    static DuckDbNative() => NativeLibrary.SetDllImportResolver(typeof(DuckDbNative).Assembly, DuckDbLibrary.Resolve);
}
