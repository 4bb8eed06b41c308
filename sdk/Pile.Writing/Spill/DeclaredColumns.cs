using System.Collections.Frozen;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>Adds the declarations of the dataset's spec to the columns of one unit's batches.</summary>
internal sealed class DeclaredColumns(DatasetSpec spec, string source)
{
    private readonly FrozenDictionary<string, NativeColumn> byName = spec.Native.ToFrozenDictionary(c => c.Name, StringComparer.Ordinal);

    // Batches of one builder share their schemas. The declared schemas must be shared too, otherwise each batch would get a new layout.
    private readonly Dictionary<ColumnSchema, ColumnSchema> declared = new(ReferenceEqualityComparer.Instance);

    /// <exception cref="SchemaMismatchException">A column contradicts its declaration.</exception>
    internal RowBatch Apply(RowBatch batch) => byName.Count == 0 || !batch.Columns.Any(c => byName.ContainsKey(c.Schema.Name)) ? batch
        : new RowBatch(batch.Columns.Select(c => byName.TryGetValue(c.Schema.Name, out NativeColumn? native)
            ? c.WithSchema(Declare(native, c.Schema)) : c));

    private ColumnSchema Declare(NativeColumn native, ColumnSchema column)
    {
        if (!declared.TryGetValue(column, out ColumnSchema? known))
            declared.Add(column, known = native.Declare(column, source));
        return known;
    }
}
