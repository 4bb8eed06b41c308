using System.Runtime.InteropServices;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Review;

/// <summary>Returns the cells of numbers and booleans of a DuckDB column as bytes.</summary>
internal static class CellBytes
{
    /// <summary>Returns the bytes of all cells, in DuckDB's memory.</summary>
    /// <exception cref="DuckDbException">The column does not have this type.</exception>
    internal static ReadOnlySpan<byte> Of(DuckDbVector vector, DType type) => type switch
    {
        DType.Bool => MemoryMarshal.AsBytes(vector.Values<bool>()),
        DType.Int8 => MemoryMarshal.AsBytes(vector.Values<sbyte>()),
        DType.UInt8 => vector.Values<byte>(),
        DType.Int16 => MemoryMarshal.AsBytes(vector.Values<short>()),
        DType.UInt16 => MemoryMarshal.AsBytes(vector.Values<ushort>()),
        DType.Int32 => MemoryMarshal.AsBytes(vector.Values<int>()),
        DType.UInt32 => MemoryMarshal.AsBytes(vector.Values<uint>()),
        DType.Int64 => MemoryMarshal.AsBytes(vector.Values<long>()),
        DType.UInt64 => MemoryMarshal.AsBytes(vector.Values<ulong>()),
        DType.Float32 => MemoryMarshal.AsBytes(vector.Values<float>()),
        _ => MemoryMarshal.AsBytes(vector.Values<double>()),
    };

    /// <summary>Returns true if two values have the same bits, where all NaN are equal.</summary>
    /// <param name="type">The type of their elements.</param>
    /// <param name="a">The elements of one value.</param>
    /// <param name="b">The elements of the other value.</param>
    internal static bool AreEqual(DType type, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => a.SequenceEqual(b) || (a.Length == b.Length
        && type switch
        {
            DType.Float32 => AreEqual(MemoryMarshal.Cast<byte, float>(a), MemoryMarshal.Cast<byte, float>(b)),
            DType.Float64 => AreEqual(MemoryMarshal.Cast<byte, double>(a), MemoryMarshal.Cast<byte, double>(b)),
            _ => false,
        });

    private static bool AreEqual(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        for (int i = 0; i < a.Length; i++)
            if (BitConverter.SingleToInt32Bits(a[i]) != BitConverter.SingleToInt32Bits(b[i]) && !(float.IsNaN(a[i]) && float.IsNaN(b[i])))
                return false;
        return true;
    }

    private static bool AreEqual(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        for (int i = 0; i < a.Length; i++)
            if (BitConverter.DoubleToInt64Bits(a[i]) != BitConverter.DoubleToInt64Bits(b[i]) && !(double.IsNaN(a[i]) && double.IsNaN(b[i])))
                return false;
        return true;
    }
}
