using Pile.Format;

namespace Pile.Writing.Schemas;

/// <summary>Remembers the shapes of a unit's columns of one shape, so that the first row of another one is named.</summary>
internal sealed class FixedShapes(Modality modality)
{
    private readonly Dictionary<string, int[]> shapes = new(StringComparer.Ordinal);

    /// <summary>Checks a batch.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="source">Where they come from, for messages.</param>
    /// <param name="firstRow">The number of the batch's first row in the unit.</param>
    /// <exception cref="ValueInvalidException">A row of a column that the modality gives one shape has another one than the rows before.</exception>
    internal void Check(RowBatch batch, string source, long firstRow)
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
                    throw new ValueInvalidException(source, firstRow + row, column.Schema.Name, $"an array of [{string.Join(", ", shape.ToArray())}]", $"of the one shape that the column has, [{string.Join(", ", first)}]",
                        "Put rows of another shape into a group of their own, or build a dataset of them");
            }
        }
    }
}
