using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Formats values as text, with floats in the shortest form that can be read back exactly.</summary>
internal static class CellFormat
{
    private const int LongestNumberBytes = 64;

    /// <summary>The words of a text format for values without digits.</summary>
    /// <param name="True">The word for true.</param>
    /// <param name="False">The word for false.</param>
    /// <param name="Infinity">The word for positive infinity.</param>
    /// <param name="MinusInfinity">The word for negative infinity.</param>
    internal sealed record Words(byte[] True, byte[] False, byte[] Infinity, byte[] MinusInfinity);

    /// <summary>Appends one element of a column of numbers or booleans.</summary>
    internal static void Element(ArrayBufferWriter<byte> buffer, ColumnData column, int row, int element, Words words)
    {
        switch (column)
        {
            case ColumnData<bool> c: buffer.Write(c.Row(row)[element] ? words.True : words.False); break;
            case ColumnData<sbyte> c: Number(buffer, c.Row(row)[element]); break;
            case ColumnData<byte> c: Number(buffer, c.Row(row)[element]); break;
            case ColumnData<short> c: Number(buffer, c.Row(row)[element]); break;
            case ColumnData<ushort> c: Number(buffer, c.Row(row)[element]); break;
            case ColumnData<int> c: Number(buffer, c.Row(row)[element]); break;
            case ColumnData<uint> c: Number(buffer, c.Row(row)[element]); break;
            case ColumnData<long> c: Number(buffer, c.Row(row)[element]); break;
            case ColumnData<ulong> c: Number(buffer, c.Row(row)[element]); break;
            case ColumnData<float> c when float.IsInfinity(c.Row(row)[element]): Infinity(buffer, c.Row(row)[element] < 0, words); break;
            case ColumnData<float> c: Number(buffer, c.Row(row)[element]); break;
            case ColumnData<double> c when double.IsInfinity(c.Row(row)[element]): Infinity(buffer, c.Row(row)[element] < 0, words); break;
            case ColumnData<double> c: Number(buffer, c.Row(row)[element]); break;
        }
    }

    /// <summary>Appends a row of a column as JSON, nested by its shape; NaN and Infinity as Python's json writes them.</summary>
    internal static void Json(ArrayBufferWriter<byte> buffer, ColumnData column, int row, Words words)
    {
        int element = 0;
        Nest(column.ShapeOf(row));

        void Nest(ReadOnlySpan<int> shape)
        {
            if (shape.IsEmpty)
            {
                if (column is TextColumnData text)
                    buffer.Write(JsonEncodedText.Encode(text.Element(row, element)) is var encoded
                        ? [(byte)'"', .. encoded.EncodedUtf8Bytes, (byte)'"'] : []);
                else if (column is ColumnData<double> doubles && double.IsFinite(doubles.Row(row)[element]))
                    Float(buffer, doubles.Row(row)[element]);
                else if (column is ColumnData<float> floats && float.IsFinite(floats.Row(row)[element]))
                    Float(buffer, floats.Row(row)[element]);
                else
                    Element(buffer, column, row, element, words);
                element++;
                return;
            }
            buffer.Write("["u8);
            for (int i = 0; i < shape[0]; i++)
            {
                if (i > 0)
                    buffer.Write(","u8);
                Nest(shape[1..]);
            }
            buffer.Write("]"u8);
        }
    }

    private static void Number<T>(ArrayBufferWriter<byte> buffer, T value) where T : IUtf8SpanFormattable
    {
        value.TryFormat(buffer.GetSpan(LongestNumberBytes), out int written, default, CultureInfo.InvariantCulture);
        buffer.Advance(written);
    }

    private static void Float<T>(ArrayBufferWriter<byte> buffer, T value) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        buffer.Advance(JsonFloat.Format(value, buffer.GetSpan(JsonFloat.LongestBytes)));

    private static void Infinity(ArrayBufferWriter<byte> buffer, bool isNegative, Words words) =>
        buffer.Advance(ScalarText.WriteInfinity(isNegative, words, buffer.GetSpan(ScalarText.LongestBytes)));
}
