using Pile.Format;

namespace Pile.Writing.Rules;

/// <summary>The members of a nested group have lists of the same length in each row, or are all missing.</summary>
internal sealed class NestedGroups : IBatchRule
{
    public RowBatch Apply(RowBatch batch, BatchPlace place)
    {
        Dictionary<string, ColumnData>? first = null;
        foreach (ColumnData column in batch.Columns)
            if (column.Schema.Nested is { } group && !(first ??= new(StringComparer.Ordinal)).TryAdd(group, column))
                Compare(first[group], column, group, place);
        return batch;
    }

    private static void Compare(ColumnData a, ColumnData b, string group, BatchPlace place)
    {
        const string Remedy = "Give all members of the group the same number of elements, or null; in a recipe of "
            + "tables, 'nested: false' makes them columns of their own";
        for (int row = 0; row < a.RowCount; row++)
            if (a.IsNullAt(row) != b.IsNullAt(row))
                throw place.Invalid(row, b.Schema.Name, b.IsNullAt(row) ? "a missing list" : "a list",
                    $"consistent with '{a.Schema.Name}' of the nested group '{group}'", Remedy);
            else if (!a.IsNullAt(row) && a.ShapeOf(row)[0] != b.ShapeOf(row)[0])
                throw place.Invalid(row, b.Schema.Name, $"a list of {b.ShapeOf(row)[0]} elements",
                    $"as long as '{a.Schema.Name}' of the nested group '{group}', {a.ShapeOf(row)[0]}", Remedy);
    }
}
