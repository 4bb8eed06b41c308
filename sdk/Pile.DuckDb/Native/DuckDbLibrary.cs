using System.Reflection;
using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.DuckDb.Native;

/// <summary>Finds libduckdb: where <c>PILE_DUCKDB_LIBRARY</c> points, else beside the program, else where the system looks.</summary>
internal static class DuckDbLibrary
{
    internal const string PathVariable = "PILE_DUCKDB_LIBRARY";

    private const string FileName = "libduckdb.so";

    // Younger than the other functions used here: a library that has it has them all.
    private const string YoungestFunction = "duckdb_unsafe_vector_assign_string_element_len";

    internal static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == DuckDbNative.Library ? Load(Environment.GetEnvironmentVariable(PathVariable), AppContext.BaseDirectory, assembly, searchPath) : 0;

    /// <exception cref="NativeLibraryMissingException">No file loads, or the one that does is another library or too old.</exception>
    internal static nint Load(string? explicitPath, string programFolder, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (!string.IsNullOrEmpty(explicitPath)) // an explicit wish is met or refused, never replaced
            return NativeLibrary.TryLoad(explicitPath, out nint wished)
                ? Checked(wished, explicitPath)
                : throw Missing(explicitPath, $"{PathVariable} points there: unset it, or set it to a libduckdb.so 1.5.");

        string beside = Path.Combine(programFolder, FileName);
        if (NativeLibrary.TryLoad(beside, out nint library))
            return Checked(library, beside);
        return NativeLibrary.TryLoad(DuckDbNative.Library, assembly, searchPath, out library)
            ? Checked(library, FileName)
            : throw Missing(FileName, $"It was looked for in '{programFolder}' and on the system's paths.");
    }

    private static nint Checked(nint library, string path)
    {
        if (NativeLibrary.TryGetExport(library, YoungestFunction, out _))
            return library;
        NativeLibrary.Free(library);
        throw Missing(path, $"The file loads but lacks the function '{YoungestFunction}': it is not DuckDB 1.5 or later.");
    }

    private static NativeLibraryMissingException Missing(string path, string finding) => new(path,
        $"{finding} Run 'make setup', which takes DuckDB 1.5.6 from the npm package @duckdb/node-bindings-linux-x64, or set {PathVariable} to the path of a libduckdb.so.");
}
