using System.Text.Json;
using Pile.Format;

namespace Pile.Reading;

// The parts of a SELECT, each with the columns that it can name.
internal sealed partial class CategoryNames
{
    /// <summary>Replaces names in a SELECT or a UNION.</summary>
    /// <returns>The columns of its result.</returns>
    private Relation FindInNode(JsonElement node, SelectScope outer)
    {
        SelectScope scope = new(outer);
        if (node.TryGetProperty("cte_map", out JsonElement map))
            foreach (JsonElement entry in map.GetProperty("map").EnumerateArray())
            {
                JsonElement value = entry.GetProperty("value");
                Relation relation = FindInNode(value.GetProperty("query").GetProperty("node"), scope);
                scope.Define(entry.GetProperty("key").GetString()!, relation.Rename(TextsOf(value, "aliases")));
            }
        switch (TextOf(node, "type"))
        {
            case "SELECT_NODE":
                return FindInSelect(node, scope);
            case "SET_OPERATION_NODE":
                {
                    Relation left = FindInNode(node.GetProperty("left"), scope), right = FindInNode(node.GetProperty("right"), scope);
                    bool isByName = TextOf(node, "setop_type") == "UNION_BY_NAME";
                    return isByName ? UniteByName(left, right) : Unite(left, right);
                }
            case "RECURSIVE_CTE_NODE":
                {
                    Relation first = FindInNode(node.GetProperty("left"), scope);
                    scope.Define(TextOf(node, "cte_name") ?? "", first);
                    return Unite(first, FindInNode(node.GetProperty("right"), scope));
                }
            default:
                return Relation.Unknown;
        }
    }

    private Relation FindInSelect(JsonElement node, SelectScope scope)
    {
        AddTables(node.GetProperty("from_table"), scope);
        List<(string, ColumnSchema?)> items = [];
        bool isComplete = true;
        foreach (JsonElement item in node.GetProperty("select_list").EnumerateArray())
        {
            string alias = TextOf(item, "alias") ?? "";
            if (TextOf(item, "class") == "STAR")
            {
                isComplete &= item.GetProperty("columns").ValueKind == JsonValueKind.False
                    && scope.Tables.TrueForAll(t => t.Columns.IsComplete);
                items.AddRange(Expand(item, scope));
                continue;
            }
            ColumnSchema? column = ColumnOf(item, scope);
            items.Add((alias.Length > 0 ? alias : SqlText.NameOf(item) ?? "", column));
            if (alias.Length > 0)
                scope.DefineAlias(alias, column);
        }
        foreach (JsonProperty part in node.EnumerateObject())
            if (part.Name is not ("from_table" or "cte_map"))
                Find(part.Value, scope);
        return new([.. items], isComplete);
    }

    private void AddTables(JsonElement from, SelectScope scope)
    {
        string alias = TextOf(from, "alias") ?? "";
        switch (TextOf(from, "type"))
        {
            case "BASE_TABLE":
                string table = TextOf(from, "table_name") ?? "";
                scope.Tables.Add((alias.Length > 0 ? alias : table,
                    scope.RelationOf(table).Rename(TextsOf(from, "column_name_alias"))));
                break;
            case "SUBQUERY":
                scope.Tables.Add((alias, FindInNode(from.GetProperty("subquery").GetProperty("node"), scope)
                    .Rename(TextsOf(from, "column_name_alias"))));
                break;
            case "JOIN":
                AddJoin(from, scope);
                break;
            case "EMPTY":
                break;
            case "TABLE_FUNCTION" when from.GetProperty("function") is var function && TextOf(function, "function_name") == "unnest"
                && ColumnOf(function, scope) is { } element:
                Find(from, scope);
                scope.Tables.Add((alias.Length > 0 ? alias : "unnest", new Relation([("unnest", element)],
                    TextOf(from, "with_ordinality") == "WITHOUT_ORDINALITY").Rename(TextsOf(from, "column_name_alias"))));
                break;
            case "PIVOT": // of UNPIVOT, too: other columns of the source are passed on
                SelectScope inner = new(scope);
                AddTables(from.GetProperty("source"), inner);
                scope.Tables.Add((alias, new Relation([.. inner.Tables.SelectMany(t => t.Columns.Columns)], IsComplete: false)));
                break;
            default:
                Find(from, scope);
                scope.Tables.Add((alias, Relation.Unknown));
                break;
        }
    }

