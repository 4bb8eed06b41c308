using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Pile.Format;

namespace Pile.Tables.Arrow;

/// <summary>Converts columns to Arrow: arrays are lists, nested by axis, and numbers and texts keep their memory.</summary>
internal static class ArrowArrays
{
    /// <summary>The name of the elements of a list, as the format recommends.</summary>
    private const string Item = "item";

    /// <summary>Returns the type of a column.</summary>
    internal static IArrowType TypeOf(ColumnSchema column)
    {
        IArrowType type = ElementOf(column.DType);
        for (int axis = 0; axis < column.Shape.Length; axis++)
            type = new ListType(new Field(Item, type, nullable: true));
        return type;
    }

    /// <summary>Converts a column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="type">Its type, as <see cref="TypeOf"/> returns it.</param>
    /// <exception cref="ArgumentException">The column has values in other files.</exception>
    internal static IArrowArray Of(ColumnData column, IArrowType type)
    {
        int missing = column.IsNull.Span.Count(true);
        ArrowBuffer validity = missing == 0 ? ArrowBuffer.Empty : Bits(column.IsNull.Span, isInverted: true);
        if (column.Schema.IsScalar)
            return ArrowArrayFactory.BuildArray(Values(column, type, column.RowCount, missing, validity));
        List<ArrowBuffer> starts = [];
        int items = column.RowCount;
        for (int axis = 0; axis < column.Schema.Shape.Length; axis++)
        {
            int[] ofAxis = StartsOf(column, axis, items);
            items = ofAxis[^1];
            starts.Add(Buffer<int>(ofAxis));
        }
        return ArrowArrayFactory.BuildArray(Lists(column, type, column.RowCount, missing, validity, starts, 0));
    }

    private static IArrowType ElementOf(DType type) => type switch
    {
        DType.Bool => BooleanType.Default,
        DType.Int8 => Int8Type.Default,
        DType.UInt8 => UInt8Type.Default,
        DType.Int16 => Int16Type.Default,
        DType.UInt16 => UInt16Type.Default,
        DType.Int32 => Int32Type.Default,
        DType.UInt32 => UInt32Type.Default,
        DType.Int64 => Int64Type.Default,
        DType.UInt64 => UInt64Type.Default,
        DType.Float32 => FloatType.Default,
        DType.Float64 => DoubleType.Default,
        _ => StringType.Default,
    };

    // No item is missing: only a row is null.
    private static ArrayData Lists(ColumnData column, IArrowType type, int length, int missing, ArrowBuffer validity,
        List<ArrowBuffer> starts, int axis)
    {
        IArrowType item = ((ListType)type).ValueDataType;
        int items = length == 0 ? 0 : MemoryMarshal.Cast<byte, int>(starts[axis].Span)[length];
        ArrayData values = axis + 1 < starts.Count ? Lists(column, item, items, 0, ArrowBuffer.Empty, starts, axis + 1)
            : Values(column, item, items, 0, ArrowBuffer.Empty);
        return new ArrayData(type, length, missing, 0, [validity, starts[axis]], [values]);
    }

    private static ArrayData Values(ColumnData column, IArrowType type, int length, int missing, ArrowBuffer validity) =>
        new(type, length, missing, 0, column switch
        {
            TextColumnData c => [validity, Buffer(FromZero(c.Starts)), new ArrowBuffer(c.Utf8[c.Starts.Span[0]..])],
            ColumnData<bool> c => [validity, Bits(c.Values.Span, isInverted: false)],
            ColumnData<sbyte> c => [validity, Buffer(c.Values)],
            ColumnData<byte> c => [validity, new ArrowBuffer(c.Values)],
            ColumnData<short> c => [validity, Buffer(c.Values)],
            ColumnData<ushort> c => [validity, Buffer(c.Values)],
            ColumnData<int> c => [validity, Buffer(c.Values)],
            ColumnData<uint> c => [validity, Buffer(c.Values)],
            ColumnData<long> c => [validity, Buffer(c.Values)],
            ColumnData<ulong> c => [validity, Buffer(c.Values)],
            ColumnData<float> c => [validity, Buffer(c.Values)],
            ColumnData<double> c => [validity, Buffer(c.Values)],
            _ => throw new ArgumentException($"Column '{column.Schema.Name}' has values in other files, which Arrow does not store. Leave "
                + "it out.", nameof(column)),
        }, children: null);

    // Apache.Arrow 23 writes the texts from the first offset on, but does not subtract it from the offsets.
    private static ReadOnlyMemory<int> FromZero(ReadOnlyMemory<int> starts)
    {
        int first = starts.Span[0];
        if (first == 0)
            return starts;
        int[] shifted = new int[starts.Length];
        for (int i = 0; i < shifted.Length; i++)
            shifted[i] = starts.Span[i] - first;
        return shifted;
    }

    private static ArrowBuffer Buffer<T>(ReadOnlyMemory<T> values) where T : unmanaged =>
        values.IsEmpty ? ArrowBuffer.Empty : new ArrowBuffer(new ByteMemory<T>(values).Memory);

    private static ArrowBuffer Bits(ReadOnlySpan<bool> values, bool isInverted)
    {
        byte[] bits = new byte[(values.Length + 7) / 8];
        for (int i = 0; i < values.Length; i++)
            bits[i >> 3] |= (byte)(values[i] != isInverted ? 1 << (i & 7) : 0);
        return new ArrowBuffer(bits);
    }

    /// <summary>Returns where the items of each list of an axis begin, and the end of the last one.</summary>
    private static int[] StartsOf(ColumnData column, int axis, int lists)
    {
        int[] starts = new int[lists + 1];
        int list = 0;
        for (int row = 0; row < column.RowCount; row++)
        {
            ReadOnlySpan<int> shape = column.ShapeOf(row);
            int ofRow = 1;
            foreach (int length in shape[..axis])
                ofRow *= length;
            for (int end = list + ofRow; list < end; list++)
                starts[list + 1] = checked(starts[list] + shape[axis]);
        }
        return starts;
    }
}
