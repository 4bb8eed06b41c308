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
    /// <exception cref="ArgumentException">The column contains vectors of text, which are not supported.</exception>
    internal static DuckDbColumn Of(ColumnData data) => data switch
    {
        TextColumnData { Schema.IsScalar: true } text => Utf8(text.Starts, text.Utf8, text.IsNull),
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
        _ => throw new ArgumentException($"Column '{data.Schema.Name}' contains vectors of text, which are not supported.", nameof(data)),
    };

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
