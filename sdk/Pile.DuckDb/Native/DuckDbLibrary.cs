using System.Reflection;
using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.DuckDb.Native;

/// <summary>Locates libduckdb: the path in <c>PILE_DUCKDB_LIBRARY</c>, else beside the program, else on the system's paths.</summary>
internal static class DuckDbLibrary
{
    internal const string PathVariable = "PILE_DUCKDB_LIBRARY";

    private const string FileName = "libduckdb.so", PackagedVersion = "1.5.6";

    // The most recent of the functions used: a library that has it has all others.
    private const string NewestFunction = "duckdb_unsafe_vector_assign_string_element_len";

    internal static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == DuckDbNative.Library
            ? Load(Environment.GetEnvironmentVariable(PathVariable), AppContext.BaseDirectory, assembly, searchPath)
            : 0;

    /// <exception cref="NativeLibraryMissingException">No file can be loaded, or the loaded file is another library or too old.</exception>
    internal static nint Load(string? explicitPath, string programFolder, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (!string.IsNullOrEmpty(explicitPath)) // a file that the user specifies is never replaced by another one
            return TryLoad(explicitPath, out nint chosen)
                ? Checked(chosen, explicitPath)
                : throw Missing(explicitPath, $"The environment variable {PathVariable} specifies this file. Correct it or unset it.");

        string beside = Path.Combine(programFolder, FileName);
        if (TryLoad(beside, out nint library))
            return Checked(library, beside);
        return NativeLibrary.TryLoad(DuckDbNative.Library, assembly, searchPath, out library)
            ? Checked(library, FileName)
            : throw Missing(FileName,
                $"It was searched for in '{programFolder}', among the native files of the packages and on the system's paths.");
    }

    /// <summary>Loads a file, if there is one.</summary>
    /// <exception cref="NativeLibraryMissingException">The system cannot load it, for example for want of memory.</exception>
    private static bool TryLoad(string path, out nint library)
    {
        if (!File.Exists(path))
            return NativeLibrary.TryLoad(path, out library);
        try
        {
            library = NativeLibrary.Load(path);
            return true;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new NativeLibraryMissingException(path, $"The system cannot load it: {ReasonOf(e)}.", e);
        }
    }

    /// <summary>Returns what the system's loader says, without the hints of .NET around it.</summary>
    private static string ReasonOf(Exception e)
    {
        string[] lines = e.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return (lines is [.., var last] ? last : e.Message).TrimEnd('.');
    }

    private static nint Checked(nint library, string path)
    {
        if (NativeLibrary.TryGetExport(library, NewestFunction, out _))
            return library;
        NativeLibrary.Free(library);
        throw Missing(path, $"The file loads but lacks the function '{NewestFunction}': it is not DuckDB 1.5 or later.");
    }

    private static NativeLibraryMissingException Missing(string path, string finding) => new(path,
        $"{finding} The NuGet package Pile.DuckDb contains DuckDB {PackagedVersion} for Linux on x64: "
        + "reference it and publish for linux-x64. "
        + $"To use another libduckdb.so of DuckDB 1.5 or later, set the environment variable {PathVariable} to its path.");
}
