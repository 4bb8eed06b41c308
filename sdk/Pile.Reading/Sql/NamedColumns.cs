using System.Text.Json;

namespace Pile.Reading;

/// <summary>Finds the columns that a SELECT uses by name.</summary>
/// <remarks>DuckDB's plan cannot tell: it leaves out a column whose values all satisfy a condition, although rows without a value do not.
/// What is not understood counts as a use of all columns.</remarks>
internal sealed class NamedColumns
{
    private readonly HashSet<string> columns, views, used = new(StringComparer.OrdinalIgnoreCase);

    private NamedColumns(IEnumerable<KeyValuePair<string, ViewSchema>> views)
    {
        this.views = new(views.Select(v => v.Key), StringComparer.OrdinalIgnoreCase);
        columns = new(views.SelectMany(v => v.Value.Columns).Select(c => c.SqlName), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Returns the columns.</summary>
    /// <param name="statement">DuckDB's tree of the SELECT.</param>
    /// <param name="views">The views that it may read.</param>
    /// <returns>Their names; null if it may use any column.</returns>
    internal static HashSet<string>? Of(JsonElement statement, IReadOnlyCollection<KeyValuePair<string, ViewSchema>> views)
    {
        NamedColumns found = new(views);
        return found.TryAdd(statement) ? found.used : null;
    }

    private bool TryAdd(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().All(TryAdd),
        JsonValueKind.Object => IsUnderstood(element) && element.EnumerateObject().All(p => TryAdd(p.Value)),
        _ => true,
    };

    private bool IsUnderstood(JsonElement element) => TextOf(element, "type") switch
    {
        "COLUMN_REF" => TryUse(element.GetProperty("column_names")),
        "JOIN" => TextOf(element, "ref_type") != "NATURAL" && TryUse(element.GetProperty("using_columns")),
        "STAR" or "POSITIONAL_REFERENCE" or "PIVOT" => false,
        // A name after FROM that is also a column: as an expression it may be the record of all columns.
        "BASE_TABLE" => !columns.Contains(TextOf(element, "table_name")) && !columns.Contains(TextOf(element, "alias")),
        "SUBQUERY" or "TABLE_FUNCTION" or "EXPRESSION_LIST" => !columns.Contains(TextOf(element, "alias")),
        _ => true,
    };

    // A column, or a view and a column.
    private bool TryUse(JsonElement names)
    {
        int left = names.GetArrayLength();
        foreach (JsonElement item in names.EnumerateArray())
        {
            string name = item.GetString()!;
            left--;
            if (!columns.Contains(name) && (left == 0 || !views.Contains(name)))
                return false;
            used.Add(name);
        }
        return true;
    }

    private static string TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
