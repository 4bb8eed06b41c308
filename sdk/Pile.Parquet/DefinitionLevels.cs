using System.Buffers.Binary;

namespace Pile.Parquet;

/// <summary>Encodes which values of an optional column are present, for a
/// data page of version 1: one bit-packed run of 1-bit levels.</summary>
internal static class DefinitionLevels
{
    /// <summary>Returns the bytes of the levels, with their length before them.</summary>
    /// <param name="isMissing">Whether a value is missing, for each row.</param>
    public static byte[] Of(ReadOnlySpan<bool> isMissing)
    {
        int groups = (isMissing.Length + 7) / 8, head = 0;
        Span<byte> varint = stackalloc byte[5];
        for (uint value = ((uint)groups << 1) | 1; ; value >>= 7)
        {
            varint[head++] = (byte)(value >= 0x80 ? value | 0x80 : value);
            if (value < 0x80)
                break;
        }
        byte[] levels = new byte[sizeof(int) + head + groups];
        BinaryPrimitives.WriteInt32LittleEndian(levels, head + groups);
        varint[..head].CopyTo(levels.AsSpan(sizeof(int)));
        Span<byte> bits = levels.AsSpan(sizeof(int) + head);
        for (int row = 0; row < isMissing.Length; row++)
            if (!isMissing[row])
                bits[row >> 3] |= (byte)(1 << (row & 7));
        return levels;
    }
}
