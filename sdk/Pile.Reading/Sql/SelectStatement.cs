using System.Collections.Frozen;
using System.Text.Json;
using Pile.DuckDb;

namespace Pile.Reading;

/// <summary>A user's SQL statement, checked to be one SELECT over known views before it is executed.</summary>
/// <remarks>
/// The check works on the tree of DuckDB's own parser and lists what is allowed, so that unknown constructs are rejected. Allowed are query
/// nodes, tables that are views or names of WITH, and table functions that generate rows. Not allowed are functions that read files,
/// DuckDB's catalogs, <c>query('…')</c> with SQL in a text, replacement scans (<c>FROM 'file.csv'</c>), and DESCRIBE or SHOW.
/// This is the first of three safeguards. <see cref="DuckDbConnection.RequireSingleSelect"/> then binds the statement and checks its kind.
/// Finally it runs where DuckDB may open the tiles of the index and nothing else, see <see cref="SqlSession"/>.
/// </remarks>
internal sealed class SelectStatement
{
    private static readonly FrozenSet<string> AllowedTypes = FrozenSet.ToFrozenSet([
        "SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE",
        "BASE_TABLE", "SUBQUERY", "JOIN", "EMPTY", "EXPRESSION_LIST", "TABLE_FUNCTION", "PIVOT",
        "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "ORDER_MODIFIER", "DISTINCT_MODIFIER",
        "ASCENDING", "DESCENDING", "ORDER_DEFAULT",
    ], StringComparer.Ordinal);

    private static readonly FrozenSet<string> RowGenerators =
        FrozenSet.ToFrozenSet(["range", "generate_series", "unnest", "repeat"], StringComparer.OrdinalIgnoreCase);

    private readonly string text;
    private readonly HashSet<string> tables;
    private readonly bool allowsParameters;

    private SelectStatement(string text, IEnumerable<string> views, bool allowsParameters)
    {
        (this.text, this.allowsParameters) = (text, allowsParameters);
        tables = new(views, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The statement, without the semicolon that may end it.</summary>
    internal string Sql => text.AsSpan().TrimEnd(" \t\r\n;").ToString();

    /// <summary>The sources of its columns, as far as they are known.</summary>
    internal SelectSources Sources { get; private set; } = SelectSources.None;

    /// <summary>The names of the columns that it uses; null if it may use any column.</summary>
    internal HashSet<string>? Columns { get; private set; }

    /// <summary>Parses a statement.</summary>
    /// <param name="connection">Any connection.</param>
    /// <param name="text">The SQL.</param>
    /// <param name="views">The views allowed after FROM.</param>
    /// <param name="allowsParameters">True if values for <c>?</c> or <c>$name</c> are bound later.</param>
    /// <exception cref="ArgumentException">The text is not one SELECT over these views; the message contains the reason.</exception>
    internal static SelectStatement Parse(DuckDbConnection connection, string text,
        IReadOnlyCollection<KeyValuePair<string, ViewSchema>> views, bool allowsParameters = false)
    {
        SelectStatement statement = new(text, views.Select(v => v.Key), allowsParameters);
        using JsonDocument document = SqlTree.Parse(connection, text, statement.Refused);
        JsonElement statements = document.RootElement.GetProperty("statements");
        if (statements.GetArrayLength() != 1)
            throw statement.Refused($"there are {statements.GetArrayLength()} statements");
        statement.CollectNames(statements[0]);
        statement.Check(statements[0]);
        statement.Columns = NamedColumns.Of(statements[0], views);
        statement.Sources = SelectSources.Of(statements[0].GetProperty("node"));
        return statement;
    }

    // Names of WITH are allowed anywhere in the statement: if one is out of scope, DuckDB finds neither a table nor a file of that name.
    private void CollectNames(JsonElement element)
    {
        foreach (JsonElement child in Children(element))
            CollectNames(child);
        if (element.ValueKind != JsonValueKind.Object)
            return;
        if (element.TryGetProperty("cte_map", out JsonElement map))
            foreach (JsonElement entry in map.GetProperty("map").EnumerateArray())
                tables.Add(entry.GetProperty("key").GetString()!);
        if (element.TryGetProperty("cte_name", out JsonElement name) && name.ValueKind == JsonValueKind.String)
            tables.Add(name.GetString()!);
    }

    private void Check(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            if (element.TryGetProperty("class", out JsonElement expression))
                CheckExpression(element, expression.GetString());
            else if (element.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String)
                CheckNode(element, type.GetString()!);
        }
        foreach (JsonElement child in Children(element))
            Check(child);
    }

    private void CheckExpression(JsonElement element, string? kind)
    {
        if (kind == "PARAMETER" && !allowsParameters)
            throw Refused("it contains a parameter");
        if (kind == "FUNCTION")
            SqlTree.RequireAllowed(element, Refused);
    }

    private void CheckNode(JsonElement element, string type)
    {
        switch (type)
        {
            case "BASE_TABLE":
                string name = element.GetProperty("table_name").GetString()!;
                if (!tables.Contains(name) || element.GetProperty("schema_name").GetString() is not ("" or "main")
                    || element.GetProperty("catalog_name").GetString() is not "")
                    throw Refused($"there is no view '{name}'; the views are {string.Join(", ", tables.Order(StringComparer.Ordinal))}");
                break;
            case "TABLE_FUNCTION":
                string function = element.GetProperty("function").TryGetProperty("function_name", out JsonElement called)
                    ? called.GetString() ?? "" : "";
                if (!RowGenerators.Contains(function))
                    throw Refused($"it reads from {function}(); rows can be read from the views and from "
                        + $"{string.Join(", ", RowGenerators.Order(StringComparer.Ordinal))}");
                break;
            case "SHOW_REF":
                throw Refused("it contains DESCRIBE, SHOW or SUMMARIZE; 'pile info' lists the columns");
            default:
                if (!AllowedTypes.Contains(type) && !type.EndsWith("_TYPE_INFO", StringComparison.Ordinal))
                    throw Refused($"it contains an unsupported construct ({type})");
                break;
        }
    }

    private static IEnumerable<JsonElement> Children(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray(),
        JsonValueKind.Object => element.EnumerateObject().Select(p => p.Value),
        _ => [],
    };

    private ArgumentException Refused(string why) =>
        new($"'{SqlTree.Shorten(text)}' is not one SELECT over the views of datasets: {why}. Write, for example, SELECT object_id, ra, "
            + "dec FROM d LIMIT 10");
}
