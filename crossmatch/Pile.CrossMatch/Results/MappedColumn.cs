using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pile.CrossMatch.Matching;
using Pile.CrossMatch.Plain;
using Pile.Format;
using Pile.Parquet;

namespace Pile.CrossMatch;

/// <summary>Integer ids, right ascensions or declinations of one side, from its mapped positions.</summary>
internal sealed class MappedColumn(ColumnSchema schema, ResultPart part, MappedPositions side, PositionColumn column)
    : ResultColumn(schema, part)
{
    internal override ParquetColumn Parquet => new(Schema.Name, column == PositionColumn.Id ? ParquetType.Int64 : ParquetType.Double,
        IsOptional: Schema.Nullable);

    internal override ReadOnlySpan<byte> Gather(BlockRows rows, Span<byte> buffer)
    {
        ReadOnlySpan<int> present = Rows(rows);
        Span<double> values = MemoryMarshal.Cast<byte, double>(buffer)[..present.Length];
        Fill(present, values);
        return MemoryMarshal.AsBytes(values);
    }

    internal override ColumnData Take(BlockRows rows)
    {
        ReadOnlySpan<int> present = Rows(rows);
        if (column != PositionColumn.Id)
        {
            double[] values = GC.AllocateUninitializedArray<double>(present.Length);
            Fill(present, values);
            return new ColumnData<double>(Schema, SpreadValues.Of(values, rows, Part), rows.Count, rows.IsMissing(Part));
        }
        long[] ids = GC.AllocateUninitializedArray<long>(present.Length);
        Fill(present, MemoryMarshal.Cast<long, double>(ids.AsSpan()));
        return new ColumnData<long>(Schema, SpreadValues.Of(ids, rows, Part), rows.Count, rows.IsMissing(Part));
    }

    private ReadOnlySpan<int> Rows(BlockRows rows) => Part == ResultPart.A ? rows.RowsA(Part) : rows.RowsB(Part);

    private void Fill(ReadOnlySpan<int> rows, Span<double> destination)
    {
        for (int done = 0; done < rows.Length;)
        {
            int chunk = rows[done] >> SortedPositions.ChunkShift;
            done += GatherOf(chunk, side.AsTheyAre(chunk, column), rows[done..], destination[done..]);
        }
    }

    /// <returns>The number of rows in the chunk, up to the first row of another chunk.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int GatherOf(int chunk, ReadOnlySpan<double> values, ReadOnlySpan<int> rows, Span<double> destination)
    {
        ref double to = ref MemoryMarshal.GetReference(destination[..rows.Length]);
        int first = chunk << SortedPositions.ChunkShift, i = 0;
        _ = values[rows[0] - first]; // there is at least one row
        for (; i < rows.Length; i++)
        {
            uint row = (uint)(rows[i] - first);
            if (row >= (uint)values.Length)
                break;
            Unsafe.Add(ref to, i) = values[(int)row];
        }
        return i;
    }
}
