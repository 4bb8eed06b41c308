using Pile.DuckDb;
using Pile.Format;
using Pile.Hdf5;

namespace Pile.Writing.Staging;

/// <summary>Turns what the system and the libraries say about a failed write into what the user can do about it.</summary>
internal static class WriteErrors
{
    /// <summary>True for exceptions of the disk, not of the data.</summary>
    internal static bool IsOfDisk(Exception e) => e is IOException or UnauthorizedAccessException or Hdf5Exception
        || (e is DuckDbException duckDb && (duckDb.Error.Contains("IO Error", StringComparison.Ordinal)
            || duckDb.Error.Contains("No space left", StringComparison.Ordinal)
            || duckDb.Error.Contains("max_temp_directory_size", StringComparison.Ordinal)));

    /// <summary>The exception for a write that failed below a folder.</summary>
    internal static OutputUnwritableException At(string path, Exception e) => new(path,
        $"writing failed: {(e is DuckDbException { Error: var error } ? error : e.Message).TrimEnd().TrimEnd('.')}",
        "The output is as it was before. Make room or give permission there, then run it again; a build goes on with --resume", e);
}
