using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Pile.Format;

/// <summary>A native library that a Linux distribution or conda installs, with its file names and packages.</summary>
internal sealed class SystemLibrary
{
    private string? found;

    /// <summary>The name of the library, for example <c>HDF5</c>.</summary>
    internal required string Name { get; init; }

    /// <summary>The environment variable with the path of a file to load in place of the installed one.</summary>
    internal required string Variable { get; init; }

    /// <summary>The names of its file, the preferred one first.</summary>
    internal required IReadOnlyList<string> FileNames { get; init; }

    /// <summary>The packages that contain it.</summary>
    internal required SystemPackages Packages { get; init; }

    /// <summary>The folders to search, <c>""</c> for those of the system's loader.</summary>
    internal static IEnumerable<string> Folders =>
        Environment.GetEnvironmentVariable("CONDA_PREFIX") is { Length: > 0 } conda ? ["", Path.Combine(conda, "lib")] : [""];

    /// <summary>Loads the library: the file in the environment variable, otherwise the first that is found. The runtime asks for each
    /// function, so the search is made once.</summary>
    /// <remarks>The file is loaded anew for each call, which counts the references to it: a native program frees the handle if another
    /// thread has resolved the same library meanwhile.</remarks>
    /// <exception cref="NativeLibraryMissingException">No file can be loaded.</exception>
    internal nint Load()
    {
        if (found is { } file && NativeLibrary.TryLoad(file, out nint library))
            return library;
        (found, library) = Find(Environment.GetEnvironmentVariable(Variable), Folders);
        return library;
    }

    /// <summary>True if the library is used: the environment variable specifies a file, which must be loadable then, or one is
    /// found.</summary>
    internal bool IsInstalled() => IsInstalled(Environment.GetEnvironmentVariable(Variable), Folders);

    /// <summary>True if a file is specified, or one of the folders contains the library.</summary>
    /// <param name="path">The file to load; null or empty to search for one.</param>
    /// <param name="folders">The folders to search.</param>
    internal bool IsInstalled(string? path, IEnumerable<string> folders) => !string.IsNullOrEmpty(path) || TryFind(folders, out _, out _);

    /// <summary>Loads the library from a file, or from the first folder that contains it.</summary>
    /// <param name="path">The file to load; null or empty to search for one.</param>
    /// <param name="folders">The folders to search.</param>
    /// <exception cref="NativeLibraryMissingException">No file can be loaded.</exception>
    internal nint Load(string? path, IEnumerable<string> folders) => Find(path, folders).Library;

    private (string File, nint Library) Find(string? path, IEnumerable<string> folders)
    {
        if (!string.IsNullOrEmpty(path)) // a file that the user specifies is never replaced by another one
            return NativeLibrary.TryLoad(path, out nint chosen) ? (path, chosen)
                : throw new NativeLibraryMissingException(path,
                    $"The environment variable {Variable} specifies this file. Correct it or unset it.");
        return TryFind(folders, out string? file, out nint library) ? (file, library) : throw Missing();
    }

    private bool TryFind(IEnumerable<string> folders, [NotNullWhen(true)] out string? file, out nint library)
    {
        foreach (string candidate in folders.SelectMany(folder => FileNames.Select(name => Path.Combine(folder, name))))
            if (NativeLibrary.TryLoad(candidate, out library))
            {
                file = candidate;
                return true;
            }
        (file, library) = (null, 0);
        return false;
    }

    /// <summary>Creates the error with the command that installs the library.</summary>
    /// <param name="finding">A sentence that states why the library found is not compatible; null if none was found.</param>
    internal NativeLibraryMissingException Missing(string? finding = null)
    {
        finding ??= $"{Name} was searched for as {string.Join(", ", FileNames)}.";
        return new NativeLibraryMissingException(FileNames[0],
            $"{finding} {Packages.InstallAdvice()} To use another file, set the environment variable {Variable} to its path.");
    }
}
