namespace Pile.DuckDb;

/// <summary>Rows in use by DuckDB, and the exception they threw.</summary>
internal abstract class OpenRows(string sql)
{
    /// <summary>The prefix of every error that these rows report to DuckDB.</summary>
    internal string ErrorPrefix { get; } = $"{sql}:";

    internal Exception? Fault { get; private set; }

    /// <summary>Stores an exception for the statement's caller, and returns the message for DuckDB.</summary>
    internal string Fail(Exception fault)
    {
        Fault = fault;
        return $"{ErrorPrefix} {fault.Message}";
    }
}
