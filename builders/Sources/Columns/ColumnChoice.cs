using System.Collections.Frozen;
using System.Collections.Immutable;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Tables;

namespace Pile.Builders.Sources;

/// <summary>The keys <c>rename</c>, <c>exclude</c>, <c>only</c> and <c>cast</c> of a recipe's source: which columns of its tables are kept,
/// under which names and with which types.</summary>
/// <remarks>Columns are renamed first, so that all other keys of the recipe use the new names. The columns of positions and ids are always
/// read; they are kept as native columns only if they are chosen.</remarks>
internal sealed class ColumnChoice
{
    private readonly FrozenSet<string> excluded;
    private readonly FrozenSet<string>? only;
    private readonly FrozenDictionary<string, DType> casts;
    private readonly FrozenDictionary<string, string> names;

    private ColumnChoice(FrozenSet<string> excluded, FrozenSet<string>? only, FrozenDictionary<string, DType> casts,
        FrozenDictionary<string, string> names) =>
        (this.excluded, this.only, this.casts, this.names, ReadOptions) = (excluded, only, casts, names, new()
        {
            TextColumns = InFile(casts.Where(cast => cast.Value is DType.String || cast.Value.IsInteger()).Select(cast => cast.Key), names),
            LeftOut = InFile(excluded, names),
            Kept = only is null ? null : InFile(only, names),
        });

    /// <summary>Returns the names that columns have in the file.</summary>
    private static FrozenSet<string> InFile(IEnumerable<string> chosen, FrozenDictionary<string, string> names) => chosen
        .SelectMany(column => names.Where(name => name.Value == column).Select(name => name.Key).DefaultIfEmpty(column))
        .ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Reads the keys.</summary>
    /// <exception cref="DocumentInvalidException">A type is unknown, <c>exclude</c> and <c>only</c> are both given, or two columns get the
    /// same name.</exception>
    internal static ColumnChoice Read(YamlMap source)
    {
        if (source.Find("exclude") is not null && source.Find("only") is { } twice)
            throw twice.Invalid("'exclude' and 'only' contradict each other; give one of them");
        return new ColumnChoice(Names(source.Find("exclude")) ?? [], Names(source.Find("only")), source.Find("cast") is { } cast
            ? cast.AsMap().Entries.ToFrozenDictionary(entry => entry.Key.Text, entry => TypeOf(entry.Value.AsScalar()),
                StringComparer.Ordinal) : FrozenDictionary<string, DType>.Empty, NewNames(source.Find("rename")?.AsMap()));
    }

    private static FrozenDictionary<string, string> NewNames(YamlMap? rename)
    {
        Dictionary<string, string> chosen = new(StringComparer.Ordinal);
        foreach ((YamlScalar was, YamlNode now) in rename?.Entries ?? [])
        {
            if (now.AsScalar().Text is not { Length: > 0 } name)
                throw now.Invalid("expected a name");
            if (chosen.ContainsValue(name))
                throw now.Invalid($"two columns would be named '{name}'");
            chosen.Add(was.Text, name);
        }
        return chosen.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>True if a column is kept in the dataset.</summary>
    internal bool Keeps(string column) => only is null ? !excluded.Contains(column) : only.Contains(column);

    /// <summary>True if the recipe chooses the type of a column of the file.</summary>
    internal bool Casts(string column) => casts.ContainsKey(NameOf(column));

    /// <summary>The options with which a table is opened: columns of text files that become text or integers are cast as they are written,
    /// because a float has fewer digits.</summary>
    internal TableReadOptions ReadOptions { get; }

    /// <summary>Returns the chosen names that the table does not have.</summary>
    internal ImmutableArray<string> UnknownIn(ITableReader table) =>
        [.. excluded.Concat(only ?? []).Concat(casts.Keys).Except(table.Columns.Select(c => NameOf(c.Name)), StringComparer.Ordinal)
            .Concat(names.Keys.Except(table.Columns.Select(c => c.Name), StringComparer.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>Returns the table with its columns renamed and cast. Unknown columns are ignored here.</summary>
    /// <param name="table">The table.</param>
    /// <param name="onBadValue">Receives a value that cannot be cast and is then missing; null to throw instead.</param>
    /// <exception cref="SchemaMismatchException">Two columns would have the same name.</exception>
    internal ITableReader Apply(ITableReader table, Action<ValueInvalidException>? onBadValue = null)
    {
        // The types are those of the new names; the table itself has the old ones.
        Dictionary<string, DType> types = table.Columns.Where(c => casts.ContainsKey(NameOf(c.Name)))
            .ToDictionary(c => c.Name, c => casts[NameOf(c.Name)], StringComparer.Ordinal);
        if (types.Count > 0)
            table = new CastTable(table, types, onBadValue);
        return names.Count > 0 ? new RenamedTable(table, names) : table;
    }

    /// <summary>Requires that a table, the only one of its source, has every chosen column.</summary>
    /// <exception cref="SchemaMismatchException">A column is unknown.</exception>
    internal void Require(ITableReader table)
    {
        if (UnknownIn(table) is not [var unknown, ..])
            return;
        IEnumerable<string> inFile = table.Columns.Select(c => c.Name), renamed = inFile.Select(NameOf);
        bool isOldName = names.TryGetValue(unknown, out string? now) && inFile.Contains(unknown);
        throw new SchemaMismatchException(table.Path, unknown, isOldName
                ? $"'rename' gives the column the name '{now}', which all other keys use"
                : $"there is no such column. {SimilarNames.Hint(unknown, names.ContainsKey(unknown) ? inFile : renamed)}",
            isOldName ? $"Write '{now}' in 'exclude', 'only' or 'cast' in the recipe's source"
                : "Correct 'rename', 'exclude', 'only' or 'cast' in the recipe's source")
        { IsOfCaller = true };
    }

    /// <summary>Returns the name that a column of the file has in the recipe.</summary>
    internal string NameOf(string column) => names.GetValueOrDefault(column, column);

    private static FrozenSet<string>? Names(YamlNode? node) => node is null ? null
        : (node is YamlList list ? list.Items.Select(item => item.AsScalar().Text) : [node.AsScalar().Text])
            .ToFrozenSet(StringComparer.Ordinal);

    private static DType TypeOf(YamlScalar type) => DTypes.TryParse(type.Text, out DType found) ? found
        : throw type.Invalid($"'{type.Text}' is not a type. Expected one of "
            + $"{string.Join(", ", Enum.GetValues<DType>().Select(t => t.Name()))}");
}
