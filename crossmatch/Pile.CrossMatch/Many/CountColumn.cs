using Pile.Format;
using Pile.Parquet;

namespace Pile.CrossMatch;

/// <summary>A number for each group, whose index is the row of A.</summary>
internal sealed class CountColumn(ColumnSchema schema, Func<int, int> valueOf) : ResultColumn(schema, ResultPart.A)
{
    internal override ParquetColumn? Parquet => null;

    internal override ColumnData Take(BlockRows rows)
    {
        int[] values = new int[rows.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = valueOf(rows.RowA[i]);
        return new ColumnData<int>(Schema, values, rows.Count);
    }
}
