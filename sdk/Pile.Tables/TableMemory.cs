using Pile.DuckDb;
using Pile.Format;

namespace Pile.Tables;

/// <summary>Distinguishes a memory limit from a damaged file or a full disk: DuckDB reports all in the same way.</summary>
internal static class TableMemory
{
    /// <summary>Returns the exception for work on a table that exceeds the memory.</summary>
    internal static MemoryLimitException Exceeded(string what, DuckDbException error) =>
        new($"There is not enough memory for {what} ({error.Error.TrimEnd().Split('\n')[0].TrimEnd('.')}). Raise the memory limit, or "
            + "select fewer columns.", error);
}
