using Pile.DuckDb;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Converts columns of a batch to columns of DuckDB without copying values: arrays are lists, nested for each axis unless they are
/// flat, row-major; arrays of text are JSON.</summary>
internal static class DuckColumns
{
    private static readonly CellFormat.Words JsonWords = new("true"u8.ToArray(), "false"u8.ToArray(), "Infinity"u8.ToArray(),
        "-Infinity"u8.ToArray());

    /// <summary>Returns the type of a column.</summary>
    internal static DuckDbType TypeOf(ColumnSchema schema, bool isFlat = false) =>
        DuckDbColumn.NestedTypeOf(schema.DType, schema.DType is DType.String ? 0 : isFlat ? Math.Min(schema.Shape.Length, 1)
            : schema.Shape.Length);

    /// <summary>Returns the column with a batch's values.</summary>
    internal static DuckDbColumn Of(ColumnData column, bool isFlat = false) => column switch
    {
        TextColumnData { Schema.IsScalar: false } texts => Json(texts),
        { Schema.Shape.Length: > 1 } when !isFlat => DuckDbColumn.NestedOf(column),
        _ => DuckDbColumn.Of(column),
    };

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
