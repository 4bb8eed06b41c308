using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Pile.Format;
using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>Converts numbers of a file to the dtype that their column has in all files together.</summary>
internal static class ElementConversion
{
    /// <summary>Converts elements.</summary>
    /// <param name="type">The type in the file.</param>
    /// <param name="target">The dtype of the column, which can represent all its numbers.</param>
    /// <param name="stored">The elements as stored; their byte order is changed in place.</param>
    /// <param name="destination">Receives as many elements, little-endian.</param>
    internal static void Convert(FieldType type, DType target, Span<byte> stored, Span<byte> destination)
    {
        ForeignType element = type.Element;
        NativeOrder.Convert(element, stored);
        if (type.DType == target && !type.IsWidened)
        {
            if (target is DType.Bool)
                ToBool(stored, destination);
            else
                stored.CopyTo(destination);
            return;
        }
        int from = element.Bytes, to = target.ElementBytes();
        for (int i = 0; i < destination.Length / to; i++)
        {
            ReadOnlySpan<byte> value = stored.Slice(i * from, from);
            Span<byte> next = destination.Slice(i * to, to);
            if (element.Kind is ForeignTypeKind.Float)
                Write(target, from is 2 ? (double)BinaryPrimitives.ReadHalfLittleEndian(value)
                    : from is 4 ? BinaryPrimitives.ReadSingleLittleEndian(value) : BinaryPrimitives.ReadDoubleLittleEndian(value), next);
            else if (target.IsFloat())
                Write(target, (double)Integer(type.DType, value), next);
            else
                WriteInteger(Integer(type.DType, value), next);
        }
    }

    private static void ToBool(ReadOnlySpan<byte> stored, Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++)
            destination[i] = stored[i] is 0 ? (byte)0 : (byte)1;
    }

    private static void Write(DType target, double value, Span<byte> destination)
    {
        if (target is DType.Float32)
            BinaryPrimitives.WriteSingleLittleEndian(destination, (float)value);
        else
            BinaryPrimitives.WriteDoubleLittleEndian(destination, value);
    }

    private static Int128 Integer(DType type, ReadOnlySpan<byte> value) => type switch
    {
        DType.Int8 => (sbyte)value[0],
        DType.UInt8 => value[0],
        DType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(value),
        DType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(value),
        DType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(value),
        DType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(value),
        DType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(value),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(value),
    };

    private static void WriteInteger(Int128 value, Span<byte> destination)
    {
        Span<Int128> wide = [value];
        MemoryMarshal.AsBytes(wide)[..destination.Length].CopyTo(destination); // little-endian: the low bytes are first
    }
}
