using System.Text.Json;
using Pile.Format;

namespace Pile.Reading;

/// <summary>What names refer to in one SELECT: the columns of its tables, then those of the SELECT around it.</summary>
internal sealed class SelectScope
{
    private readonly SelectScope? outer;
    private readonly Func<string, ColumnSchema?>? columns;
    private readonly Dictionary<string, Relation> relations = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ColumnSchema?> aliases = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Creates the scope of a condition, whose columns a function returns.</summary>
    internal SelectScope(Func<string, ColumnSchema?> columns) => this.columns = columns;

    /// <summary>Creates the scope of a statement that may read views.</summary>
    internal SelectScope(IEnumerable<KeyValuePair<string, Relation>> views)
    {
        foreach ((string name, Relation view) in views)
            relations[name] = view;
    }

    /// <summary>Creates the scope of a SELECT within another one.</summary>
    internal SelectScope(SelectScope outer) => this.outer = outer;

    /// <summary>The tables that it reads, by the names that qualify their columns.</summary>
    internal List<(string Alias, Relation Columns)> Tables { get; } = [];

    /// <summary>The columns of tables, by index and name in capital letters, that a join has once.</summary>
    internal HashSet<(int, string)> Joined { get; } = [];

    /// <summary>Defines a name of WITH.</summary>
    internal void Define(string name, Relation relation) => relations[name] = relation;

    /// <summary>Defines a name that the SELECT gives to one of its items.</summary>
    internal void DefineAlias(string name, ColumnSchema? column) => aliases.TryAdd(name, column);

    /// <summary>Returns the columns of a name after FROM.</summary>
    internal Relation RelationOf(string name) =>
        relations.TryGetValue(name, out Relation? found) ? found : outer?.RelationOf(name) ?? Relation.Unknown;

    /// <summary>Finds the stored column that an expression is; null for another expression, and for a column without
    /// categories that is not known.</summary>
    internal ColumnSchema? Find(JsonElement expression)
    {
        string[] parts = SqlText.PartsOf(expression);
        return parts.Length == 0 ? null : Find(parts);
    }

    // The longest name first: boxes.class is a member of boxes, and d.kind a column of d.
    private ColumnSchema? Find(string[] parts)
    {
        for (int first = 0; first < parts.Length; first++)
        {
            string name = string.Join('.', parts[first..]);
            if (columns is not null)
            {
                if (columns(name) is { } only)
                    return only;
                continue;
            }
            string? table = first == 0 ? null : parts[first - 1];
            ColumnSchema?[] found = [.. Tables.Where(t => table is null || t.Alias.Equals(table, StringComparison.OrdinalIgnoreCase))
                .SelectMany(t => t.Columns.Find(name))];
            if (found.Length > 0)
                return found[0] is { } one && found.All(c => c is not null && c.Categories.SequenceEqual(one.Categories)) ? one : null;
        }
        if (parts.Length == 1 && aliases.TryGetValue(parts[0], out ColumnSchema? item))
            return item;
        return Tables.Exists(t => !t.Columns.IsComplete) ? null : outer?.Find(parts);
    }
}
