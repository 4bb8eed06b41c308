using System.Globalization;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Formats the values of a column with one number or boolean per row as text, with floats in the shortest form that can be read
/// back exactly.</summary>
internal abstract class ScalarText
{
    /// <summary>The maximum length of a value.</summary>
    internal const int LongestBytes = 32;

    /// <summary>Writes the value of a row.</summary>
    /// <returns>The number of bytes.</returns>
    internal abstract int Write(int row, Span<byte> to);

    /// <summary>Returns the formatter of a column; null for text or arrays.</summary>
    internal static ScalarText? Of(ColumnData column, CellFormat.Words words) => !column.Schema.IsScalar ? null : column switch
    {
        ColumnData<bool> c => new BooleanText(c, words),
        ColumnData<sbyte> c => new NumberText<sbyte>(c),
        ColumnData<byte> c => new NumberText<byte>(c),
        ColumnData<short> c => new NumberText<short>(c),
        ColumnData<ushort> c => new NumberText<ushort>(c),
        ColumnData<int> c => new NumberText<int>(c),
        ColumnData<uint> c => new NumberText<uint>(c),
        ColumnData<long> c => new NumberText<long>(c),
        ColumnData<ulong> c => new NumberText<ulong>(c),
        ColumnData<float> c => new FloatText<float>(c, words),
        ColumnData<double> c => new FloatText<double>(c, words),
        _ => null,
    };

    /// <summary>Writes infinity.</summary>
    /// <returns>The number of bytes.</returns>
    internal static int WriteInfinity(bool isNegative, CellFormat.Words words, Span<byte> to)
    {
        byte[] word = isNegative ? words.MinusInfinity : words.Infinity;
        word.CopyTo(to);
        return word.Length;
    }

    private sealed class BooleanText(ColumnData<bool> column, CellFormat.Words words) : ScalarText
    {
        internal override int Write(int row, Span<byte> to)
        {
            byte[] word = column.Values.Span[row] ? words.True : words.False;
            word.CopyTo(to);
            return word.Length;
        }
    }

    private sealed class NumberText<T>(ColumnData<T> column) : ScalarText where T : unmanaged, IUtf8SpanFormattable
    {
        private readonly ReadOnlyMemory<T> values = column.Values;

        internal override int Write(int row, Span<byte> to)
        {
            values.Span[row].TryFormat(to, out int written, default, CultureInfo.InvariantCulture);
            return written;
        }
    }

    private sealed class FloatText<T>(ColumnData<T> column, CellFormat.Words words) : ScalarText
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlyMemory<T> values = column.Values;

        internal override int Write(int row, Span<byte> to)
        {
            T value = values.Span[row];
            if (T.IsFinite(value))
                return JsonFloat.Format(value, to); // 1.0, not 1, which readers of CSV take for an integer
            if (T.IsInfinity(value))
                return WriteInfinity(T.IsNegative(value), words, to);
            value.TryFormat(to, out int written, default, CultureInfo.InvariantCulture);
            return written;
        }
    }
}
