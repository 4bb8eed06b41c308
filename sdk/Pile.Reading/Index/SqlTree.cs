using System.Collections.Frozen;
using System.Text.Json;
using Pile.DuckDb;

namespace Pile.Reading;

/// <summary>SQL that somebody else wrote, as the tree that DuckDB's own parser makes of it: looked at before anything of it runs.</summary>
internal static class SqlTree
{
    /// <summary>Longer text is refused unread: DuckDB's scanner takes quadratic time for nested comments, and cannot be interrupted in
    /// it.</summary>
    private const int LongestText = 1 << 18;

    private const int DeepestNesting = 2000;

    private const int LongestShown = 500;

    // They tell of the process or the machine, or change something: no question to a catalogue.
    private static readonly FrozenSet<string> RefusedFunctions = FrozenSet.ToFrozenSet(
        ["getenv", "current_setting", "getvariable", "write_log", "nextval", "currval", "pg_sleep", "current_query"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Parses statements.</summary>
    /// <param name="connection">Any connection; nothing runs on it but the parser.</param>
    /// <param name="sql">The statements.</param>
    /// <param name="refused">Makes the error out of the reason.</param>
    /// <returns>The document with its <c>statements</c>: SELECTs all of them, as others have no such tree. The caller's to
    /// dispose.</returns>
    internal static JsonDocument Parse(DuckDbConnection connection, string sql, Func<string, Exception> refused)
    {
        if (string.IsNullOrWhiteSpace(sql) || sql.Contains('\0', StringComparison.Ordinal))
            throw refused("it is empty, or holds a NUL character");
        if (sql.Length > LongestText)
            throw refused($"it is longer than {LongestText} characters");
        string tree = connection.Scalar<string>("SELECT json_serialize_sql($1::VARCHAR)::VARCHAR", [sql]);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(tree, new JsonDocumentOptions { MaxDepth = DeepestNesting });
        }
        catch (JsonException)
        {
            throw refused(DuckDbSql.HoldsInfiniteNumber(tree)
                ? "it has a number beyond the range of float64, which ends at 1.8e308"
                : $"it is nested deeper than {DeepestNesting} levels");
        }
        if (!document.RootElement.GetProperty("error").GetBoolean())
            return document;
        using (document)
            throw refused(document.RootElement.GetProperty("error_message").GetString() switch
            {
                null => "it does not parse",
                // DuckDB speaks of its JSON here
                var message when message.StartsWith("Only SELECT", StringComparison.Ordinal) =>
                    "it is a statement of another kind, and datasets are never changed",
                var message => message,
            });
    }

    /// <summary>Parses an expression of the program's own.</summary>
    /// <returns>Its tree as JSON.</returns>
    internal static string SerializeExpression(DuckDbConnection connection, string expression)
    {
        using JsonDocument document = Parse(connection, $"SELECT {expression}",
            why => new InvalidOperationException($"{expression}: {why}"));
        return document.RootElement.GetProperty("statements")[0].GetProperty("node").GetProperty("select_list")[0].GetRawText();
    }

    /// <summary>The text as messages show it.</summary>
    internal static string Shorten(string text) => text.Length <= LongestShown ? text : $"{text.AsSpan(0, LongestShown)}…";

    /// <summary>Refuses functions that have no business in a question to a catalogue.</summary>
    internal static void RequireHarmless(JsonElement function, Func<string, Exception> refused)
    {
        if (function.GetProperty("function_name").GetString() is { } name && RefusedFunctions.Contains(name))
            throw refused($"it calls {name}()");
    }
}
