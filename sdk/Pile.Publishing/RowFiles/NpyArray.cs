using System.Globalization;
using System.Text;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>Arrays in NumPy's format, version 1.0 (numpy.lib.format): magic, a Python literal with dtype and shape, the elements in C
/// order.</summary>
internal static class NpyArray
{
    private const int Alignment = 64; // of the elements, so that they can be mapped into memory

    /// <summary>Writes what precedes the elements of an array of numbers.</summary>
    internal static void WriteHeader(Stream stream, DType type, ReadOnlySpan<int> shape) => WriteHeader(stream, Descr(type), shape);

    /// <summary>Writes an array of text.</summary>
    /// <remarks>Strings are written as &lt;U, UTF-32 of fixed width, because numpy returns them as str; it returns |S as bytes.</remarks>
    internal static void WriteText(Stream stream, IReadOnlyList<string> texts, ReadOnlySpan<int> shape)
    {
        byte[][] elements = [.. texts.Select(Encoding.UTF32.GetBytes)];
        int width = Math.Max(sizeof(int), elements.Select(e => e.Length).DefaultIfEmpty().Max());
        WriteHeader(stream, $"<U{width / sizeof(int)}", shape);
        byte[] padded = new byte[width];
        foreach (byte[] element in elements)
        {
            Array.Clear(padded);
            element.CopyTo(padded, 0);
            stream.Write(padded);
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
