using System.Runtime.InteropServices;
using Pile.Format;
using Pile.Parquet;

namespace Pile.CrossMatch;

/// <summary>A float64 column whose values are missing only if its part is.</summary>
internal abstract class DoubleColumn(ColumnSchema schema, ResultPart part) : ResultColumn(schema, part)
{
    internal override ParquetColumn Parquet => new(Schema.Name, ParquetType.Double, IsOptional: Schema.Nullable);

    internal override ReadOnlySpan<byte> Gather(BlockRows rows, Span<byte> buffer)
    {
        Span<double> values = MemoryMarshal.Cast<byte, double>(buffer)[..rows.CountOf(Part)];
        Fill(rows, values);
        return MemoryMarshal.AsBytes(values);
    }

    internal override ColumnData Take(BlockRows rows)
    {
        double[] values = GC.AllocateUninitializedArray<double>(rows.CountOf(Part));
        Fill(rows, values);
        return new ColumnData<double>(Schema, SpreadValues.Of(values, rows, Part), rows.Count, rows.IsMissing(Part));
    }

    /// <summary>Computes the values of the rows that have the part.</summary>
    protected abstract void Fill(BlockRows rows, Span<double> values);
}
