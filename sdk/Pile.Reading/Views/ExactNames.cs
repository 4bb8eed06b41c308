using System.Text.Json;
using Pile.DuckDb;

namespace Pile.Reading;

/// <summary>Lets conditions and statements name columns that differ from another one by case only, such as <c>e_mag</c> and <c>E_mag</c>.
/// </summary>
/// <remarks>SQL ignores case. A name that is written exactly as that of a column is therefore replaced with the column's name in SQL, in
/// the text, at the place that DuckDB's parser states.</remarks>
internal static class ExactNames
{
    /// <summary>Replaces names in a condition or expression.</summary>
    /// <param name="connection">Any connection.</param>
    /// <param name="expression">The text.</param>
    /// <param name="sqlNameOf">Returns the name in SQL of the column that a name refers to, given with its table as in <c>a.E_mag</c>; null
    /// if it is the same.</param>
    /// <returns>The same text if it has no such name, or is not an expression.</returns>
    internal static string Replace(DuckDbConnection connection, string expression, Func<string, string?> sqlNameOf) =>
        Rewrite(connection, SqlText.Select, expression, _ => sqlNameOf);

    /// <summary>Replaces names in a condition on the columns of one view.</summary>
    /// <inheritdoc cref="Replace(DuckDbConnection, string, Func{string, string?})"/>
    internal static string Replace(DuckDbConnection connection, string expression, ViewSchema view) =>
        view.Columns.Any(HasOtherSqlName) ? Rewrite(connection, SqlText.Select, expression,
            _ => name => SqlNameOf(view, name)) : expression;

    /// <summary>Replaces names in a statement that reads views. A name that is a column of several views with different names in SQL, or
    /// that the statement gives to another expression, stays as it is.</summary>
    internal static string ReplaceIn(DuckDbConnection connection, string statement, IReadOnlyCollection<ViewSchema> views)
    {
        if (!views.Any(v => v.Columns.Any(HasOtherSqlName)))
            return statement;
        return Rewrite(connection, "", statement, tree =>
        {
            HashSet<string> aliases = SqlText.AliasesIn(tree, StringComparison.Ordinal);
            return name =>
            {
                string last = name[(name.LastIndexOf('.') + 1)..];
                string?[] found = aliases.Contains(last) ? []
                    : [.. views.Where(v => v.FindOrNull(last) is not null).Select(v => SqlNameOf(v, last)).Distinct()];
                return found is [var only] ? only : null;
            };
        });
    }

    private static bool HasOtherSqlName(ViewColumn column) => column.SqlName != column.Name;

    private static string? SqlNameOf(ViewSchema view, string name) =>
        view.FindOrNull(name) is { } column && column.Name == name && HasOtherSqlName(column) ? column.SqlName : null;

    private static string Rewrite(DuckDbConnection connection, string before, string sql,
        Func<JsonElement, Func<string, string?>> sqlNamesOf) =>
        SqlText.Replace(connection, before, sql, (tree, text, found) => Find(tree, text, sqlNamesOf(tree), found));

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
            if (sqlNameOf(string.Join('.', parts)) is { } name)
                found[Locate(text, start, parts, out int end)] = (end, DuckDbSql.Identifier(name));
        }
        foreach (JsonProperty property in element.EnumerateObject())
            Find(property.Value, text, sqlNameOf, found);
    }

    // SQL would read the column whose name differs by case.
    private static int Locate(byte[] text, int start, string[] parts, out int end) =>
        SqlText.TryLocate(text, start, parts, out int last, out end) ? last
            : throw new ArgumentException($"The name {string.Join('.', parts)} must be written without blanks and comments, because "
                + "another column has a name that differs by case only.");
}
