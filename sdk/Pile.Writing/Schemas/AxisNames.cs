using Pile.Format;

namespace Pile.Writing.Schemas;

/// <summary>Checks that an axis that several columns share has one length within each row.</summary>
internal static class AxisNames
{
    /// <summary>Checks a batch.</summary>
    /// <param name="modality">What names the axes.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="source">Where they come from, for messages.</param>
    /// <param name="firstRow">The number of the batch's first row in the unit.</param>
    /// <exception cref="ValueInvalidException">Two columns of a row differ.</exception>
    internal static void Check(Modality modality, RowBatch batch, string source, long firstRow)
    {
        Dictionary<(string Group, string Axis), (ColumnData Column, int Axis)>? first = null;
        foreach (ColumnData column in batch.Columns)
        {
            if (column.Schema.IsScalar || modality.Find(column.Schema.Name) is not { } definition)
                continue;
            first ??= [];
            string group = modality.GroupOf(column.Schema.Name);
            for (int axis = 0; axis < definition.Dims.Length; axis++)
                if (!first.TryAdd((group, definition.Dims[axis]), (column, axis)))
                    Compare(first[(group, definition.Dims[axis])], (column, axis), definition.Dims[axis], batch.RowCount, source, firstRow);
        }
        foreach (ColumnData column in batch.Columns)
            if (column is ColumnData<int> lengths && modality.Find(column.Schema.Name) is { LengthsOf: { } of } && first?.GetValueOrDefault((modality.GroupOf(column.Schema.Name), of)) is { Column: not null } longest)
                CompareLengths(lengths, longest, of, source, firstRow);
    }

    private static void CompareLengths(ColumnData<int> lengths, (ColumnData Column, int Axis) longest, string axis, string source, long firstRow)
    {
        for (int row = 0; row < lengths.RowCount; row++)
            foreach (int length in lengths.Row(row))
                if (length < 0 || (length > longest.Column.ShapeOf(row)[longest.Axis] && !longest.Column.IsNullAt(row)))
                    throw new ValueInvalidException(source, firstRow + row, lengths.Schema.Name, $"{length}", $"a length along axis '{axis}', which has {longest.Column.ShapeOf(row)[longest.Axis]} in '{longest.Column.Schema.Name}'", "Correct it in the builder");
    }

    private static void Compare((ColumnData Column, int Axis) a, (ColumnData Column, int Axis) b, string axis, int rowCount, string source, long firstRow)
    {
        int rowsToCompare = a.Column.Schema.Shape[a.Axis] != ColumnSchema.Ragged && b.Column.Schema.Shape[b.Axis] != ColumnSchema.Ragged ? Math.Min(rowCount, 1) : rowCount;
        for (int row = 0; row < rowsToCompare; row++)
        {
            int left = a.Column.ShapeOf(row)[a.Axis], right = b.Column.ShapeOf(row)[b.Axis];
            if (left != right && !a.Column.IsNullAt(row) && !b.Column.IsNullAt(row))
                throw new ValueInvalidException(source, firstRow + row, b.Column.Schema.Name, $"the length {right} of axis '{axis}'",
                    $"that of '{a.Column.Schema.Name}', {left}", "Give both the same length, or put one into a group of its own");
        }
    }
}
