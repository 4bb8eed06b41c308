using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Plotting;

/// <summary>The columns of a view of a dataset, by their names in its rows (SCHEMA.md, section 3).</summary>
internal sealed class ViewColumns
{
    internal const string IdColumn = "object_id";

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

    /// <summary>The names of the columns, in order.</summary>
    internal IEnumerable<string> Names => byName.Keys;

    /// <summary>Returns the column with exactly this name, or null.</summary>
    internal ColumnSchema? FindExact(string name) => byName.GetValueOrDefault(name);

    /// <summary>Returns the column with this name, or with this SQL name in any case.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    internal ColumnSchema Find(string name) => byName.GetValueOrDefault(name) ?? byAnyCase.GetValueOrDefault(name)
        ?? throw new ArgumentException($"There is no column '{name}'. {SimilarNames.Hint(name, Names)}.", nameof(name));

    private void Add(ColumnSchema column, string sqlName)
    {
        byName[column.Name] = column;
        byAnyCase.TryAdd(sqlName, column);
    }

    // The type of an expression is determined only when it is executed; an expression is always a light scalar.
    private static ColumnSchema Aliased(AliasSchema alias, ColumnSchema? stored) =>
        (stored ?? new ColumnSchema { Name = alias.Name, DType = DType.Float64 }) with
        {
            Name = alias.Name,
            Unit = alias.Unit ?? stored?.Unit
        };
}
