using System.Collections.Frozen;
using System.Text.Json;

namespace Pile.DuckDb;

/// <summary>Parses a user's SQL into the syntax tree of DuckDB's own parser, so that it can be checked before anything is
/// executed.</summary>
internal static class SqlTree
{
    /// <summary>Longer text is rejected unparsed: DuckDB's scanner takes quadratic time for nested comments and cannot be
    /// interrupted.</summary>
    private const int LongestText = 1 << 18;

    private const int DeepestNesting = 2000;

    private const int LongestShown = 500;

    // Functions that reveal the process or the machine, or that change something.
    private static readonly FrozenSet<string> RefusedFunctions = FrozenSet.ToFrozenSet(
        ["getenv", "current_setting", "getvariable", "write_log", "nextval", "currval", "pg_sleep", "current_query"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Parses statements.</summary>
    /// <param name="connection">Any connection; it executes the parser only.</param>
    /// <param name="sql">The statements.</param>
    /// <param name="refused">Creates the exception from a reason.</param>
    /// <returns>The document with its <c>statements</c>, which are all SELECTs, because other statements have no such tree. The caller
    /// disposes it.</returns>
    internal static JsonDocument Parse(DuckDbConnection connection, string sql, Func<string, Exception> refused)
    {
        if (string.IsNullOrWhiteSpace(sql) || sql.Contains('\0', StringComparison.Ordinal))
            throw refused("it is empty, or contains a NUL character");
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
            throw refused(DuckDbSql.HasInfiniteNumber(tree)
                ? "it contains a number outside the range of float64, whose limit is 1.8e308"
                : $"it is nested deeper than {DeepestNesting} levels");
        }
        if (!document.RootElement.GetProperty("error").GetBoolean())
            return document;
        using (document)
            throw refused(document.RootElement.GetProperty("error_message").GetString() switch
            {
                null => "it cannot be parsed",
                // DuckDB's message is about its JSON here
                var message when message.StartsWith("Only SELECT", StringComparison.Ordinal) =>
                    "it is not a SELECT; datasets are read-only",
                var message => message,
            });
    }

    /// <summary>Parses an expression of the program itself.</summary>
    /// <returns>Its tree as JSON.</returns>
    internal static string SerializeExpression(DuckDbConnection connection, string expression)
    {
        using JsonDocument document = Parse(connection, $"SELECT {expression}",
            why => new InvalidOperationException($"{expression}: {why}"));
        return document.RootElement.GetProperty("statements")[0].GetProperty("node").GetProperty("select_list")[0].GetRawText();
    }

    /// <summary>Shortens a text for messages.</summary>
    internal static string Shorten(string text) => text.Length <= LongestShown ? text : $"{text.AsSpan(0, LongestShown)}…";

    /// <summary>Rejects functions that are not allowed in queries.</summary>
    internal static void RequireAllowed(JsonElement function, Func<string, Exception> refused)
    {
        if (function.GetProperty("function_name").GetString() is { } name && RefusedFunctions.Contains(name))
            throw refused($"it calls {name}()");
    }
}
