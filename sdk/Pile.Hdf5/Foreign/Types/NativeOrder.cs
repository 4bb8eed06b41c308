using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Pile.Hdf5;

/// <summary>Converts stored elements in place to their form in memory: little-endian, with zeros between members.</summary>
internal static class NativeOrder
{
    /// <summary>Converts elements.</summary>
    internal static void Convert(ForeignType type, Span<byte> elements)
    {
        if (!type.IsConverted)
            return;
        switch (type.Kind)
        {
            case ForeignTypeKind.Array:
                Convert(type.Base!, elements);
                break;
            case ForeignTypeKind.Compound:
                for (; elements.Length > 0; elements = elements[type.Bytes..])
                    ConvertMembers(type, elements[..type.Bytes]);
                break;
            default:
                Reverse(elements, type.Bytes);
                break;
        }
    }

    private static void ConvertMembers(ForeignType type, Span<byte> element)
    {
        int end = 0;
        foreach (ForeignMember member in type.Members)
        {
            element[end..member.Offset].Clear();
            end = member.Offset + member.Type.Bytes;
            Convert(member.Type, element[member.Offset..end]);
        }
        element[end..].Clear();
    }

    private static void Reverse(Span<byte> elements, int bytes)
    {
        switch (bytes)
        {
            case 2:
                Span<ushort> two = MemoryMarshal.Cast<byte, ushort>(elements);
                BinaryPrimitives.ReverseEndianness(two, two);
                break;
            case 4:
                Span<uint> four = MemoryMarshal.Cast<byte, uint>(elements);
                BinaryPrimitives.ReverseEndianness(four, four);
                break;
            case 8:
                Span<ulong> eight = MemoryMarshal.Cast<byte, ulong>(elements);
                BinaryPrimitives.ReverseEndianness(eight, eight);
                break;
            default:
                for (; elements.Length > 0; elements = elements[bytes..])
                    elements[..bytes].Reverse();
                break;
        }
    }
}
