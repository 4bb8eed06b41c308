using System.Buffers;
using DuckDB.NET.Native;
using Pile.DuckDb.Native;

namespace Pile.DuckDb;

internal sealed partial class DuckDbConnection
{
    private static readonly SearchValues<string> FirstWords =
        SearchValues.Create(["SELECT", "WITH", "FROM", "VALUES", "TABLE"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Checks that a user's SQL is a single SELECT, before any of it runs.</summary>
    /// <remarks>There are two checks. The first is the first word, because DuckDB's parser turns PRAGMA, SHOW, DESCRIBE and PIVOT into
    /// SELECTs, and reads files for some of them. The second is DuckDB's own statement type after binding: WITH may begin a DELETE. Binding
    /// opens the files that a SELECT refers to: call <see cref="DuckDbDatabase.LockDown"/> first.</remarks>
    /// <exception cref="DuckDbException">The text is empty, not a SELECT, more than one statement, or cannot be bound.</exception>
    internal void RequireSingleSelect(string sql)
    {
        ReadOnlySpan<char> first = FirstWord(sql);
        if (!FirstWords.Contains(first.ToString()))
            throw Rejected(first.IsEmpty ? "found no statement" : $"found {first.ToString().ToUpperInvariant()}");

        CloseOpenResult();
        using DuckDBExtractedStatements statements = Extract(sql, out int count);
        if (count is not 1)
            throw Rejected($"found {count} statements");
        using DuckDBPreparedStatement statement = Prepare(statements, 0, sql, CancellationToken.None);
        DuckDBStatementType type = DuckDbNative.StatementType(statement);
        if (type is not DuckDBStatementType.Select)
            throw Rejected($"found a statement of another kind (duckdb_statement_type {(int)type})");

        DuckDbException Rejected(string finding) => new("duckdb_prepared_statement_type", $"Expected a single SELECT, {finding}.", sql);
    }

    /// <summary>Returns the first word after blanks, comments and opening parentheses; empty if there are no words.</summary>
    private static ReadOnlySpan<char> FirstWord(ReadOnlySpan<char> sql)
    {
        while (!sql.IsEmpty)
        {
            if (char.IsWhiteSpace(sql[0]) || sql[0] is '(')
                sql = sql[1..];
            else if (sql.StartsWith("--"))
                sql = sql.IndexOfAny('\n', '\r') is >= 0 and int end ? sql[end..] : [];
            else if (sql.StartsWith("/*"))
                sql = AfterBlockComment(sql);
            else
                break;
        }
        int length = sql.IndexOfAnyExceptInRange('A', 'z');
        return length < 0 ? sql : sql[..length];
    }

    private static ReadOnlySpan<char> AfterBlockComment(ReadOnlySpan<char> sql)
    {
        int depth = 0;
        while (!sql.IsEmpty)
        {
            if (sql.StartsWith("/*"))
            {
                sql = sql[2..];
                depth++;
            }
            else if (sql.StartsWith("*/"))
            {
                sql = sql[2..];
                if (--depth == 0)
                    return sql;
            }
            else
                sql = sql[1..];
        }
        return sql;
    }
}
