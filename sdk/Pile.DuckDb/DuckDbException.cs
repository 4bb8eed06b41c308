using Pile.Format;

namespace Pile.DuckDb;

/// <summary>DuckDB rejected a statement, could not read or write a file, or returned a column of an unexpected type.</summary>
internal sealed class DuckDbException : PileException
{
    private const int MaxSqlLength = 500;

    internal DuckDbException(string function, string error, string? sql = null, Exception? inner = null, DuckDbErrorType? type = null)
        : base(sql is null ? $"{error.TrimEnd()} (DuckDB, {function})" : $"{error.TrimEnd()} (DuckDB, {function}, in: {Cut(sql)})", inner)
    {
        Function = function;
        Type = type ?? DuckDbErrorTypes.Of(error);
        Error = error;
        Sql = sql is null ? null : Cut(sql);
    }

    /// <summary>The function of DuckDB's C API that failed, for example <c>duckdb_execute_pending</c>.</summary>
    public string Function { get; }

    /// <summary>The kind of error.</summary>
    internal DuckDbErrorType Type { get; }

    /// <summary>The message of DuckDB, unchanged.</summary>
    public string Error { get; }

    /// <summary>The SQL, truncated to 500 characters; null if no SQL was run.</summary>
    public string? Sql { get; }

    private static string Cut(string sql) =>
        sql.Length <= MaxSqlLength ? sql : $"{sql.AsSpan(0, MaxSqlLength)}… ({sql.Length} characters)";
}