    private void AddJoin(JsonElement join, SelectScope scope)
    {
        int first = scope.Tables.Count;
        AddTables(join.GetProperty("left"), scope);
        int second = scope.Tables.Count;
        AddTables(join.GetProperty("right"), scope);
        (string, Relation Columns)[] left = [.. scope.Tables[first..second]], right = [.. scope.Tables[second..]];
        string[] names = TextOf(join, "ref_type") == "NATURAL"
            ? [.. left.SelectMany(t => t.Columns.Columns.Select(c => c.Name))
                .Intersect(right.SelectMany(t => t.Columns.Columns.Select(c => c.Name)), StringComparer.OrdinalIgnoreCase)]
            : TextsOf(join, "using_columns");
        foreach (string name in names)
        {
            ColumnSchema? a = left.SelectMany(t => t.Columns.Find(name)).FirstOrDefault(),
                b = right.SelectMany(t => t.Columns.Find(name)).FirstOrDefault();
            RequireCodes(a, b);
            RequireCodes(b, a);
            if (HasNames(a) && HasNames(b) && !AreSame(a!, b!))
                throw new ArgumentException($"JOIN … USING ({name}), or NATURAL JOIN, compares codes. {Differ(a!, b!)} Write JOIN … ON "
                    + $"a.{name} = b.{name}, which compares names.");
        }
        if (join.TryGetProperty("condition", out JsonElement condition))
            Find(condition, scope);
        if (TextOf(join, "join_type") is "SEMI" or "ANTI")
            scope.Tables.RemoveRange(second, scope.Tables.Count - second);
        else // an unqualified star has them once
            for (int i = second; i < scope.Tables.Count; i++)
                scope.Joined.UnionWith(names.Select(n => (i, n.ToUpperInvariant())));
    }

    private static IEnumerable<(string, ColumnSchema?)> Expand(JsonElement star, SelectScope scope)
    {
        string of = TextOf(star, "relation_name") ?? "";
        HashSet<string> without = new([.. TextsOf(star, "exclude_list"), .. KeysOf(star, "qualified_exclude_list")],
            StringComparer.OrdinalIgnoreCase);
        string[] replaced = [.. KeysOf(star, "replace_list")], renamed = [.. KeysOf(star, "rename_list")];
        for (int i = 0; i < scope.Tables.Count; i++)
        {
            (string alias, Relation table) = scope.Tables[i];
            if (of.Length > 0 && !alias.Equals(of, StringComparison.OrdinalIgnoreCase))
                continue;
            foreach ((string name, ColumnSchema? schema) in table.Columns)
                if (!without.Contains(name) && (of.Length > 0 || !scope.Joined.Contains((i, name.ToUpperInvariant()))))
                    yield return replaced.Contains(name, StringComparer.OrdinalIgnoreCase) ? (name, null)
                        : renamed.Contains(name, StringComparer.OrdinalIgnoreCase) ? (NewName(star, name), schema) : (name, schema);
        }
    }

    private static string NewName(JsonElement star, string name)
    {
        foreach (JsonElement entry in star.GetProperty("rename_list").EnumerateArray())
            if (name.Equals(KeyOf(entry), StringComparison.OrdinalIgnoreCase))
                return TextOf(entry, "value") ?? name;
        return name;
    }

    private static IEnumerable<string> KeysOf(JsonElement star, string list) =>
        star.TryGetProperty(list, out JsonElement entries) && entries.ValueKind == JsonValueKind.Array
            ? entries.EnumerateArray().Select(KeyOf) : [];

    private static string KeyOf(JsonElement entry) => entry.ValueKind == JsonValueKind.String ? entry.GetString()!
        : TextOf(entry, "key") ?? TextOf(entry, "column")
            ?? (entry.TryGetProperty("key", out JsonElement key) ? TextOf(key, "column") : null) ?? "";

    // x IN (SELECT …), x = ANY (SELECT …), EXISTS, and a SELECT as a value.
    private void FindInSubquery(JsonElement element, SelectScope scope)
    {
        Relation output = OutputOf(element, scope);
        if (!element.TryGetProperty("child", out JsonElement child) || child.ValueKind != JsonValueKind.Object)
            return;
        JsonElement[] values = Elements(child, "row") ?? [child];
        bool isOrder = Orderings.Contains(TextOf(element, "comparison_type"));
        for (int i = 0; i < values.Length && output.IsComplete && output.Columns.Length == values.Length; i++)
            if (output.Columns[i].Schema is not { } column)
                continue;
            else if (!HasNames(column))
                RequireCodes(ColumnOf(values[i], scope), column);
            else if (isOrder)
                RejectOrder([ColumnOf(values[i], scope), column]);
            else
                Compare([values[i]], scope, column);
        Find(child, scope);
    }

    private Relation OutputOf(JsonElement subquery, SelectScope scope)
    {
        int start = StartOf(subquery) ?? -1;
        if (!outputs.TryGetValue(start, out Relation? output) || start < 0)
            outputs[start] = output = FindInNode(subquery.GetProperty("subquery").GetProperty("node"), scope);
        return output;
    }

    private static Relation Unite(Relation left, Relation right)
    {
        if (left.Columns.Length != right.Columns.Length)
            return Relation.Unknown;
        return new([.. left.Columns.Select((c, i) => (c.Name, Unite(c.Schema, right.Columns[i].Schema)))],
            left.IsComplete && right.IsComplete);
    }

    private static Relation UniteByName(Relation left, Relation right) => new(
        [.. left.Columns.Select(c => (c.Name, right.Find(c.Name) is [var other, ..] ? Unite(c.Schema, other) : c.Schema)),
        .. right.Columns.Where(c => left.Find(c.Name).Length == 0)], left.IsComplete && right.IsComplete);

    private static ColumnSchema? Unite(ColumnSchema? a, ColumnSchema? b)
    {
        if (!HasNames(a) || !HasNames(b))
            return null;
        RequireSame(a!, b!, "A set operation such as UNION");
        return a;
    }

    private static string[] TextsOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(t => t.GetString()!)] : [];
}
