using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;
using Pile.Format;
using static DuckDB.NET.Native.NativeMethods;

namespace Pile.DuckDb.Native;

/// <summary>Locates libduckdb: the path in <c>PILE_DUCKDB_LIBRARY</c>, else beside the program, else on the system's paths.</summary>
internal static class DuckDbLibrary
{
    internal const string PathVariable = "PILE_DUCKDB_LIBRARY";

    private const string PackagedVersion = "1.5.6";

    // The most recent of the functions used: a library that has it has all others.
    private const string NewestFunction = "duckdb_unsafe_vector_assign_string_element_len";

    private static readonly string FileName = OperatingSystem.IsWindows() ? "duckdb.dll"
        : OperatingSystem.IsMacOS() ? "libduckdb.dylib" : "libduckdb.so";

    /// <summary>Makes the functions of this project and those of DuckDB.NET use one library.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The runtime asks for the library in the first call of any of their functions.")]
    internal static void SetResolvers()
    {
        DllImportResolver own = Resolve;
        try
        {
            NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, Resolve);
        }
        catch (InvalidOperationException) // an assembly has one resolver: the program that uses DuckDB.NET itself has set it
        {
            own = ResolveLikeDuckDbNet;
        }
        NativeLibrary.SetDllImportResolver(typeof(DuckDbNative).Assembly, own);
    }

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

    /// <summary>Returns the library that DuckDB.NET has loaded by a resolver of the program: objects of one library are no objects of
    /// another.</summary>
    /// <exception cref="NativeLibraryMissingException">It is too old, or the user specifies another one.</exception>
    internal static nint LoadLikeDuckDbNet(string? explicitPath)
    {
        if (!string.IsNullOrEmpty(explicitPath))
            throw Missing(explicitPath, $"The environment variable {PathVariable} specifies this file, but the program has set a resolver "
                + "for the libraries of DuckDB.NET. Unset the variable.");
        _ = Helpers.DuckDBVectorSize(); // loads it
        return NativeLibrary.TryLoad(FileName, out nint loaded) // systems return a loaded library for its name
            ? Checked(loaded, FileName)
            : throw Missing(FileName,
                "The program has set a resolver for the libraries of DuckDB.NET, which loads a file of another name.");
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name != DuckDbNative.Library ? 0
        : Load(Environment.GetEnvironmentVariable(PathVariable), AppContext.BaseDirectory, assembly, searchPath);

    private static nint ResolveLikeDuckDbNet(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name != DuckDbNative.Library ? 0 : LoadLikeDuckDbNet(Environment.GetEnvironmentVariable(PathVariable));

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
        $"{finding} The NuGet package DuckDB.NET.Bindings.Full, which Pile.DuckDb references, contains DuckDB {PackagedVersion} for Linux "
        + "and Windows on x64 and arm64, and for macOS: publish for one of these platforms. "
        + $"To use another {FileName} of DuckDB 1.5 or later, set the environment variable {PathVariable} to its path.");
}
