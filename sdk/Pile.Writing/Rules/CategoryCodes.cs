using System.Numerics;
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
        HashSet<Int128> known = [.. column.Schema.Categories.Select(c => (Int128)c.Code)];
        switch (column)
        {
            case ColumnData<sbyte> c: Each(c); break;
            case ColumnData<byte> c: Each(c); break;
            case ColumnData<short> c: Each(c); break;
            case ColumnData<ushort> c: Each(c); break;
            case ColumnData<int> c: Each(c); break;
            case ColumnData<uint> c: Each(c); break;
            case ColumnData<long> c: Each(c); break;
            case ColumnData<ulong> c: Each(c); break;
            default:
                throw new SchemaMismatchException(place.Source, column.Schema.Name,
                    $"categories need a column of integer codes, found {column.Schema.DType.Name()}",
                    "Give codes, or leave the categories out");
        }

        void Each<T>(ColumnData<T> c) where T : unmanaged, IBinaryInteger<T>
        {
            for (int row = 0; row < c.RowCount; row++)
                foreach (T code in c.Row(row))
                    if (!c.IsNullAt(row) && !known.Contains(Int128.CreateChecked(code)))
                        throw place.Invalid(row, c.Schema.Name, $"the code {code}",
                            $"one of the {known.Count} codes of its categories",
                            "Add it to the categories, or correct it at its source");
        }
    }
}
