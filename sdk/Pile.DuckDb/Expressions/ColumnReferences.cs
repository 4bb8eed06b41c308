using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pile.DuckDb;

/// <summary>Replaces the columns of an expression, so that it has the same value over rows whose columns have other names.</summary>
internal static class ColumnReferences
{
    /// <summary>Replaces the columns of an expression by others.</summary>
    /// <param name="connection">Any connection; it executes the parser only.</param>
    /// <param name="expression">The expression.</param>
    /// <param name="sqlOf">Returns the SQL for a column, from the first part of its name as the expression has it; null to keep it, such
    /// as the parameter of a lambda.</param>
    /// <returns>The expression as DuckDB writes it.</returns>
    /// <exception cref="ArgumentException">The text is not an expression.</exception>
    internal static string Replace(DuckDbConnection connection, string expression, Func<string, string?> sqlOf)
    {
        using JsonDocument document = SqlTree.Parse(connection, $"SELECT {expression}\n", why => new ArgumentException(
            $"'{SqlTree.Shorten(expression)}' is not an SQL expression: {why}."));
        JsonObject tree = JsonObject.Create(document.RootElement.Clone())!;
        JsonArray items = tree["statements"]![0]!["node"]!["select_list"]!.AsArray();
        for (int i = 0; i < items.Count; i++)
            items[i] = Replaced(items[i]!, column => sqlOf(column) is { } sql ? SqlTree.SerializeExpression(connection, sql) : null);
        return connection.Scalar<string>("SELECT json_deserialize_sql($1::JSON)", [SqlComparisons.ToText(tree)])["SELECT ".Length..];
    }

    private static JsonNode Replaced(JsonNode node, Func<string, string?> treeOf)
    {
        switch (node)
        {
            case JsonObject { } column when column["column_names"] is JsonArray names && treeOf(names[0]!.ToString()) is { } tree:
                JsonObject replaced = JsonNode.Parse(tree)!.AsObject();
                if (names.Count > 1) // a member of a struct
                    foreach (JsonNode? member in names.Skip(1))
                        replaced["column_names"]!.AsArray().Add(member!.DeepClone());
                replaced["alias"] = column["alias"]!.DeepClone();
                return replaced;
            case JsonObject fields:
                return new JsonObject(fields.Select(f => KeyValuePair.Create(f.Key, f.Value is null ? null : Replaced(f.Value, treeOf))));
            case JsonArray array:
                return new JsonArray([.. array.Select(child => child is null ? null : Replaced(child, treeOf))]);
            default:
                return node.DeepClone();
        }
    }
}
