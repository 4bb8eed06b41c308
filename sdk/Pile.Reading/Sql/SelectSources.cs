using System.Text.Json;

namespace Pile.Reading;

/// <summary>Maps the columns of a SELECT to the unchanged columns of views, whose unit, UCD and description they keep.</summary>
/// <remarks>It supports a SELECT from views and joins of views. Columns of WITH, subqueries or UNION are treated as new.</remarks>
internal sealed class SelectSources
{
    private readonly List<(string Alias, string View)> views = [];
    private readonly List<(string? View, string? Column)> items = [];
    private readonly HashSet<string> computed = new(StringComparer.OrdinalIgnoreCase);
    private bool hasStar;

    private SelectSources() { }

    internal static SelectSources None { get; } = new();

    internal static SelectSources Of(JsonElement node)
    {
        SelectSources sources = new();
        bool isPlain = node.GetProperty("type").GetString() == "SELECT_NODE"
            && node.GetProperty("cte_map").GetProperty("map").GetArrayLength() == 0
            && sources.AddViews(node.GetProperty("from_table"));
        if (!isPlain)
            return None;
        foreach (JsonElement item in node.GetProperty("select_list").EnumerateArray())
            if (!sources.AddItem(item))
                return None;
        return sources;
    }

    /// <summary>Returns the source of a column: the views to search, and the name there; null if it is unknown.</summary>
    /// <param name="index">The index of the column in the result.</param>
    /// <param name="name">Its name in the result.</param>
    internal (IEnumerable<string> Views, string Column)? Find(int index, string name)
    {
        if (hasStar)
            return computed.Contains(name) ? null : (views.Select(v => v.View), name);
        if (index >= items.Count || items[index].Column is not { } column)
            return null;
        return (items[index].View is { } one ? [one] : views.Select(v => v.View), column);
    }

    private bool AddViews(JsonElement from)
    {
        switch (from.GetProperty("type").GetString())
        {
            case "BASE_TABLE" when from.GetProperty("column_name_alias").GetArrayLength() == 0:
                string view = from.GetProperty("table_name").GetString()!;
                string alias = from.GetProperty("alias").GetString() is { Length: > 0 } given ? given : view;
                views.Add((alias, view));
                return true;
            case "JOIN":
                return AddViews(from.GetProperty("left")) && AddViews(from.GetProperty("right"));
            default:
                return false;
        }
    }

    private bool AddItem(JsonElement item)
    {
        string alias = item.GetProperty("alias").GetString() ?? "";
        switch (item.GetProperty("class").GetString())
        {
            case "COLUMN_REF":
                string[] names = [.. item.GetProperty("column_names").EnumerateArray().Select(n => n.GetString()!)];
                string? view = names is [var qualifier, _]
                    ? views.Find(v => v.Alias.Equals(qualifier, StringComparison.OrdinalIgnoreCase)).View : null;
                items.Add(names.Length == 1 || view is not null ? (view, names[^1]) : default);
                if (alias.Length > 0)
                    computed.Add(alias); // next to a star the source is ambiguous
                return true;
            case "STAR":
                hasStar = true;
                return !item.GetProperty("columns").GetBoolean() && item.GetProperty("replace_list").GetArrayLength() == 0
                    && item.GetProperty("rename_list").GetArrayLength() == 0;
            default:
                items.Add(default);
                computed.Add(alias);
                return true;
        }
    }
}
