using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace Pile.DuckDb;

/// <summary>An SQL expression from a user or a manifest, parsed and checked before it becomes part of a statement.</summary>
/// <remarks>
/// DuckDB's own parser checks it: <c>SELECT</c> and the text must parse to one SELECT of one unnamed item, without FROM, WHERE, GROUP BY,
/// ORDER BY, LIMIT, set operation or subquery. So the text can neither close the parenthesis around it nor read anything but the row.
/// Functions that fail or take long remain possible; they run where no file can be read that the statement does not need, see
/// <see cref="DuckDbDatabase.LockDown"/>.
/// </remarks>
internal sealed class SqlExpression
{
    // Functions whose result depends on chance, time or the process. Those without parentheses look like columns.
    private static readonly FrozenSet<string> Volatile = FrozenSet.ToFrozenSet(
        ["random", "setseed", "uuid", "uuidv4", "uuidv7", "gen_random_uuid", "now", "today", "ago", "transaction_timestamp",
            "get_current_timestamp", "get_current_time", "current_localtime", "current_localtimestamp",
            "txid_current", "current_transaction_id", "current_connection_id", "current_query_id", "stats"],
            StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> VolatileWithoutParentheses = FrozenSet.ToFrozenSet(
        ["current_timestamp", "current_date", "current_time", "localtime", "localtimestamp"], StringComparer.OrdinalIgnoreCase);

    // Functions that make several rows of one.
    private static readonly FrozenSet<string> OfSeveralRows = FrozenSet.ToFrozenSet(
        ["unnest", "unlist", "generate_subscripts", "regexp_split_to_table"], StringComparer.OrdinalIgnoreCase);

    private readonly string? volatileFunction;

    private SqlExpression(string text, string sql, ImmutableHashSet<string> names, string? volatileFunction) =>
        (Text, Sql, Names, this.volatileFunction) = (text, sql, names, volatileFunction);

    /// <summary>The text as given.</summary>
    internal string Text { get; }

    /// <summary>Every name that may be a column, in any case.</summary>
    internal ImmutableHashSet<string> Names { get; }

    /// <summary>The names that stand alone, without a table before them.</summary>
    internal ImmutableHashSet<string> BareNames { get; private init; } = [];

    /// <summary>The expression in parentheses, as DuckDB executes it.</summary>
    internal string Sql { get; }

    /// <summary>Returns a function or name whose value changes between executions, such as <c>random()</c>; null if there is
    /// none.</summary>
    /// <param name="isColumn">Returns whether a name is a column.</param>
    internal string? FindVolatile(Func<string, bool> isColumn) =>
        volatileFunction ?? Names.FirstOrDefault(name => VolatileWithoutParentheses.Contains(name) && !isColumn(name));

    /// <summary>Requires that the value for a row is the same each time.</summary>
    /// <param name="isColumn">Returns whether a name is a column.</param>
    /// <param name="purpose">What needs it, as a clause.</param>
    /// <param name="remedy">What else the caller can do, as an imperative; null for nothing.</param>
    /// <exception cref="ArgumentException">It is not: <see cref="FindVolatile"/> finds something.</exception>
    internal void RequireRepeatable(Func<string, bool> isColumn, string purpose, string? remedy = null)
    {
        if (FindVolatile(isColumn) is { } changing)
            throw new ArgumentException($"'{Text}': {changing} returns a different value each time, but {purpose}. Use the columns of the "
                + $"rows, for example  hash(object_id) % 10 = 0{(remedy is null ? "" : $", or {remedy}")}");
    }

    /// <summary>The cones that contain all rows for which the condition is true.</summary>
    internal ImmutableArray<ConeCondition> Cones { get; private init; } = [];

    /// <summary>Parses an expression.</summary>
    /// <exception cref="ArgumentException">The text is not a single expression; the message contains the reason.</exception>
    internal static SqlExpression Parse(DuckDbConnection connection, string text) => Parse(connection, text, isCondition: false);

    /// <summary>Parses a condition, whose comparisons treat NaN as IEEE 754 does, see <see cref="SqlComparisons"/>.</summary>
    /// <inheritdoc cref="Parse(DuckDbConnection, string)"/>
    internal static SqlExpression ParseCondition(DuckDbConnection connection, string text) => Parse(connection, text, isCondition: true);

    private static SqlExpression Parse(DuckDbConnection connection, string text, bool isCondition)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw Refused(text, "the text is empty");
        string select = $"SELECT {text}\n";
        using JsonDocument document = SqlTree.Parse(connection, select, why => Refused(text, why));
        JsonElement item = OnlyItem(document.RootElement, text);
        ImmutableHashSet<string>.Builder names = ImmutableHashSet.CreateBuilder<string>(StringComparer.OrdinalIgnoreCase);
        ImmutableHashSet<string>.Builder bareNames = ImmutableHashSet.CreateBuilder<string>(StringComparer.OrdinalIgnoreCase);
        string? found = null;
        Walk(item, text, names, bareNames, ref found);
        string? rewritten = isCondition
            ? SqlComparisons.Rewrite(connection, select, document.RootElement, why => Refused(text, why)) : null;
        return new SqlExpression(text, $"(\n{rewritten ?? text}\n)", names.ToImmutable(), found) // the line break ends a comment
        {
            BareNames = bareNames.ToImmutable(),
            Cones = isCondition ? [.. ConeCondition.Of(connection, document.RootElement, item)] : [],
        };
    }

