using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>The columns of a view of a dataset, by the names that its rows come with (SCHEMA.md, section 3).</summary>
internal sealed class ViewColumns
{
    private readonly Dictionary<string, ColumnSchema> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ColumnSchema> byAnyCase = new(StringComparer.OrdinalIgnoreCase);

    internal ViewColumns(Manifest manifest, bool native)
    {
        ImmutableArray<AliasSchema> aliases = native ? [] : manifest.Aliases;
        HashSet<string> taken = new(aliases.Select(a => a.Name), StringComparer.OrdinalIgnoreCase);
        foreach (ColumnSchema stored in manifest.Columns)
            if (!taken.Contains(stored.Name))
                Add(stored, stored.SqlName);
            else if (!taken.Contains(stored.SqlName))
                Add(stored with { Name = stored.SqlName }, stored.SqlName);
        foreach (AliasSchema alias in aliases)
            Add(Aliased(alias, alias.Native is null ? null : manifest.Column(alias.Native)), alias.Name);
    }

    /// <summary>The names, in order.</summary>
    internal IEnumerable<string> Names => byName.Keys;

    /// <summary>The column of that exact name, or null.</summary>
    internal ColumnSchema? Exactly(string name) => byName.GetValueOrDefault(name);

    /// <summary>The column of that name, or of that name in SQL in any case.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    internal ColumnSchema Find(string name) => byName.GetValueOrDefault(name) ?? byAnyCase.GetValueOrDefault(name)
        ?? throw new ArgumentException($"There is no column '{name}'; there are {string.Join(", ", Names)}.", nameof(name));

    private void Add(ColumnSchema column, string sqlName)
    {
        byName[column.Name] = column;
        byAnyCase.TryAdd(sqlName, column);
    }

    // An expression's type is known when it has run; it is a light scalar whatever it is.
    private static ColumnSchema Aliased(AliasSchema alias, ColumnSchema? stored) =>
        (stored ?? new ColumnSchema { Name = alias.Name, DType = DType.Float64 }) with
        {
            Name = alias.Name,
            Unit = alias.Unit ?? stored?.Unit
        };
}
