using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Pile.Tables.Batches;

namespace Pile.Tables.Arrow;

/// <summary>Appends the values of checked arrays to columns of a batch, without DuckDB.</summary>
internal static class ArrowValues
{
    /// <summary>Appends a range of rows.</summary>
    /// <param name="column">The column, of the dtype that <see cref="ArrowColumn.DirectTypeOf"/> returns.</param>
    /// <param name="array">The array.</param>
    /// <param name="start">The first row.</param>
    /// <param name="count">The number of rows.</param>
    internal static void Append(ColumnBuilder column, IArrowArray array, int start, int count)
    {
        int before = column.RowCount;
        ArrayData data = array.Data;
        switch (column)
        {
            case TextColumnBuilder text: AppendTexts(text, array, start, count); break;
            case NumberColumnBuilder<bool> c: AppendBits(c.AddRows(count), data, start); break;
            case NumberColumnBuilder<sbyte> c: AppendNumbers(c.AddRows(count), data, start); break;
            case NumberColumnBuilder<byte> c: AppendNumbers(c.AddRows(count), data, start); break;
            case NumberColumnBuilder<short> c: AppendNumbers(c.AddRows(count), data, start); break;
            case NumberColumnBuilder<ushort> c: AppendNumbers(c.AddRows(count), data, start); break;
            case NumberColumnBuilder<int> c: AppendNumbers(c.AddRows(count), data, start); break;
            case NumberColumnBuilder<uint> c: AppendNumbers(c.AddRows(count), data, start); break;
            case NumberColumnBuilder<long> c: AppendNumbers(c.AddRows(count), data, start); break;
            case NumberColumnBuilder<ulong> c: AppendNumbers(c.AddRows(count), data, start); break;
            case NumberColumnBuilder<float> c when data.DataType is HalfFloatType: AppendHalves(c.AddRows(count), data, start); break;
            case NumberColumnBuilder<float> c: AppendNumbers(c.AddRows(count), data, start); break;
            case NumberColumnBuilder<double> c: AppendNumbers(c.AddRows(count), data, start); break;
        }
        for (int row = 0; row < count && data.NullCount > 0; row++)
            if (!BitUtility.GetBit(data.Buffers[0].Span, start + row))
                column.FlagNull(before + row);
    }

    private static void AppendNumbers<T>(Span<T> destination, ArrayData data, int start) where T : unmanaged
    {
        MemoryMarshal.Cast<byte, T>(data.Buffers[1].Span).Slice(start, destination.Length).CopyTo(destination);
        ClearMissing(destination, data, start);
    }

    private static void AppendHalves(Span<float> destination, ArrayData data, int start)
    {
        ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(data.Buffers[1].Span).Slice(start, destination.Length);
        System.Numerics.Tensors.TensorPrimitives.ConvertToSingle(halves, destination);
        ClearMissing(destination, data, start);
    }

    private static void AppendBits(Span<bool> destination, ArrayData data, int start)
    {
        ReadOnlySpan<byte> bits = data.Buffers[1].Span;
        for (int row = 0; row < destination.Length; row++)
            destination[row] = BitUtility.GetBit(bits, start + row);
        ClearMissing(destination, data, start);
    }

    // Whatever a file stores under a missing value is not read: the value of a missing row is NaN or zero.
    private static void ClearMissing<T>(Span<T> destination, ArrayData data, int start) where T : unmanaged
    {
        T missing = typeof(T) == typeof(double) ? (T)(object)double.NaN : typeof(T) == typeof(float) ? (T)(object)float.NaN : default;
        for (int row = 0; row < destination.Length && data.NullCount > 0; row++)
            if (!BitUtility.GetBit(data.Buffers[0].Span, start + row))
                destination[row] = missing;
    }

    private static void AppendTexts(TextColumnBuilder text, IArrowArray array, int start, int count)
    {
        ReadOnlySpan<byte> bits = array.Data.NullCount > 0 ? array.Data.Buffers[0].Span : default;
        ReadOnlySpan<byte> bytes = array is StringViewArray ? default : array.Data.Buffers[2].Span;
        ReadOnlySpan<int> offsets = array is StringArray ? MemoryMarshal.Cast<byte, int>(array.Data.Buffers[1].Span) : default;
        ReadOnlySpan<long> wide = array is LargeStringArray ? MemoryMarshal.Cast<byte, long>(array.Data.Buffers[1].Span) : default;
        for (int row = start; row < start + count; row++)
            text.Add(!bits.IsEmpty && !BitUtility.GetBit(bits, row) ? default : array switch
            {
                StringArray => bytes[offsets[row]..offsets[row + 1]],
                LargeStringArray => bytes[(int)wide[row]..(int)wide[row + 1]],
                _ => ((StringViewArray)array).GetBytes(row, out _),
            });
    }
}
