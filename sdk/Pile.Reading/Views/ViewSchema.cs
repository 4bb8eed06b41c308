using System.Collections.Immutable;
using Pile.Format;
using Pile.Layers;

namespace Pile.Reading;

/// <summary>The columns of one view of a dataset.</summary>
internal sealed class ViewSchema
{
    private readonly Dictionary<string, ViewColumn> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ViewColumn> byAnyCase = new(StringComparer.OrdinalIgnoreCase);

    // The fields of a scan are declared with the first files.
    private readonly bool isEmptySource;

    internal ViewSchema(string dataset, Manifest manifest, DatasetView view, IReadOnlyList<AttachedLayer> layers)
    {
        Dataset = dataset;
        isEmptySource = manifest is { Modality: Modality.OfFiles, Rows: 0 };
        ImmutableArray<AliasSchema> aliases = view == DatasetView.Standard ? manifest.Aliases : [];
        HashSet<string> taken = new(aliases.Select(a => a.Name), StringComparer.OrdinalIgnoreCase);
        if (taken.Count != aliases.Length)
            throw new DatasetInvalidException(dataset, "two aliases have the same name", "Read the native view, or correct the manifest");

        ImmutableArray<ColumnSchema> storedColumns = [.. manifest.Columns.Select(c => ColumnMeaning.In(manifest, c))];
        ImmutableArray<ViewColumn>.Builder columns = ImmutableArray.CreateBuilder<ViewColumn>();
        foreach (ColumnSchema stored in storedColumns)
            if (!taken.Contains(stored.Name))
                columns.Add(new ViewColumn(stored.Name, stored.SqlName, stored, null));
            else if (!taken.Contains(stored.SqlName))
                columns.Add(new ViewColumn(stored.SqlName, stored.SqlName, stored, null));
        foreach (AliasSchema alias in aliases)
        {
            ColumnSchema? stored = alias.Native is null ? null : storedColumns.FirstOrDefault(c => c.Name == alias.Native)
                ?? throw new DatasetInvalidException(dataset,
                    $"the alias '{alias.Name}' refers to the unknown column '{alias.Native}'",
                    "Read the native view, or correct the manifest");
            if (stored?.DType is DType.Bool or DType.String && alias.Scale != 1)
                throw new DatasetInvalidException(dataset,
                    $"the alias '{alias.Name}' multiplies the column '{alias.Native}', which is not numeric",
                    "Read the native view, or correct the manifest");
            columns.Add(new ViewColumn(alias.Name, alias.Name, stored, alias));
        }
        foreach (AttachedLayer layer in layers)
            foreach (LayerField field in layer.Snapshot.Fields)
                foreach (ColumnSchema schema in field.ToColumns(layer.Snapshot.Prefix))
                    columns.Add(Attach(layer, schema, columns));
        Columns = columns.ToImmutable();
        foreach (ViewColumn column in Columns)
        {
            byName[column.Name] = column;
            byAnyCase.TryAdd(column.SqlName, column);
        }
    }

    private ViewColumn Attach(AttachedLayer layer, ColumnSchema schema, IEnumerable<ViewColumn> before)
    {
        if (before.FirstOrDefault(c => IsTaken(schema, c) && !(c.Layer == layer && c.Stored!.Nested == schema.Nested)) is { } taken)
            throw new ArgumentException($"Layer '{layer.Snapshot.Store.Address}' has a field '{schema.Nested ?? schema.Name}', but "
                + (taken.Layer is { } other ? $"layer '{other.Snapshot.Store.Address}'" : $"dataset '{Dataset}'")
                + $" has a column of that name. Attach the layer with a prefix: p={layer.Snapshot.Store.Address} makes it "
                    + $"'p_{(schema.Nested ?? schema.Name)[layer.Snapshot.Prefix.Length..]}'.");
        return new ViewColumn(schema.Name, schema.Name, schema, null)
        {
            Layer = layer,
            Joined = layer.JoinedName(schema.Name[layer.Snapshot.Prefix.Length..]),
        };
    }

    // A group of columns is one name in conditions.
    private static bool IsTaken(ColumnSchema schema, ViewColumn column) => IsSame(schema.Name, column.SqlName)
        || IsSame(schema.Nested, column.SqlName) || IsSame(schema.Name, column.Stored?.Nested)
        || IsSame(schema.Nested, column.Stored?.Nested);

    private static bool IsSame(string? a, string? b) => a is not null && a.Equals(b, StringComparison.OrdinalIgnoreCase);

    /// <summary>The dataset, for messages.</summary>
    internal string Dataset { get; }

    /// <summary>All columns: the stored ones in the manifest's order, then the aliases.</summary>
    internal ImmutableArray<ViewColumn> Columns { get; }

    /// <summary>Finds a column by its name, or by its name in SQL in any case.</summary>
    /// <exception cref="ArgumentException">There is no such column; the message lists similar names.</exception>
    internal ViewColumn Find(string name) => FindOrNull(name)
        ?? throw new ArgumentException(Unknown(name, Columns.Select(c => c.Name)), nameof(name));

    /// <summary>Returns the message for an unknown column.</summary>
    internal string Unknown(string name, IEnumerable<string> names) =>
        isEmptySource ? $"Source '{Dataset}' has no files, and without files no column '{name}'. Check the folder that was scanned."
            : UnknownColumn.Message(Dataset, name, names);

    internal ViewColumn? FindOrNull(string name) => byName.GetValueOrDefault(name) ?? byAnyCase.GetValueOrDefault(name);

    /// <summary>Finds several columns; null for all.</summary>
    internal ImmutableArray<ViewColumn> FindAll(IReadOnlyCollection<string>? names, bool withHeavy)
    {
        if (names is null)
            return withHeavy ? Columns : [.. Columns.Where(c => !c.IsHeavy)];
        ImmutableArray<ViewColumn> found = [.. names.Select(Find)];
        if (!withHeavy && found.FirstOrDefault(c => c.IsHeavy) is { } heavy)
            throw new ArgumentException($"Column '{heavy.Name}' of dataset '{Dataset}' is heavy, but a query returns light columns only. "
                + "Open its rows to read it.", nameof(names));
        return found.GroupBy(c => c.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is not { } repeated ? found
            : throw new ArgumentException($"Column '{repeated.Key}' of dataset '{Dataset}' is requested twice. Name it once.",
                nameof(names));
    }
}
