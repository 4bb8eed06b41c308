namespace Pile.Parquet;

/// <summary>Reads levels and numbers of dictionary entries: runs of one value, and groups of eight bit-packed ones (Parquet encoding
/// 3).</summary>
internal static class HybridRuns
{
    private const int MaxBits = 24;

    /// <summary>Fills a span from untrusted bytes.</summary>
    /// <param name="bytes">The runs.</param>
    /// <param name="bits">The width of a value.</param>
    /// <param name="values">Receives the values.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="PlainParquetException">There are fewer values, or wider ones than 24 bits.</exception>
    internal static void Read(ReadOnlySpan<byte> bytes, int bits, Span<int> values, string path)
    {
        int at = 0, width = (bits + 7) / 8;
        if (bits > MaxBits)
            throw Damaged(path);
        while (!values.IsEmpty)
        {
            int head = VarInt(bytes, ref at, path);
            if ((head & 1) == 0)
            {
                int run = Math.Min(head >> 1, values.Length), value = 0;
                if (run == 0 || bytes.Length - at < width)
                    throw Damaged(path);
                for (int i = 0; i < width; i++)
                    value |= bytes[at++] << (8 * i);
                values[..run].Fill(value);
                values = values[run..];
                continue;
            }
            int count = (int)Math.Min((head >> 1) * 8L, values.Length);
            if (count == 0 || (long)(head >> 1) * bits > bytes.Length - at)
                throw Damaged(path);
            ReadOnlySpan<byte> packed = bytes.Slice(at, (head >> 1) * bits);
            for (int i = 0; i < count; i++)
                values[i] = Packed(packed, i * (long)bits, bits);
            at += packed.Length;
            values = values[count..];
        }
    }

    private static int Packed(ReadOnlySpan<byte> packed, long firstBit, int bits)
    {
        int at = (int)(firstBit >> 3), value = 0;
        for (int i = 0; i < 4 && at + i < packed.Length; i++)
            value |= packed[at + i] << (8 * i);
        return value >>> (int)(firstBit & 7) & ((1 << bits) - 1);
    }

    private static int VarInt(ReadOnlySpan<byte> bytes, ref int at, string path)
    {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7)
        {
            if (at == bytes.Length)
                throw Damaged(path);
            int next = bytes[at++];
            value |= (next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw Damaged(path);
    }

    private static PlainParquetException Damaged(string path) => new(path, "the levels or dictionary numbers of a page are corrupt");
}
