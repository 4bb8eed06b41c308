using System.Runtime.InteropServices;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>A batch's columns as DuckDB takes them, and the raw bytes of their rows.</summary>
internal static class BatchColumns
{
    /// <summary>A light column that is no vector of text. Nothing is copied.</summary>
    internal static DuckDbColumn Light(ColumnData data) => data switch
    {
        TextColumnData { Schema.IsScalar: true } text => DuckDbColumn.Utf8(text.Starts, text.Utf8, text.IsNull),
        ColumnData<bool> values => Numbers(values),
        ColumnData<sbyte> values => Numbers(values),
        ColumnData<byte> values => Numbers(values),
        ColumnData<short> values => Numbers(values),
        ColumnData<ushort> values => Numbers(values),
        ColumnData<int> values => Numbers(values),
        ColumnData<uint> values => Numbers(values),
        ColumnData<long> values => Numbers(values),
        ColumnData<ulong> values => Numbers(values),
        ColumnData<float> values => Numbers(values),
        ColumnData<double> values => Numbers(values),
        _ => throw new ArgumentException($"Column '{data.Schema.Name}' holds values of no known type.", nameof(data)),
    };

    /// <summary>The elements of one row, little-endian.</summary>
    internal static ReadOnlySpan<byte> RowBytes(ColumnData data, int row) => data switch
    {
        ColumnData<bool> values => MemoryMarshal.AsBytes(values.Row(row)),
        ColumnData<sbyte> values => MemoryMarshal.AsBytes(values.Row(row)),
        ColumnData<byte> values => values.Row(row),
        ColumnData<short> values => MemoryMarshal.AsBytes(values.Row(row)),
        ColumnData<ushort> values => MemoryMarshal.AsBytes(values.Row(row)),
        ColumnData<int> values => MemoryMarshal.AsBytes(values.Row(row)),
        ColumnData<uint> values => MemoryMarshal.AsBytes(values.Row(row)),
        ColumnData<long> values => MemoryMarshal.AsBytes(values.Row(row)),
        ColumnData<ulong> values => MemoryMarshal.AsBytes(values.Row(row)),
        ColumnData<float> values => MemoryMarshal.AsBytes(values.Row(row)),
        ColumnData<double> values => MemoryMarshal.AsBytes(values.Row(row)),
        _ => throw new ArgumentException($"Column '{data.Schema.Name}' has no rows of numbers.", nameof(data)),
    };

    private static DuckDbColumn Numbers<T>(ColumnData<T> data) where T : unmanaged
    {
        if (data.Schema.IsScalar)
            return DuckDbColumn.Of(data.Values, data.IsNull);
        int elements = data.Schema.ElementsPerRow;
        return elements == 0
            ? DuckDbColumn.Lists<T>(new int[data.RowCount + 1], ReadOnlyMemory<T>.Empty, data.IsNull)
            : DuckDbColumn.Vectors(elements, data.Values, data.IsNull);
    }
}
