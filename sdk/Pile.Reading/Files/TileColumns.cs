using Pile.DuckDb;

namespace Pile.Reading;

/// <summary>The columns of a tile that a statement may read.</summary>
internal sealed class TileColumns
{
    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> expressions = [], paths = [], texts = [];

    internal bool IsEmpty => names.Count + expressions.Count + paths.Count + texts.Count == 0;

    /// <summary>Adds a column by its name in the tile.</summary>
    internal void Add(string name) => names.Add(name);

    /// <summary>Adds the columns that an expression names in quotes.</summary>
    internal void AddExpression(string sql) => expressions.Add(sql);

    /// <summary>Adds a column by its path: its name, or a name, a dot and the name of a field.</summary>
    internal void AddPath(string path) => paths.Add(path);

    /// <summary>Adds the columns whose names occur in a text.</summary>
    internal void AddText(string text) => texts.Add(text);

    internal void AddAll(TileColumns others)
    {
        names.UnionWith(others.names);
        expressions.AddRange(others.expressions);
        paths.AddRange(others.paths);
        texts.AddRange(others.texts);
    }

    /// <summary>Returns whether a column is included, by its name at the top level of the tile's schema.</summary>
    internal bool Contains(string name) => names.Contains(name)
        || expressions.Exists(e => e.Contains(DuckDbSql.Identifier(name), StringComparison.OrdinalIgnoreCase))
        || paths.Exists(p => p.StartsWith(name, StringComparison.OrdinalIgnoreCase) && (p.Length == name.Length || p[name.Length] == '.'))
        || texts.Exists(t => t.Contains(name, StringComparison.OrdinalIgnoreCase));
}
