using System.Collections.Frozen;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>Adds to the columns of one unit's batches what the dataset's spec declares of them.</summary>
internal sealed class DeclaredColumns(DatasetSpec spec, string source)
{
    private readonly FrozenDictionary<string, NativeColumn> byName = spec.Native.ToFrozenDictionary(c => c.Name, StringComparer.Ordinal);

    // Batches of one builder share their schemas; their declared forms must be shared too, or each batch would look like a new layout.
    private readonly Dictionary<ColumnSchema, ColumnSchema> declared = new(ReferenceEqualityComparer.Instance);

    /// <exception cref="SchemaMismatchException">A column contradicts what is declared of it.</exception>
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
