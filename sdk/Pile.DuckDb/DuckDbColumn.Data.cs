using System.Diagnostics;
using Pile.Format;

namespace Pile.DuckDb;

/// <content>Converts columns of the format.</content>
internal abstract partial class DuckDbColumn
{
    /// <summary>Returns the DuckDB type of one element.</summary>
    internal static DuckDbType TypeOf(DType type) => type switch
    {
        DType.Bool => DuckDbType.Boolean,
        DType.Int8 => DuckDbType.TinyInt,
        DType.UInt8 => DuckDbType.UTinyInt,
        DType.Int16 => DuckDbType.SmallInt,
        DType.UInt16 => DuckDbType.USmallInt,
        DType.Int32 => DuckDbType.Integer,
        DType.UInt32 => DuckDbType.UInteger,
        DType.Int64 => DuckDbType.BigInt,
        DType.UInt64 => DuckDbType.UBigInt,
        DType.Float32 => DuckDbType.Float,
        DType.Float64 => DuckDbType.Double,
        _ => DuckDbType.Varchar,
    };

    /// <summary>Returns the values of a column without copying. Vectors and higher ranks become lists, row-major.</summary>
    internal static DuckDbColumn Of(ColumnData data) => data switch
    {
        TextColumnData { Schema.IsScalar: true } text => Utf8(text.Starts, text.Utf8, text.IsNull),
        TextColumnData texts => new TextLists(texts),
        ColumnData<bool> c => Numbers(c),
        ColumnData<sbyte> c => Numbers(c),
        ColumnData<byte> c => Numbers(c),
        ColumnData<short> c => Numbers(c),
        ColumnData<ushort> c => Numbers(c),
        ColumnData<int> c => Numbers(c),
        ColumnData<uint> c => Numbers(c),
        ColumnData<long> c => Numbers(c),
        ColumnData<ulong> c => Numbers(c),
        ColumnData<float> c => Numbers(c),
        ColumnData<double> c => Numbers(c),
        _ => throw new UnreachableException(),
    };

    /// <summary>Returns the values of a column with at least one axis without copying, as lists of lists: one level for each
    /// axis.</summary>
    /// <exception cref="ArgumentException">The column contains text, or is a scalar.</exception>
    internal static DuckDbColumn NestedOf(ColumnData data) => data switch
    {
        { Schema.IsScalar: true } => throw new ArgumentException($"Column '{data.Schema.Name}' is a scalar.", nameof(data)),
        ColumnData<bool> c => new NestedLists<bool>(c),
        ColumnData<sbyte> c => new NestedLists<sbyte>(c),
        ColumnData<byte> c => new NestedLists<byte>(c),
        ColumnData<short> c => new NestedLists<short>(c),
        ColumnData<ushort> c => new NestedLists<ushort>(c),
        ColumnData<int> c => new NestedLists<int>(c),
        ColumnData<uint> c => new NestedLists<uint>(c),
        ColumnData<long> c => new NestedLists<long>(c),
        ColumnData<ulong> c => new NestedLists<ulong>(c),
        ColumnData<float> c => new NestedLists<float>(c),
        ColumnData<double> c => new NestedLists<double>(c),
        _ => throw new ArgumentException($"Column '{data.Schema.Name}' contains vectors of text, which are not supported.", nameof(data)),
    };

    /// <summary>Returns the type of <see cref="NestedOf"/>: as many levels of lists as axes.</summary>
    internal static DuckDbType NestedTypeOf(DType type, int rank) =>
        rank == 0 ? TypeOf(type) : DuckDbType.List(NestedTypeOf(type, rank - 1));

    private sealed class NestedLists<T>(ColumnData<T> data)
        : DuckDbColumn(NestedTypeOf(data.Schema.DType, data.Schema.Shape.Length), data.RowCount, data.IsNull) where T : unmanaged
    {
        internal override bool HasNegativeZero => ContainsNegativeZero(data.Values.Span);

        private protected override void WriteValues(DuckDbVectorWriter writer, int firstRow, int rowCount)
        {
            int rank = data.Schema.Shape.Length, start = 0, length = 0;
            int[] shapes = new int[rowCount * rank];
            for (int row = 0; row < firstRow; row++)
                start += data.Row(row).Length;
            for (int row = 0; row < rowCount; row++)
            {
                data.ShapeOf(firstRow + row).CopyTo(shapes.AsSpan(row * rank));
                length += data.Row(firstRow + row).Length;
            }
            writer.WriteNestedLists(rank, shapes, data.Values.Span.Slice(start, length));
        }
    }

    private sealed class TextLists(TextColumnData data)
        : DuckDbColumn(DuckDbType.List(DuckDbType.Varchar), data.RowCount, data.IsNull)
    {
        private protected override void WriteValues(DuckDbVectorWriter writer, int firstRow, int rowCount)
        {
            int[] lengths = new int[rowCount];
            for (int row = 0; row < rowCount; row++)
                lengths[row] = data.ElementsOf(firstRow + row);
            writer.BeginLists(lengths);
            for (int row = 0; row < rowCount; row++)
                writer.SetTextList(row, data, firstRow + row);
        }

        private protected override void GetLengths(ReadOnlySpan<RowPlace> rows, Span<int> lengths)
        {
            foreach (RowPlace row in rows)
                lengths[row.Place] = data.ElementsOf(row.Row);
        }

        private protected override void WriteValues(DuckDbVectorWriter writer, ReadOnlySpan<RowPlace> rows, bool isRepeated)
        {
            foreach (RowPlace row in rows)
                writer.SetTextList(row.Place, data, isRepeated ? 0 : row.Row);
        }
    }

    private static DuckDbColumn Numbers<T>(ColumnData<T> data) where T : unmanaged
    {
        if (data.Schema.IsScalar)
            return Of(data.Values, data.IsNull);
        if (!data.Schema.IsRagged && data.Schema.ElementsPerRow is > 0 and var elements)
            return Vectors(elements, data.Values, data.IsNull);
        int[] offsets = new int[data.RowCount + 1];
        for (int row = 0; row < data.RowCount; row++)
            offsets[row + 1] = offsets[row] + data.Row(row).Length;
        return Lists(offsets, data.Values, data.IsNull);
    }
}
