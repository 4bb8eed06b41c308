using Pile.Format;

namespace Pile.Writing.Rules;

/// <summary>An axis that several columns share has the same length in all of them, in each row.</summary>
internal sealed class AxisLengths(Modality modality) : IBatchRule
{
    public RowBatch Apply(RowBatch batch, BatchPlace place)
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
                    Compare(first[(group, definition.Dims[axis])], (column, axis), definition.Dims[axis], batch.RowCount, place);
        }
        foreach (ColumnData column in batch.Columns)
            if (column is ColumnData<int> lengths && modality.Find(column.Schema.Name) is { LengthsOf: { } of }
                && first?.GetValueOrDefault((modality.GroupOf(column.Schema.Name), of)) is { Column: not null } longest)
                CompareLengths(lengths, longest, of, place);
        return batch;
    }

    private static void CompareLengths(ColumnData<int> lengths, (ColumnData Column, int Axis) longest, string axis, BatchPlace place)
    {
        for (int row = 0; row < lengths.RowCount; row++)
            foreach (int length in lengths.Row(row))
                if (length < 0 || (length > longest.Column.ShapeOf(row)[longest.Axis] && !longest.Column.IsNullAt(row)))
                    throw place.Invalid(row, lengths.Schema.Name, $"{length}",
                        $"a length along axis '{axis}', which has {longest.Column.ShapeOf(row)[longest.Axis]} in "
                            + $"'{longest.Column.Schema.Name}'",
                        "Correct it in the builder");
    }

    private static void Compare((ColumnData Column, int Axis) a, (ColumnData Column, int Axis) b,
        string axis, int rowCount, BatchPlace place)
    {
        bool areFixed = a.Column.Schema.Shape[a.Axis] != ColumnSchema.Ragged && b.Column.Schema.Shape[b.Axis] != ColumnSchema.Ragged;
        int rowsToCompare = areFixed ? Math.Min(rowCount, 1) : rowCount;
        for (int row = 0; row < rowsToCompare; row++)
        {
            int left = a.Column.ShapeOf(row)[a.Axis], right = b.Column.ShapeOf(row)[b.Axis];
            if (left != right && !a.Column.IsNullAt(row) && !b.Column.IsNullAt(row))
                throw place.Invalid(row, b.Column.Schema.Name, $"the length {right} of axis '{axis}'",
                    $"that of '{a.Column.Schema.Name}', {left}", "Give both the same length, or put one into a group of its own");
        }
    }
}
