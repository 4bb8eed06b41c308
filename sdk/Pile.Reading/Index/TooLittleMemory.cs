using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Distinguishes a memory limit from a damaged dataset: DuckDB reports both in the same way.</summary>
internal static class TooLittleMemory
{
    /// <summary>Returns an exception if a dataset's index could not be read within the memory limit; null for any other error.</summary>
    /// <param name="error">The error.</param>
    /// <param name="address">The dataset.</param>
    /// <param name="option">The option that sets the limit.</param>
    internal static MemoryLimitException? Of(Exception error, string address, string option = "DatasetOptions.QueryMemoryBytes") =>
        error is DuckDbException { Type: DuckDbErrorType.OutOfMemory, Error: string text }
            ? new MemoryLimitException($"Reading the index of '{address}' exceeds the memory limit "
                + $"({text.TrimEnd().Split('\n')[0].TrimEnd('.')}). Raise the limit: {option}.", error)
            : null;
}
