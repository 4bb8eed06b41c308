using Pile.DuckDb;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>From columns of a batch to columns of DuckDB, without copying values: arrays are lists, row-major; arrays of text are JSON.</summary>
internal static class DuckColumns
{
    private static readonly CellFormat.Words JsonWords = new("true"u8.ToArray(), "false"u8.ToArray(), "Infinity"u8.ToArray());

    /// <summary>The type of a column.</summary>
    internal static DuckDbType TypeOf(ColumnSchema schema)
    {
        DuckDbType element = schema.DType switch
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
        return schema.IsScalar || schema.DType is DType.String ? element : DuckDbType.List(element);
    }

    /// <summary>The column of a batch's values.</summary>
    internal static DuckDbColumn Of(ColumnData column) => column switch
    {
        TextColumnData { Schema.IsScalar: true } c => DuckDbColumn.Utf8(c.Starts, c.Utf8, c.IsNull),
        TextColumnData c => Json(c),
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
        _ => Numbers((ColumnData<double>)column),
    };

    private static DuckDbColumn Numbers<T>(ColumnData<T> column) where T : unmanaged
    {
        if (column.Schema.IsScalar)
            return DuckDbColumn.Of(column.Values, column.IsNull);
        int[] offsets = new int[column.RowCount + 1];
        for (int row = 0; row < column.RowCount; row++)
            offsets[row + 1] = offsets[row] + column.Row(row).Length;
        return DuckDbColumn.Lists(offsets, column.Values, column.IsNull);
    }

    private static DuckDbColumn Json(TextColumnData column)
    {
        System.Buffers.ArrayBufferWriter<byte> json = new();
        int[] starts = new int[column.RowCount + 1];
        for (int row = 0; row < column.RowCount; row++)
        {
            if (!column.IsNullAt(row))
                CellFormat.Json(json, column, row, JsonWords);
            starts[row + 1] = json.WrittenCount;
        }
        return DuckDbColumn.Utf8(starts, json.WrittenMemory, column.IsNull);
    }
}
