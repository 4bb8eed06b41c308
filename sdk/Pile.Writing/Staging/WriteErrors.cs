using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Staging;

/// <summary>Translates a failed write into an exception that tells the user what to do.</summary>
internal static class WriteErrors
{
    /// <summary>Returns whether an exception is caused by the disk and not by the data.</summary>
    internal static bool IsOfDisk(Exception e) => FileFault.Is(e)
        || (e is DuckDbException duckDb && (duckDb.Type == DuckDbErrorType.IO
            || duckDb.Error.Contains("No space left", StringComparison.Ordinal)
            || duckDb.Error.Contains("max_temp_directory_size", StringComparison.Ordinal)));

    /// <summary>Returns what happened, without SQL and without a final period.</summary>
    internal static string TextOf(Exception e) =>
        e is DuckDbException { Error: var error } ? error.TrimEnd().TrimEnd('.') : FileFault.TextOf(e);

    /// <summary>Creates the exception for an index that cannot be replaced.</summary>
    internal static OutputUnwritableException OfRebuild(string datasetPath, Exception e) => new(datasetPath,
        $"its index cannot be rebuilt: {TextOf(e)}", "Free space or grant write access there, then rebuild the index again", e);

    /// <summary>Creates the exception for a failed write below a folder.</summary>
    internal static OutputUnwritableException At(string path, Exception e) => new(path,
        $"writing failed: {TextOf(e)}",
        "The output is unchanged. Free space or grant write access there, then run it again; WriterSettings.Resume continues a build", e);
}
