using Pile.DuckDb;

namespace Pile.Reading;

/// <summary>Tells a limit of memory from a damaged dataset: DuckDB says either in the same way.</summary>
internal static class TooLittleMemory
{
    /// <summary>What to tell if a dataset's index could not be read in the memory that is allowed; null for any other error.</summary>
    internal static ArgumentException? Of(Exception error, string address) =>
        error is DuckDbException { Error: string text } && text.StartsWith("Out of Memory Error", StringComparison.Ordinal)
            ? new ArgumentException($"Reading the index of '{address}' needs more memory than it may use "
                + $"({text.TrimEnd().Split('\n')[0].TrimEnd('.')}). Allow more with --memory, in code with "
                + "DatasetOptions.QueryMemoryBytes.", error)
            : null;
}
