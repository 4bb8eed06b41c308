using System.Buffers;
using System.Text.RegularExpressions;
using Pile.Format;

namespace Pile.DuckDb;

/// <summary>DuckDB rejected a statement, could not read or write a file, or returned a column of an unexpected type.</summary>
internal sealed partial class DuckDbException : PileException
{
    private const int MaxSqlLength = 500;
    private const string KindEnd = " Error: ";

    private static readonly SearchValues<char> Letters =
        SearchValues.Create(" -ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

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

    /// <summary>The first line of <see cref="Error"/> without the kind of error, or that there is no such column or function: for messages
    /// about a user's SQL.</summary>
    internal string Reason => SqlHint.UnknownColumn(Error) is { } name ? $"there is no column '{name}'"
        : SqlHint.OfExtension(Error) is { } ofExtension ? ofExtension
        : WithoutKind(Error.Trim().Split('\n')[0]).TrimEnd('.', '!');

    /// <summary>The SQL, truncated to 500 characters; null if no SQL was run.</summary>
    public string? Sql { get; }

    /// <summary>Returns a message of DuckDB without words such as "Binder Error", which mean nothing to users, and without a suggestion of
    /// the functions that Pile registers for itself.</summary>
    internal static string WithoutKind(string error)
    {
        error = OwnFunction().Replace(error, "");
        return error.IndexOf(KindEnd, StringComparison.Ordinal) is > 0 and int end
            && error.AsSpan(0, end) is var kind && !kind.ContainsAnyExcept(Letters) ? error[(end + KindEnd.Length)..] : error;
    }

    [GeneratedRegex("""\s*Did you mean "pile_\w+"\??""", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex OwnFunction();

    private static string Cut(string sql) =>
        sql.Length <= MaxSqlLength ? sql : $"{sql.AsSpan(0, MaxSqlLength)}… ({sql.Length} characters)";
}