    private static JsonElement OnlyItem(JsonElement root, string text)
    {
        JsonElement statements = root.GetProperty("statements");
        if (statements.GetArrayLength() != 1)
            throw Refused(text, "it contains more than one statement");
        JsonElement node = statements[0].GetProperty("node");
        bool isBare = node.GetProperty("type").GetString() == "SELECT_NODE"
            && node.GetProperty("select_list").GetArrayLength() == 1
            && node.GetProperty("from_table").GetProperty("type").GetString() == "EMPTY"
            && IsNothing("modifiers") && IsNothing("where_clause") && IsNothing("group_expressions") && IsNothing("group_sets")
            && IsNothing("having") && IsNothing("sample") && IsNothing("qualify");
        if (!isBare)
            throw Refused(text, "it contains more than one expression");
        JsonElement item = node.GetProperty("select_list")[0];
        return item.GetProperty("alias").GetString() is "" ? item : throw Refused(text, "it has an alias");

        bool IsNothing(string part) => !node.TryGetProperty(part, out JsonElement element)
            || element.ValueKind == JsonValueKind.Null || (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() == 0);
    }

    private static void Walk(JsonElement element, string text, ImmutableHashSet<string>.Builder names,
        ImmutableHashSet<string>.Builder bareNames, ref string? volatileFunction)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement child in element.EnumerateArray())
                Walk(child, text, names, bareNames, ref volatileFunction);
            return;
        }
        if (element.ValueKind != JsonValueKind.Object)
            return;
        if (element.TryGetProperty("class", out JsonElement kind) && kind.ValueKind == JsonValueKind.String)
            switch (kind.GetString())
            {
                case "SUBQUERY":
                    throw Refused(text, IsOfList(element) ? "a comparison with ANY or ALL is a SELECT in SQL; use value IN (…), "
                        + "list_contains(list, value), or list_min and list_max" : "it contains a SELECT");
                case "PARAMETER":
                    throw Refused(text, "it contains a parameter");
                case "STAR":
                    throw Refused(text, "it contains * or COLUMNS");
                case "WINDOW":
                    throw Refused(text, "it contains a window function, whose value depends on other rows");
                case "FUNCTION":
                    SqlTree.RequireAllowed(element, why => Refused(text, why));
                    if (element.GetProperty("function_name").GetString() is { } several && OfSeveralRows.Contains(several))
                        throw Refused(text, $"{several}() makes several rows of one");
                    if (element.GetProperty("function_name").GetString() is { } function
                        && (Volatile.Contains(function) || VolatileWithoutParentheses.Contains(function)
                            || (function == "age" && element.GetProperty("children").GetArrayLength() == 1)))
                        volatileFunction ??= $"{function}()";
                    break;
                case "COLUMN_REF":
                    if (element.GetProperty("column_names") is var only && only.GetArrayLength() == 1)
                        bareNames.Add(only[0].GetString()!);
                    foreach (JsonElement name in element.GetProperty("column_names").EnumerateArray())
                        names.Add(name.GetString()!); // both parts of lc.time; the view decides which of them is a column
                    break;
            }
        foreach (JsonProperty property in element.EnumerateObject())
            Walk(property.Value, text, names, bareNames, ref volatileFunction);
    }

    /// <summary>Returns true if a subquery is the parser's form of ANY or ALL of a list: a call of <c>unnest</c> that has no place in the
    /// text.</summary>
    private static bool IsOfList(JsonElement subquery) =>
        subquery.GetProperty("subquery").GetProperty("node") is var node && node.TryGetProperty("select_list", out JsonElement items)
            && items.GetArrayLength() == 1 && items[0].TryGetProperty("function_name", out JsonElement function)
            && function.GetString() == "unnest" && items[0].GetProperty("query_location").GetUInt64() == ulong.MaxValue;

    private static ArgumentException Refused(string text, string why) =>
        new($"'{SqlTree.Shorten(text)}' is not an SQL expression over the columns of a row: {why}. Write a condition such as  z > 0.5 AND "
            + "\"forced.r_mag\" < 20 AND class = 'STAR', or an expression such as  z * 2");
}
