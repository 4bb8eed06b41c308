using System.Collections.Immutable;
using Pile.Format;
using Pile.Writing.Schemas;

namespace Pile.Writing.Rules;

/// <summary>Every row has an id, and a position if the dataset has positions.</summary>
/// <param name="frame">The frame of the positions; null for rows without.</param>
internal sealed class RequiredColumns(PositionFrame? frame) : IBatchRule
{
    private readonly ImmutableArray<string> names =
        frame is null ? [StandardColumns.ObjectId] : [StandardColumns.ObjectId, frame.Lon, frame.Lat];

    public RowBatch Apply(RowBatch batch, BatchPlace place)
    {
        foreach (string name in names)
        {
            ColumnData column = batch.Find(name) ?? throw new SchemaMismatchException(place.Source, name,
                "the batch lacks the column; every batch must have "
                    + (frame is null ? "object_id" : $"object_id, {frame.Lon} and {frame.Lat}"),
                "Add the column in the builder");
            if (name != StandardColumns.ObjectId && column is not ColumnData<double>)
                throw new SchemaMismatchException(place.Source, name, "expected float64", "Convert it in the builder");
            if (column.IsNull.Span.IndexOf(true) is >= 0 and int row)
                throw place.Invalid(row, name, "a missing value", "allowed; every row must have a value", BatchRules.Remedy);
        }
        return batch;
    }
}
