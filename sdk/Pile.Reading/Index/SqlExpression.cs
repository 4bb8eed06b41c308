using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Pile.DuckDb;

namespace Pile.Reading;

/// <summary>SQL that somebody else wrote, shown to be one expression over columns before it becomes part of a statement.</summary>
/// <remarks>
/// DuckDB's own parser judges it: <c>SELECT</c> and the text behind it must parse to one SELECT of one nameless item, without FROM, WHERE,
/// GROUP BY, ORDER BY, LIMIT or set operation, and without a subquery inside. So the text can neither end the bracket that it is put in
/// nor read anything but the row. What is left (functions that fail or take long) runs where no file outside the dataset can be read, see
/// <see cref="IndexDatabase"/>.
/// </remarks>
internal sealed class SqlExpression
{
    // What they give depends on chance, on the hour or on the process. Those without brackets look like columns.
    private static readonly FrozenSet<string> Changing = FrozenSet.ToFrozenSet(
        ["random", "setseed", "uuid", "uuidv4", "uuidv7", "gen_random_uuid", "now", "today", "ago", "transaction_timestamp",
            "get_current_timestamp", "get_current_time", "current_localtime", "current_localtimestamp",
            "txid_current", "current_transaction_id", "current_connection_id", "current_query_id", "stats"],
            StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> ChangingWithoutBrackets = FrozenSet.ToFrozenSet(
        ["current_timestamp", "current_date", "current_time", "localtime", "localtimestamp"], StringComparer.OrdinalIgnoreCase);

    private readonly string? changing;

    private SqlExpression(string text, string sql, ImmutableHashSet<string> names, string? changing) =>
        (Text, Sql, Names, this.changing) = (text, sql, names, changing);

    /// <summary>The text, as it was given.</summary>
    internal string Text { get; }

    /// <summary>Every name in it that may be a column's, in any case.</summary>
    internal ImmutableHashSet<string> Names { get; }

    /// <summary>The expression in brackets, as DuckDB runs it.</summary>
    internal string Sql { get; }

    /// <summary>What in it gives something else another time, as <c>random()</c> does; null where there is no such thing.</summary>
    /// <param name="isColumn">Whether a name is a column's.</param>
    internal string? FindChanging(Func<string, bool> isColumn) =>
        changing ?? Names.FirstOrDefault(name => ChangingWithoutBrackets.Contains(name) && !isColumn(name));

    /// <summary>Parses an expression.</summary>
    /// <exception cref="ArgumentException">The text is not one expression; the message says why.</exception>
    internal static SqlExpression Parse(DuckDbConnection connection, string text) => Parse(connection, text, isCondition: false);

    /// <summary>Parses a condition, whose comparisons treat NaN as IEEE 754 does, see <see cref="SqlComparisons"/>.</summary>
    /// <inheritdoc cref="Parse(DuckDbConnection, string)"/>
    internal static SqlExpression ParseCondition(DuckDbConnection connection, string text) => Parse(connection, text, isCondition: true);

    private static SqlExpression Parse(DuckDbConnection connection, string text, bool isCondition)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw Refused(text, "it is empty");
        string select = $"SELECT {text}\n";
        using JsonDocument document = SqlTree.Parse(connection, select, why => Refused(text, why));
        JsonElement item = OnlyItem(document.RootElement, text);
        ImmutableHashSet<string>.Builder names = ImmutableHashSet.CreateBuilder<string>(StringComparer.OrdinalIgnoreCase);
        string? found = null;
        Walk(item, text, names, ref found);
        string? rewritten = isCondition
            ? SqlComparisons.Rewrite(connection, select, document.RootElement, why => Refused(text, why)) : null;
        return new SqlExpression(text, $"(\n{rewritten ?? text}\n)", names.ToImmutable(), found); // the line's end closes a comment
    }

    private static JsonElement OnlyItem(JsonElement root, string text)
    {
        JsonElement statements = root.GetProperty("statements");
        if (statements.GetArrayLength() != 1)
            throw Refused(text, "it is more than one statement");
        JsonElement node = statements[0].GetProperty("node");
        bool isBare = node.GetProperty("type").GetString() == "SELECT_NODE"
            && node.GetProperty("select_list").GetArrayLength() == 1
            && node.GetProperty("from_table").GetProperty("type").GetString() == "EMPTY"
            && IsNothing("modifiers") && IsNothing("where_clause") && IsNothing("group_expressions") && IsNothing("group_sets")
            && IsNothing("having") && IsNothing("sample") && IsNothing("qualify");
        if (!isBare)
            throw Refused(text, "it is more than one expression");
        JsonElement item = node.GetProperty("select_list")[0];
        return item.GetProperty("alias").GetString() is "" ? item : throw Refused(text, "it gives itself a name");

        bool IsNothing(string part) => !node.TryGetProperty(part, out JsonElement element)
            || element.ValueKind == JsonValueKind.Null || (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() == 0);
    }

    private static void Walk(JsonElement element, string text, ImmutableHashSet<string>.Builder names, ref string? changing)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement child in element.EnumerateArray())
                Walk(child, text, names, ref changing);
            return;
        }
        if (element.ValueKind != JsonValueKind.Object)
            return;
        if (element.TryGetProperty("class", out JsonElement kind) && kind.ValueKind == JsonValueKind.String)
            switch (kind.GetString())
            {
                case "SUBQUERY":
                    throw Refused(text, "it holds a SELECT");
                case "PARAMETER":
                    throw Refused(text, "it holds a parameter");
                case "STAR":
                    throw Refused(text, "it holds * or COLUMNS");
                case "FUNCTION":
                    SqlTree.RequireHarmless(element, why => Refused(text, why));
                    if (element.GetProperty("function_name").GetString() is { } function
                        && (Changing.Contains(function) || ChangingWithoutBrackets.Contains(function)
                            || (function == "age" && element.GetProperty("children").GetArrayLength() == 1)))
                        changing ??= $"{function}()";
                    break;
                case "COLUMN_REF":
                    foreach (JsonElement name in element.GetProperty("column_names").EnumerateArray())
                        names.Add(name.GetString()!); // of lc.time both: which of them is a column, the view knows
                    break;
            }
        foreach (JsonProperty property in element.EnumerateObject())
            Walk(property.Value, text, names, ref changing);
    }

    private static ArgumentException Refused(string text, string why) =>
        new($"'{SqlTree.Shorten(text)}' is not an SQL expression over the columns of a row: {why}. Write a condition such as  z > 0.5 AND "
            + "\"forced.r_mag\" < 20 AND class = 'STAR'");
}
