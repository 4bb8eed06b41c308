using System.Runtime.InteropServices;
using Pile.Format;
using Pile.Parquet;

namespace Pile.CrossMatch;

/// <summary>The index of the nearest epoch in the array of its row, from 0.</summary>
internal sealed class EpochIndexColumn(ColumnSchema schema, PairTimes times, bool isA) : ResultColumn(schema, ResultPart.Pair)
{
    internal override ParquetColumn Parquet => new(Schema.Name, ParquetType.Int32, IsOptional: Schema.Nullable);

    internal override ReadOnlySpan<byte> Gather(BlockRows rows, Span<byte> buffer)
    {
        Span<int> values = MemoryMarshal.Cast<byte, int>(buffer)[..rows.CountOf(Part)];
        Fill(rows, values);
        return MemoryMarshal.AsBytes(values);
    }

    internal override ColumnData Take(BlockRows rows)
    {
        int[] values = new int[rows.CountOf(Part)];
        Fill(rows, values);
        return new ColumnData<int>(Schema, SpreadValues.Of(values, rows, Part), rows.Count, rows.IsMissing(Part));
    }

    private void Fill(BlockRows rows, Span<int> values)
    {
        ReadOnlySpan<int> rowA = rows.RowsA(Part), rowB = rows.RowsB(Part);
        for (int i = 0; i < values.Length; i++)
        {
            times.Days(rowA[i], rowB[i], out int ofA, out int ofB);
            values[i] = isA ? ofA : ofB;
        }
    }
}
