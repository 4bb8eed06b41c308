using System.Numerics;
using System.Runtime.InteropServices;

namespace Pile.Parquet;

/// <summary>Decodes integers that are stored as differences from the value before, packed into bits (Parquet encoding 5,
/// DELTA_BINARY_PACKED).</summary>
internal static class DeltaIntegers
{
    /// <summary>The bytes after a page that decoding may read, but does not use.</summary>
    internal const int Padding = 16;

    private const int MaxBlockValues = 1 << 20, BytesOfBits = 8;

    /// <summary>Fills a span from untrusted bytes.</summary>
    /// <typeparam name="T">A type of 4 or 8 bytes; differences wrap in it.</typeparam>
    /// <param name="page">The encoded values, and <see cref="Padding"/> bytes more.</param>
    /// <param name="values">Receives the values.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="PlainParquetException">The bytes are corrupt or have another number of values.</exception>
    internal static void Read<T>(ReadOnlySpan<byte> page, Span<T> values, string path) where T : unmanaged, IBinaryInteger<T>
    {
        int end = page.Length - Padding, at = 0;
        ulong blockValues = VarInt(page, ref at, end, path), miniBlocks = VarInt(page, ref at, end, path),
            count = VarInt(page, ref at, end, path);
        if (blockValues is 0 or > MaxBlockValues || miniBlocks is 0 || blockValues % miniBlocks != 0
            || blockValues / miniBlocks % BytesOfBits != 0 || count != (ulong)values.Length)
            throw Damaged(path);
        long value = ZigZag(VarInt(page, ref at, end, path));
        if (values.IsEmpty)
            return;
        values[0] = T.CreateTruncating(value);
        int perMini = (int)(blockValues / miniBlocks);
        for (int next = 1; next < values.Length;)
        {
            long least = ZigZag(VarInt(page, ref at, end, path));
            if ((int)miniBlocks > end - at)
                throw Damaged(path);
            ReadOnlySpan<byte> widths = page.Slice(at, (int)miniBlocks);
            at += widths.Length;
            for (int mini = 0; mini < widths.Length && next < values.Length; mini++)
            {
                int bits = widths[mini], bytes = perMini / BytesOfBits * bits;
                if (bits > 64 || bytes > end - at)
                    throw Damaged(path);
                Span<T> of = values.Slice(next, Math.Min(perMini, values.Length - next));
                value = Unpack(page[at..], bits, least, value, of);
                next += of.Length;
                at += bytes;
            }
        }
    }

    private static long Unpack<T>(ReadOnlySpan<byte> packed, int bits, long least, long value, Span<T> values)
        where T : unmanaged, IBinaryInteger<T>
    {
        ulong mask = bits == 64 ? ulong.MaxValue : (1UL << bits) - 1;
        int bit = 0;
        for (int i = 0; i < values.Length; i++, bit += bits)
        {
            int first = bit >> 3, shift = bit & 7;
            ulong word = MemoryMarshal.Read<ulong>(packed[first..]) >> shift;
            if (shift + bits > 64)
                word |= (ulong)packed[first + 8] << (64 - shift);
            value = unchecked(value + least + (long)(word & mask));
            values[i] = T.CreateTruncating(value);
        }
        return value;
    }

    private static ulong VarInt(ReadOnlySpan<byte> page, ref int at, int end, string path)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (at >= end)
                throw Damaged(path);
            byte next = page[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw Damaged(path);
    }

    private static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static PlainParquetException Damaged(string path) => new(path, "the differences of a page of integers are corrupt");
}
