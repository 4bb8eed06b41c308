using System.Globalization;
using System.Text.Json;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Lets conditions compare a column of codes by the names of its categories: <c>label = 'WBC'</c>, <c>label IN ('RBC',
/// 'WBC')</c>.</summary>
/// <remarks>The name is replaced with its code in the text, at the place that DuckDB's parser states. Comparisons with numbers stay as they
/// are.</remarks>
internal static class CategoryNames
{
    private static readonly string[] Comparisons = ["COMPARE_EQUAL", "COMPARE_NOTEQUAL", "COMPARE_DISTINCT_FROM",
        "COMPARE_NOT_DISTINCT_FROM"];

    // Functions of a list and one of its elements.
    private static readonly string[] ElementFunctions = ["list_contains", "list_has", "array_contains", "array_has", "list_position",
        "array_position", "list_indexof", "array_indexof"];

    private const int MostNames = 40;

    // LIKE, ILIKE, GLOB and SIMILAR TO, and functions of a text.
    private static readonly string[] TextFunctions = ["~~", "!~~", "~~*", "!~~*", "~~~", "like_escape", "not_like_escape", "ilike_escape",
        "not_ilike_escape", "regexp_matches", "regexp_full_match", "starts_with", "prefix", "suffix", "ends_with", "^@", "contains",
        "lower", "lcase", "upper", "ucase", "trim", "substr", "substring"];

    /// <summary>Replaces names with codes.</summary>
    /// <param name="connection">Any connection.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="view">The columns that it may use.</param>
    /// <returns>The condition; the same text if it has no names of categories.</returns>
    /// <exception cref="ArgumentException">A name is not a category of its column.</exception>
    internal static string Replace(DuckDbConnection connection, string condition, ViewSchema view)
    {
        return view.Columns.Any(HasCategories) ? Replace(connection, condition, name => SchemaOf(view.FindOrNull(name))) : condition;
    }

    /// <summary>Replaces names with codes in a condition on several tables.</summary>
    /// <param name="connection">Any connection.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="columns">Returns the column that a name refers to, perhaps with its table, as in <c>a.kind</c>; null for none.</param>
    /// <exception cref="ArgumentException">A name is not a category of its column.</exception>
    internal static string Replace(DuckDbConnection connection, string condition, Func<string, ColumnSchema?> columns) =>
        condition.Contains('\'', StringComparison.Ordinal) ? Rewrite(connection, SqlText.Select, condition, _ => columns) : condition;

    /// <summary>Replaces names with codes in a statement.</summary>
    /// <param name="connection">Any connection.</param>
    /// <param name="statement">The SELECT.</param>
    /// <param name="views">The columns of the views that it may read.</param>
    /// <returns>The statement; the same text if it compares no column of codes with a text. A column that the statement gives another
    /// meaning by an alias, or that has other categories in another view, is left as it is.</returns>
    /// <exception cref="ArgumentException">A name is not a category of its column.</exception>
    internal static string ReplaceIn(DuckDbConnection connection, string statement, IReadOnlyCollection<ViewSchema> views)
    {
        if (!statement.Contains('\'', StringComparison.Ordinal) || !views.Any(v => v.Columns.Any(HasCategories)))
            return statement;
        return Rewrite(connection, "", statement, tree =>
        {
            HashSet<string> aliases = SqlText.AliasesIn(tree, StringComparison.OrdinalIgnoreCase);
            return name => aliases.Contains(name) ? null
                : SchemaOf(Only([.. views.Select(v => v.FindOrNull(name)).OfType<ViewColumn>()]));
        });
    }

    private static ViewColumn? Only(ViewColumn[] columns) => columns.Length > 0 && columns.All(c => HasCategories(c)
        && c.Stored!.Categories.SequenceEqual(columns[0].Stored!.Categories)) ? columns[0] : null;

    private static string Rewrite(DuckDbConnection connection, string before, string sql,
        Func<JsonElement, Func<string, ColumnSchema?>> columnsOf) =>
        SqlText.Replace(connection, before, sql, (tree, text, found) => Find(tree, text, columnsOf(tree), found));

    private static void Find(JsonElement element, byte[] text, Func<string, ColumnSchema?> columns,
        SortedDictionary<int, (int, string)> found)
    {
        if (element.ValueKind == JsonValueKind.Array)
            foreach (JsonElement child in element.EnumerateArray())
                Find(child, text, columns, found);
        if (element.ValueKind != JsonValueKind.Object)
            return;
        string? type = element.TryGetProperty("type", out JsonElement named) && named.ValueKind == JsonValueKind.String
            ? named.GetString() : null;
        if (Comparisons.Contains(type) && element.TryGetProperty("left", out JsonElement left))
            FindIn([left, element.GetProperty("right")], text, columns, found);
        else if (type is "COMPARE_IN" or "COMPARE_NOT_IN" && element.TryGetProperty("children", out JsonElement children))
            FindIn([.. children.EnumerateArray()], text, columns, found);
        else if (type == "FUNCTION" && element.TryGetProperty("function_name", out JsonElement function))
            if (ElementFunctions.Contains(function.GetString(), StringComparer.OrdinalIgnoreCase))
                FindIn([.. element.GetProperty("children").EnumerateArray()], text, columns, found);
            else if (TextFunctions.Contains(function.GetString(), StringComparer.OrdinalIgnoreCase))
                RejectLabel(element.GetProperty("children"), columns);
        foreach (JsonProperty property in element.EnumerateObject())
            Find(property.Value, text, columns, found);
    }

    private static void FindIn(JsonElement[] operands, byte[] text, Func<string, ColumnSchema?> columns,
        SortedDictionary<int, (int, string)> found)
    {
        if (operands.Select(o => NamesOf(o).Select(columns).FirstOrDefault(c => c is not null))
            .FirstOrDefault(c => c is { Categories.IsEmpty: false } && c.DType != DType.String) is not { } column)
            return;
        foreach (JsonElement operand in operands)
            if (TextOf(operand) is { } name && operand.TryGetProperty("query_location", out JsonElement location)
                && location.TryGetInt32(out int start) && LengthOf(text, start) is > 0 and var length
                && CodeOf(column, name) is { } code)
                found[start] = (start + length, code.ToString(CultureInfo.InvariantCulture));
    }

    // DuckDB would report that it has no such function of an integer, the code.
    private static void RejectLabel(JsonElement operands, Func<string, ColumnSchema?> columns)
    {
        foreach (JsonElement operand in operands.EnumerateArray())
            if (NamesOf(operand).Select(columns).FirstOrDefault(c => c is not null) is { Categories.IsEmpty: false, IsScalar: true } column
                && column.DType != DType.String)
                throw new ArgumentException($"'{column.Name}' has labels, which are compared by name with =, <> and IN only. Its "
                    + $"labels are {string.Join(", ", column.Categories.Take(MostNames).Select(c => c.Name))}"
                    + $"{(column.Categories.Length > MostNames ? " …" : "")}.");
    }

    // The longest name first: boxes.class is a member of boxes, and d.kind a column of d.
    private static IEnumerable<string> NamesOf(JsonElement element)
    {
        if (SqlText.NameOf(element) is null)
            yield break;
        string[] parts = [.. element.GetProperty("column_names").EnumerateArray().Select(p => p.GetString() ?? "")];
        for (int first = 0; first < parts.Length; first++)
            yield return string.Join('.', parts[first..]);
    }

    private static bool HasCategories(ViewColumn column) => column.Stored is { Categories.IsEmpty: false } stored
        && stored.DType != DType.String && column.Scale == 1;

    // A column without categories also hides those of a shorter name.
    private static ColumnSchema? SchemaOf(ViewColumn? column) =>
        column is null ? null : HasCategories(column) ? column.Stored! with { Name = column.Name }
            : new() { Name = column.Name, DType = DType.String };

    private static string? TextOf(JsonElement element) => element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty("class", out JsonElement kind) && kind.GetString() == "CONSTANT"
        && element.GetProperty("value") is var value && value.GetProperty("type").GetProperty("id").GetString() == "VARCHAR"
        && !value.GetProperty("is_null").GetBoolean() ? value.GetProperty("value").GetString() : null;

    /// <summary>Returns the number of bytes of a text in quotation marks; 0 for another spelling.</summary>
    private static int LengthOf(byte[] text, int start)
    {
        if (start < 0 || start >= text.Length || text[start] != '\'')
            return 0;
        for (int i = start + 1; i < text.Length; i++)
            if (text[i] == '\'')
                if (i + 1 < text.Length && text[i + 1] == '\'')
                    i++;
                else
                    return i + 1 - start;
        return 0;
    }

    private static long? CodeOf(ColumnSchema column, string name)
    {
        foreach (CategorySchema category in column.Categories)
            if (category.Name == name)
                return category.Code;
        return long.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? null // a code in quotation marks
            : throw new ArgumentException($"'{name}' is not a category of '{column.Name}'. "
                + $"{SimilarNames.Hint(name, column.Categories.Select(c => c.Name))}.");
    }
}
