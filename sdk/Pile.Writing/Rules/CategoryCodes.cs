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
        // A text file without any value does not show the type, which then follows from the other files.
        if (column is TextColumnData && HasNoValue(column))
            return;
        if (!column.Schema.DType.IsInteger())
            throw NativeColumn.CategoriesNeedIntegers(place.Source, column.Schema.Name, column.Schema.DType);
        if (UnnamedCode.In(column) is (var row, var code))
            throw place.Invalid(row, column.Schema.Name, $"the code {code}",
                $"one of the {column.Schema.Categories.Length} codes of its categories",
                "Add it to the categories, or correct it at its source");
    }

    private static bool HasNoValue(ColumnData column)
    {
        for (int row = 0; row < column.RowCount; row++)
            if (!column.IsNullAt(row))
                return false;
        return true;
    }
}
