using Pile.Format;
using Pile.Parquet;

namespace Pile.CrossMatch;

/// <summary>The number of the group of each row of A, or the size of the group; 0 if the row is in no group.</summary>
internal sealed class GroupColumn(ColumnSchema schema, Func<int, int> valueOf) : ResultColumn(schema, ResultPart.A)
{
    internal override ParquetColumn Parquet => new(Schema.Name, ParquetType.Int32, IsOptional: Schema.Nullable);

    internal override bool IsEncoded => true;

    internal override byte[] Encode(BlockRows rows, out int nulls)
    {
        ColumnData<int> values = (ColumnData<int>)Take(rows);
        int[] present = [.. Enumerable.Range(0, rows.Count).Where(row => !values.IsNullAt(row)).Select(row => values.Values.Span[row])];
        nulls = rows.Count - present.Length;
        return [.. Schema.Nullable ? DefinitionLevels.Of(values.IsNull.IsEmpty ? new bool[rows.Count] : values.IsNull.Span) : [],
            .. System.Runtime.InteropServices.MemoryMarshal.AsBytes<int>(present)];
    }

    internal override ColumnData Take(BlockRows rows)
    {
        int[] values = new int[rows.Count];
        bool[] isNull = new bool[rows.Count];
        for (int i = 0; i < values.Length; i++)
            isNull[i] = (values[i] = valueOf(rows.RowA[i])) == 0;
        return new ColumnData<int>(Schema, values, rows.Count, isNull.Contains(true) ? isNull : default(ReadOnlyMemory<bool>));
    }
}
