using Pile.Format;

namespace Pile.DuckDb;

/// <summary>DuckDB refused a statement, could not read or write a file, or gave a column of another type than was asked for.</summary>
internal sealed class DuckDbException : PileException
{
    private const int LongestSqlShown = 500;

    internal DuckDbException(string function, string error, string? sql = null, Exception? inner = null)
        : base(sql is null ? $"{error.TrimEnd()} (DuckDB, {function})" : $"{error.TrimEnd()} (DuckDB, {function}, in: {Cut(sql)})", inner)
    {
        Function = function;
        Error = error;
        Sql = sql is null ? null : Cut(sql);
    }

    /// <summary>The function of DuckDB's C API that failed, for example <c>duckdb_execute_pending</c>.</summary>
    public string Function { get; }

    /// <summary>What DuckDB said, unchanged.</summary>
    public string Error { get; }

    /// <summary>The SQL, cut to 500 characters; null where none was run.</summary>
    public string? Sql { get; }

    private static string Cut(string sql) =>
        sql.Length <= LongestSqlShown ? sql : $"{sql.AsSpan(0, LongestSqlShown)}… ({sql.Length} characters)";
}
