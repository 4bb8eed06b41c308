using System.Collections.Immutable;
using Pile.Format;
using Pile.Writing.Schemas;

namespace Pile.Writing.Rules;

/// <summary>Every row has an id, and a position if the dataset has positions.</summary>
internal sealed class RequiredColumns(bool hasPositions) : IBatchRule
{
    private static readonly ImmutableArray<string> Positioned = [StandardColumns.ObjectId, StandardColumns.Ra, StandardColumns.Dec];

    public RowBatch Apply(RowBatch batch, BatchPlace place)
    {
        foreach (string name in hasPositions ? Positioned : [StandardColumns.ObjectId])
        {
            ColumnData column = batch.Find(name) ?? throw new SchemaMismatchException(place.Source, name,
                $"the batch lacks the column; every batch must have {(hasPositions ? "object_id, ra and dec" : "object_id")}",
                "Add the column in the builder");
            if (name != StandardColumns.ObjectId && column is not ColumnData<double>)
                throw new SchemaMismatchException(place.Source, name, "expected float64", "Convert it in the builder");
            if (column.IsNull.Span.IndexOf(true) is >= 0 and int row)
                throw place.Invalid(row, name, "a missing value", "allowed; every row must have a value", BatchRules.Remedy);
        }
        return batch;
    }
}
