using System.Collections.Frozen;
using System.Collections.Immutable;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Tables;

namespace Pile.Builders.Sources;

/// <summary>The keys <c>exclude</c>, <c>only</c> and <c>cast</c> of a recipe's source: which columns of its tables are kept, and with
/// which type.</summary>
/// <remarks>The columns of positions and ids are always read; they are kept as native columns only if they are chosen.</remarks>
internal sealed class ColumnChoice
{
    private readonly FrozenSet<string> excluded;
    private readonly FrozenSet<string>? only;
    private readonly FrozenDictionary<string, DType> casts;

    private ColumnChoice(FrozenSet<string> excluded, FrozenSet<string>? only, FrozenDictionary<string, DType> casts) =>
        (this.excluded, this.only, this.casts) = (excluded, only, casts);

    /// <summary>Reads the keys.</summary>
    /// <exception cref="DocumentInvalidException">A type is unknown, or <c>exclude</c> and <c>only</c> are both given.</exception>
    internal static ColumnChoice Read(YamlMap source)
    {
        if (source.Find("exclude") is not null && source.Find("only") is { } twice)
            throw twice.Invalid("'exclude' and 'only' contradict each other; give one of them");
        return new ColumnChoice(Names(source.Find("exclude")) ?? [], Names(source.Find("only")), source.Find("cast") is { } cast
            ? cast.AsMap().Entries.ToFrozenDictionary(entry => entry.Key.Text, entry => TypeOf(entry.Value.AsScalar()),
                StringComparer.Ordinal) : FrozenDictionary<string, DType>.Empty);
    }

    /// <summary>True if a column is kept in the dataset.</summary>
    internal bool Keeps(string column) => only is null ? !excluded.Contains(column) : only.Contains(column);

    /// <summary>Returns the chosen names that the table does not have.</summary>
    internal ImmutableArray<string> UnknownIn(ITableReader table) =>
        [.. excluded.Concat(only ?? []).Concat(casts.Keys).Except(table.Columns.Select(c => c.Name), StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)];

    /// <summary>Returns the table with its columns cast. Unknown columns are ignored here.</summary>
    /// <param name="table">The table.</param>
    /// <param name="onBadValue">Receives a value that cannot be cast and is then missing; null to throw instead.</param>
    internal ITableReader Apply(ITableReader table, Action<ValueInvalidException>? onBadValue = null) =>
        casts.Where(cast => table.Columns.Any(c => c.Name == cast.Key)).ToDictionary(StringComparer.Ordinal) is { Count: > 0 } types
            ? new CastTable(table, types, onBadValue) : table;

    /// <summary>Requires that a table, the only one of its source, has every chosen column.</summary>
    /// <exception cref="SchemaMismatchException">A column is unknown.</exception>
    internal void Require(ITableReader table)
    {
        if (UnknownIn(table) is [var unknown, ..])
            throw new SchemaMismatchException(table.Path, unknown,
                $"there is no such column. {SimilarNames.Hint(unknown, table.Columns.Select(c => c.Name))}",
                "Correct 'exclude', 'only' or 'cast' in the recipe's source")
            { IsOfCaller = true };
    }

    private static FrozenSet<string>? Names(YamlNode? node) => node is null ? null
        : (node is YamlList list ? list.Items.Select(item => item.AsScalar().Text) : [node.AsScalar().Text])
            .ToFrozenSet(StringComparer.Ordinal);

    private static DType TypeOf(YamlScalar type) => DTypes.TryParse(type.Text, out DType found) ? found
        : throw type.Invalid($"'{type.Text}' is not a type. Expected one of "
            + $"{string.Join(", ", Enum.GetValues<DType>().Select(t => t.Name()))}");
}
