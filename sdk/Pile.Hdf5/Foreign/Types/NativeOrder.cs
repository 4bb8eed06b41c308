using Pile.Codecs;

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
                ByteOrder.Reverse(elements, type.Bytes);
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
}
