using System.Buffers.Binary;

namespace Pile.Codecs;

/// <summary>The checksum of HDF5's filter 3, which is appended to each chunk.</summary>
/// <remarks>Source: J. Fletcher, IEEE Transactions on Communications 30 (1982) 247, over big-endian 16-bit words modulo 65535. A single
/// last byte is the upper half of a word.</remarks>
internal static class Fletcher32
{
    /// <summary>The size of the checksum in bytes.</summary>
    internal const int Bytes = 4;

    // Sums of this many words fit in 64 bits: 2^16 × n² / 2 stays below 2^64.
    private const int WordsPerBlock = 1 << 20;

    /// <summary>Computes the checksum.</summary>
    public static uint Compute(ReadOnlySpan<byte> data)
    {
        ulong first = 0, second = 0;
        while (data.Length > 1)
        {
            ReadOnlySpan<byte> block = data[..Math.Min(data.Length & ~1, 2 * WordsPerBlock)];
            data = data[block.Length..];
            Add(block, ref first, ref second);
        }
        if (data.Length is 1)
        {
            first += (ulong)data[0] << 8;
            second += first;
        }
        return ((uint)Reduce(second) << 16) | (uint)Reduce(first);
    }

    /// <summary>Checks a chunk that ends with its checksum.</summary>
    /// <returns>The chunk without the checksum.</returns>
    /// <exception cref="CodecException">The checksum differs.</exception>
    public static ReadOnlySpan<byte> Verify(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < Bytes)
            throw new CodecException($"the {chunk.Length} bytes are too short for a checksum");
        uint found = Compute(chunk[..^Bytes]), expected = BinaryPrimitives.ReadUInt32LittleEndian(chunk[^Bytes..]);
        // libhdf5 1.6.2 and older on little-endian machines exchanged the bytes of both halves.
        uint exchanged = ((found & 0x00FF00FF) << 8) | ((found >> 8) & 0x00FF00FF);
        return found == expected || exchanged == expected ? chunk[..^Bytes]
            : throw new CodecException($"the Fletcher-32 checksum is {found:X8}, expected {expected:X8}: the bytes are corrupt");
    }

    private static void Add(ReadOnlySpan<byte> words, ref ulong first, ref ulong second)
    {
        (ulong a, ulong b) = (first, second);
        for (; words.Length >= 8; words = words[8..])
        {
            ulong four = BinaryPrimitives.ReadUInt64BigEndian(words);
            ulong w0 = four >> 48, w1 = (four >> 32) & 0xFFFF, w2 = (four >> 16) & 0xFFFF, w3 = four & 0xFFFF;
            b += (4 * a) + (4 * w0) + (3 * w1) + (2 * w2) + w3;
            a += w0 + w1 + w2 + w3;
        }
        for (; words.Length >= 2; words = words[2..])
        {
            a += BinaryPrimitives.ReadUInt16BigEndian(words);
            b += a;
        }
        (first, second) = (Reduce(a), Reduce(b));
    }

    /// <summary>Reduces a sum to 16 bits. A sum that is a multiple of 65535 becomes 65535 unless it is 0, as in HDF5.</summary>
    private static ulong Reduce(ulong sum)
    {
        while (sum > 0xFFFF)
            sum = (sum & 0xFFFF) + (sum >> 16);
        return sum;
    }
}
