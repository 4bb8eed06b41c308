using System.Buffers;
using Pile.DuckDb.Native;

namespace Pile.DuckDb;

internal sealed partial class DuckDbConnection
{
    private static readonly SearchValues<string> FirstWords =
        SearchValues.Create(["SELECT", "WITH", "FROM", "VALUES", "TABLE"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Accepts SQL of a user when it is one SELECT, and nothing else, before anything of it runs.</summary>
    /// <remarks>Looked at twice. By its first word, since DuckDB turns PRAGMA, SHOW, DESCRIBE and PIVOT into SELECTs while it parses, and
    /// reads files for some of them. Then by DuckDB itself, which counts the statements, binds the one and tells its kind: WITH may
    /// lead to a DELETE. Binding opens the files that a SELECT names: call <see cref="DuckDbDatabase.LockDown"/> before.</remarks>
    /// <exception cref="DuckDbException">The text is empty, no SELECT, more than one statement, or does not bind.</exception>
    internal void RequireSingleSelect(string sql)
    {
        ReadOnlySpan<char> first = FirstWord(sql);
        if (!FirstWords.Contains(first.ToString()))
            throw Refused(first.IsEmpty ? "found none" : $"found {first.ToString().ToUpperInvariant()}");

        CloseOpenResult();
        using ExtractedHandle statements = Extract(sql, out int count);
        if (count is not 1)
            throw Refused($"found {count} statements");
        using PreparedHandle statement = Prepare(statements, 0, sql, CancellationToken.None);
        DuckDbStatementType type = DuckDbNative.StatementType(statement);
        if (type is not DuckDbStatementType.Select)
            throw Refused($"found a statement of another kind (duckdb_statement_type {(int)type})");

        DuckDbException Refused(string finding) => new("duckdb_prepared_statement_type", $"One SELECT is expected, {finding}.", sql);
    }

    /// <summary>Finds the first word after blanks, comments and opening brackets; empty where there is none.</summary>
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
