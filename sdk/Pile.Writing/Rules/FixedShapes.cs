using Pile.Format;

namespace Pile.Writing.Rules;

/// <summary>A column for which the modality requires one shape has the same shape in all rows of a unit.</summary>
internal sealed class FixedShapes(Modality modality) : IBatchRule
{
    private readonly Dictionary<string, int[]> shapes = new(StringComparer.Ordinal);

    public RowBatch Apply(RowBatch batch, BatchPlace place)
    {
        foreach (ColumnData column in batch.Columns)
        {
            if (column.Schema.IsScalar || modality.Find(column.Schema.Name) is not { MayBeRagged: false })
                continue;
            for (int row = 0; row < (column.Schema.IsRagged ? column.RowCount : Math.Min(column.RowCount, 1)); row++)
            {
                if (column.IsNullAt(row))
                    continue;
                ReadOnlySpan<int> shape = column.ShapeOf(row);
                if (!shapes.TryGetValue(column.Schema.Name, out int[]? first))
                    shapes.Add(column.Schema.Name, shape.ToArray());
                else if (!shape.SequenceEqual(first))
                    throw place.Invalid(row, column.Schema.Name, $"an array of [{string.Join(", ", shape.ToArray())}]",
                        $"of the shape of the column's first row, [{string.Join(", ", first)}]",
                        "Put rows of another shape into a group of their own, or build a dataset of them");
            }
        }
        return batch;
    }
}
