using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Pile.Codecs;

/// <summary>Changes the byte order of elements.</summary>
internal static class ByteOrder
{
    /// <summary>Reverses the bytes of each element, in place.</summary>
    /// <param name="elements">The elements.</param>
    /// <param name="elementBytes">The size of an element.</param>
    internal static void Reverse(Span<byte> elements, int elementBytes)
    {
        switch (elementBytes)
        {
            case 1:
                break;
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
                for (; elements.Length > 0; elements = elements[elementBytes..])
                    elements[..elementBytes].Reverse();
                break;
        }
    }
}
