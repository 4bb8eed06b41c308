using Pile.Format;

namespace Pile.Writing.Schemas;

/// <summary>Checks that the members of a nested group are one table in each row: lists of one length, all there or all missing.</summary>
internal static class NestedGroups
{
    /// <summary>Checks a batch.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="source">Where they come from, for messages.</param>
    /// <param name="firstRow">The number of the batch's first row in the unit.</param>
    /// <exception cref="ValueInvalidException">Two members of a row differ.</exception>
    internal static void Check(RowBatch batch, string source, long firstRow)
    {
        Dictionary<string, ColumnData>? first = null;
        foreach (ColumnData column in batch.Columns)
            if (column.Schema.Nested is { } group && !(first ??= new(StringComparer.Ordinal)).TryAdd(group, column))
                Compare(first[group], column, group, source, firstRow);
    }

    private static void Compare(ColumnData a, ColumnData b, string group, string source, long firstRow)
    {
        const string Remedy = "Give all members of the group as many elements, or null in all of them";
        for (int row = 0; row < a.RowCount; row++)
            if (a.IsNullAt(row) != b.IsNullAt(row))
                throw new ValueInvalidException(source, firstRow + row, b.Schema.Name, b.IsNullAt(row) ? "a missing list" : "a list", $"what '{a.Schema.Name}' of the nested group '{group}' has", Remedy);
            else if (!a.IsNullAt(row) && a.ShapeOf(row)[0] != b.ShapeOf(row)[0])
                throw new ValueInvalidException(source, firstRow + row, b.Schema.Name, $"a list of {b.ShapeOf(row)[0]}", $"as long as '{a.Schema.Name}' of the nested group '{group}', {a.ShapeOf(row)[0]}", Remedy);
    }
}
