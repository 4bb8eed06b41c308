using Pile.Format;

namespace Pile.Writing.Rules;

/// <summary>Every code of a column with categories has a name.</summary>
internal sealed class CategoryCodes : IBatchRule
{
    public RowBatch Apply(RowBatch batch, BatchPlace place)
    {
        foreach (ColumnData column in batch.Columns)
            if (!column.Schema.Categories.IsEmpty)
                Check(column, place);
        return batch;
    }

    private static void Check(ColumnData column, BatchPlace place)
    {
        if (!column.Schema.DType.IsInteger())
            throw new SchemaMismatchException(place.Source, column.Schema.Name,
                $"categories need a column of integer codes, found {column.Schema.DType.Name()}",
                "Give codes, or leave the categories out");
        if (UnnamedCode.In(column) is (var row, var code))
            throw place.Invalid(row, column.Schema.Name, $"the code {code}",
                $"one of the {column.Schema.Categories.Length} codes of its categories",
                "Add it to the categories, or correct it at its source");
    }
}
