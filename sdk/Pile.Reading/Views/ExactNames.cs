using System.Text;
using System.Text.Json;
using Pile.DuckDb;

namespace Pile.Reading;

/// <summary>Lets conditions and statements name columns that differ from another one by case only, such as <c>e_mag</c> and <c>E_mag</c>.
/// </summary>
/// <remarks>SQL ignores case. A name that is written exactly as that of a column is therefore replaced with the column's name in SQL, in
/// the text, at the place that DuckDB's parser states.</remarks>
internal static class ExactNames
{
    private const string Select = "SELECT ";

    /// <summary>Replaces names in a condition or expression.</summary>
    /// <param name="connection">Any connection.</param>
    /// <param name="expression">The text.</param>
    /// <param name="sqlNameOf">Returns the name in SQL of the column that a name refers to, given with its table as in <c>a.E_mag</c>; null
    /// if it is the same.</param>
    /// <returns>The same text if it has no such name, or is not an expression.</returns>
    internal static string Replace(DuckDbConnection connection, string expression, Func<string, string?> sqlNameOf) =>
        Rewrite(connection, Select, expression, sqlNameOf);

    /// <summary>Replaces names in a condition on the columns of one view.</summary>
    /// <inheritdoc cref="Replace(DuckDbConnection, string, Func{string, string?})"/>
    internal static string Replace(DuckDbConnection connection, string expression, ViewSchema view) =>
        view.Columns.Any(HasOtherSqlName) ? Rewrite(connection, Select, expression, name => SqlNameOf(view, name)) : expression;

    /// <summary>Replaces names in a statement that reads views. A name that is a column of several views with different names in SQL stays
    /// as it is.</summary>
    internal static string ReplaceIn(DuckDbConnection connection, string statement, IReadOnlyCollection<ViewSchema> views)
    {
        return !views.Any(v => v.Columns.Any(HasOtherSqlName)) ? statement : Rewrite(connection, "", statement, name =>
        {
            string last = name[(name.LastIndexOf('.') + 1)..];
            string?[] found = [.. views.Where(v => v.FindOrNull(last) is not null).Select(v => SqlNameOf(v, last)).Distinct()];
            return found is [var only] ? only : null;
        });
    }

    private static bool HasOtherSqlName(ViewColumn column) => column.SqlName != column.Name;

    private static string? SqlNameOf(ViewSchema view, string name) =>
        view.FindOrNull(name) is { } column && column.Name == name && HasOtherSqlName(column) ? column.SqlName : null;

    private static string Rewrite(DuckDbConnection connection, string before, string sql, Func<string, string?> sqlNameOf)
    {
        SortedDictionary<int, (int End, string Name)> found = [];
        byte[] text = Encoding.UTF8.GetBytes($"{before}{sql}\n");
        try
        {
            using JsonDocument tree = SqlTree.Parse(connection, $"{before}{sql}\n", why => new FormatException(why));
            Find(tree.RootElement, text, sqlNameOf, found);
        }
        catch (FormatException)
        {
            return sql; // not an expression, which is reported when it is used
        }
        StringBuilder replaced = new();
        int at = before.Length;
        foreach ((int start, (int end, string name)) in found)
        {
            replaced.Append(Encoding.UTF8.GetString(text.AsSpan(at..start))).Append(DuckDbSql.Identifier(name));
            at = end;
        }
        return found.Count == 0 ? sql : replaced.Append(Encoding.UTF8.GetString(text.AsSpan(at..^1))).ToString();
    }

    private static void Find(JsonElement element, byte[] text, Func<string, string?> sqlNameOf, SortedDictionary<int, (int, string)> found)
    {
        if (element.ValueKind == JsonValueKind.Array)
            foreach (JsonElement child in element.EnumerateArray())
                Find(child, text, sqlNameOf, found);
        if (element.ValueKind != JsonValueKind.Object)
            return;
        if (element.TryGetProperty("column_names", out JsonElement names) && names.ValueKind == JsonValueKind.Array
            && element.TryGetProperty("query_location", out JsonElement location) && location.TryGetInt32(out int start))
        {
            string[] parts = [.. names.EnumerateArray().Select(n => n.GetString() ?? "")];
            if (sqlNameOf(string.Join('.', parts)) is { } name && Locate(text, start, parts) is (int from, int to))
                found[from] = (to, name);
        }
        foreach (JsonProperty property in element.EnumerateObject())
            Find(property.Value, text, sqlNameOf, found);
    }

    /// <summary>Returns the place of the last part of a name; null if the text there is written in another way.</summary>
    private static (int From, int To)? Locate(byte[] text, int start, string[] parts)
    {
        int at = start, from = start;
        for (int part = 0; part < parts.Length; part++)
        {
            if (part > 0 && (at >= text.Length || text[at++] != '.'))
                return null;
            byte[] bare = Encoding.UTF8.GetBytes(parts[part]), quoted = Encoding.UTF8.GetBytes(DuckDbSql.Identifier(parts[part]));
            from = at;
            if (text.AsSpan(at).StartsWith(quoted))
                at += quoted.Length;
            else if (text.AsSpan(at).StartsWith(bare))
                at += bare.Length;
            else
                return null;
        }
        return (from, at);
    }
}
