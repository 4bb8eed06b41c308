namespace Pile.Codecs.Deflate;

/// <summary>A Huffman code of limited length for one block, with the codes of RFC 1951, section 3.2.2. Reuse it.</summary>
/// <param name="symbols">The number of symbols.</param>
/// <param name="maxLength">The maximum length of a code in bits.</param>
internal sealed class HuffmanCode(int symbols, int maxLength)
{
    private const int LengthShift = 24, MaxSymbolBits = 9, DigitBits = 8, FewSymbols = 24;

    private readonly int[] places = new int[1 << DigitBits];
    private uint[] sorted = new uint[symbols], other = new uint[symbols];
    private readonly long[] weights = new long[symbols];
    private readonly byte[] lengths = new byte[symbols];
    private readonly uint[] entries = new uint[symbols];

    /// <summary>The number of times that each symbol occurs, at most 65,536 (a block has no more bytes).</summary>
    internal int[] Counts { get; } = new int[symbols];

    /// <summary>The length of the code of each symbol in bits; 0 for a symbol that does not occur.</summary>
    internal ReadOnlySpan<byte> Lengths => lengths;

    /// <summary>The code of each symbol, in the order of the bits of the stream, and its length from bit 24 on.</summary>
    internal ReadOnlySpan<uint> Entries => entries;

    /// <summary>Returns the length in bits of an entry.</summary>
    internal static int LengthOf(uint entry) => (int)(entry >> LengthShift);

    /// <summary>Returns the code of an entry.</summary>
    internal static uint CodeOf(uint entry) => entry & ((1 << LengthShift) - 1);

    /// <summary>Makes the code from the counts. At least two symbols get a code, because some readers reject less.</summary>
    internal void Build()
    {
        int used = 0;
        for (int symbol = 0; symbol < symbols; symbol++)
            if (Counts[symbol] > 0)
                sorted[used++] = ((uint)Counts[symbol] << MaxSymbolBits) | (uint)symbol;
        for (int symbol = 0; used < 2; symbol++)
            if (Counts[symbol] == 0)
                sorted[used++] = (uint)symbol;
        SortByCount(used);
        ReadOnlySpan<uint> order = sorted.AsSpan(0, used);
        Span<long> depths = weights.AsSpan(0, used);
        for (int i = 0; i < used; i++)
            depths[i] = order[i] >> MaxSymbolBits;
        ToDepths(depths);

        Span<int> codesOfLength = stackalloc int[maxLength + 1];
        codesOfLength.Clear();
        foreach (long depth in depths)
            codesOfLength[(int)Math.Min(depth, maxLength)]++;
        Limit(codesOfLength);
        Array.Clear(lengths);
        for (int length = maxLength, i = 0; length > 0; length--) // the rarest symbols are first, and get the longest codes
            for (int left = codesOfLength[length]; left > 0; left--, i++)
                lengths[(int)(order[i] & ((1 << MaxSymbolBits) - 1))] = (byte)length;
        AssignCodes(codesOfLength);
    }

    /// <summary>Sorts by count, then by symbol; the symbols with a count are in their order before. The framework's sort took a
    /// quarter of the time of compression in a native program, where it compares through an interface.</summary>
    private void SortByCount(int used)
    {
        if (used <= FewSymbols)
        {
            for (int i = 1; i < used; i++)
            {
                uint entry = sorted[i];
                int to = i;
                for (; to > 0 && sorted[to - 1] > entry; to--)
                    sorted[to] = sorted[to - 1];
                sorted[to] = entry;
            }
            return;
        }
        uint all = 0;
        for (int i = 0; i < used; i++)
            all |= sorted[i];
        for (int shift = MaxSymbolBits; all >> shift != 0; shift += DigitBits)
            SortByDigit(used, shift);
    }

    private void SortByDigit(int used, int shift)
    {
        const int Mask = (1 << DigitBits) - 1;
        Array.Clear(places);
        for (int i = 0; i < used; i++)
            places[(int)(sorted[i] >> shift) & Mask]++;
        for (int digit = 0, first = 0; digit <= Mask; digit++)
            (places[digit], first) = (first, first + places[digit]);
        for (int i = 0; i < used; i++)
            other[places[(int)(sorted[i] >> shift) & Mask]++] = sorted[i];
        (sorted, other) = (other, sorted);
    }

    /// <summary>Replaces weights, in ascending order, by the depths of their leaves in a Huffman tree.</summary>
    /// <remarks>Moffat and Katajainen 1995, In-place calculation of minimum-redundancy codes, WADS 95, figure 1.</remarks>
    private static void ToDepths(Span<long> w)
    {
        int n = w.Length, root = 0, leaf = 0;
        for (int next = 0; next < n - 1; next++) // w[next] becomes the weight of an inner node, then the index of its parent
        {
            long sum = 0;
            for (int child = 0; child < 2; child++)
            {
                if (leaf >= n || (root < next && w[root] < w[leaf]))
                {
                    sum += w[root];
                    w[root++] = next;
                }
                else
                {
                    sum += w[leaf++];
                }
            }
            w[next] = sum;
        }
        w[n - 2] = 0;
        for (int node = n - 3; node >= 0; node--)
            w[node] = w[(int)w[node]] + 1;
        int available = 1, inner = n - 2, at = n - 1;
        for (long depth = 0; available > 0; depth++)
        {
            int used = 0;
            for (; inner >= 0 && w[inner] == depth; inner--)
                used++;
            for (; available > used; available--)
                w[at--] = depth;
            available = 2 * used;
        }
    }

    /// <summary>Moves leaves that were cut to the maximum length until the code is complete again (the sum of Kraft is one).</summary>
    private void Limit(Span<int> codesOfLength)
    {
        long used = 0;
        for (int length = 1; length <= maxLength; length++)
            used += (long)codesOfLength[length] << (maxLength - length);
        for (; used > 1L << maxLength; used--)
        {
            int length = maxLength - 1;
            while (codesOfLength[length] == 0)
                length--;
            codesOfLength[maxLength]--;
            codesOfLength[length]--;
            codesOfLength[length + 1] += 2;
        }
    }

    private void AssignCodes(ReadOnlySpan<int> codesOfLength)
    {
        Span<uint> next = stackalloc uint[maxLength + 2];
        next.Clear();
        for (int length = 1; length <= maxLength; length++)
            next[length + 1] = (next[length] + (uint)codesOfLength[length]) << 1;
        for (int symbol = 0; symbol < symbols; symbol++)
        {
            int length = lengths[symbol];
            entries[symbol] = length == 0 ? 0 : Reverse(next[length]++, length) | ((uint)length << LengthShift);
        }
    }

    private static uint Reverse(uint code, int bits)
    {
        code = ((code & 0x5555) << 1) | ((code >> 1) & 0x5555);
        code = ((code & 0x3333) << 2) | ((code >> 2) & 0x3333);
        code = ((code & 0x0F0F) << 4) | ((code >> 4) & 0x0F0F);
        code = ((code & 0x00FF) << 8) | ((code >> 8) & 0x00FF);
        return code >> (16 - bits);
    }
}
