using System.Globalization;
using System.Text;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>A file in NumPy's array format, version 1.0 (numpy.lib.format): magic,
/// a Python literal with dtype and shape, the elements in C order.</summary>
internal sealed class NpyFile(ColumnSchema schema) : RowFile(schema)
{
    private const int Alignment = 64; // of the elements, so that they can be mapped into memory

    internal override string Ending => "npy";

    internal override void Write(string path, RowBatch batch, int row)
    {
        ColumnData column = batch[Schema.Name];
        using FileStream stream = new(path, FileMode.CreateNew, FileAccess.Write);
        if (column is TextColumnData text)
            WriteText(stream, text, row);
        else
        {
            WriteHeader(stream, Descr(column.Schema.DType), column.ShapeOf(row));
            stream.Write(column.RowBytes(row));
        }
    }

    private static void WriteHeader(Stream stream, string descr, ReadOnlySpan<int> shape)
    {
        string lengths = string.Join(", ", shape.ToArray().Select(n => n.ToString(CultureInfo.InvariantCulture)));
        string literal = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({lengths}{(shape.Length == 1 ? "," : "")}), }}";
        ReadOnlySpan<byte> magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];
        int used = magic.Length + sizeof(ushort) + literal.Length + 1; // 1: the line feed
        string header = literal + new string(' ', (Alignment - (used % Alignment)) % Alignment) + '\n';
        stream.Write(magic);
        stream.Write([(byte)header.Length, (byte)(header.Length >> 8)]);
        stream.Write(Encoding.ASCII.GetBytes(header));
    }

    // Strings are written as <U, UTF-32 of fixed width, because numpy returns them as str; it returns |S as bytes.
    private static void WriteText(Stream stream, TextColumnData text, int row)
    {
        int count = text.ElementsOf(row);
        byte[][] elements = [.. Enumerable.Range(0, count).Select(e => Encoding.UTF32.GetBytes(text.Text(row, e)))];
        int width = Math.Max(sizeof(int), elements.Select(e => e.Length).DefaultIfEmpty().Max());
        WriteHeader(stream, $"<U{width / sizeof(int)}", text.ShapeOf(row));
        byte[] padded = new byte[width];
        foreach (byte[] element in elements)
        {
            Array.Clear(padded);
            element.CopyTo(padded, 0);
            stream.Write(padded);
        }
    }

    private static string Descr(DType type) => type switch
    {
        DType.Bool => "|b1",
        DType.Int8 => "|i1",
        DType.UInt8 => "|u1",
        DType.Int16 => "<i2",
        DType.UInt16 => "<u2",
        DType.Int32 => "<i4",
        DType.UInt32 => "<u4",
        DType.Int64 => "<i8",
        DType.UInt64 => "<u8",
        DType.Float32 => "<f4",
        DType.Float64 => "<f8",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Strings have a width and are written by WriteText."),
    };
}
