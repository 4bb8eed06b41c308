using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pile.Codecs.Deflate;

/// <summary>Tells noise by a sample: bytes that have almost as often one value as another, as the lower bytes of measured values.
/// One value, that of padding, may be more frequent.</summary>
internal static class NoiseSample
{
    private const int Values = 256, Words = 128, SampleBytes = Words * sizeof(ulong), LeastBytes = 2 * SampleBytes;

    // Of the pairs of equal bytes if all values were as frequent; their number has a standard deviation of 2 %. A code that is 3 %
    // shorter requires at least 1.2 times as many.
    private const double MostPairs = 1.125;

    /// <summary>Returns true if no code would make the bytes much shorter, apart from the most frequent value.</summary>
    internal static bool IsNoise(ReadOnlySpan<byte> raw)
    {
        if (raw.Length < LeastBytes)
            return false;
        int apart = (((raw.Length - sizeof(ulong)) / Words) - 1) | 1; // odd, unlike the rows of most images
        Span<int> counts = stackalloc int[Values];
        counts.Clear();
        ref byte first = ref MemoryMarshal.GetReference(raw);
        ref int count = ref MemoryMarshal.GetReference(counts);
        for (int word = 0; word < Words; word++)
        {
            ulong bytes = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, word * apart));
            for (int i = 0; i < sizeof(ulong); i++, bytes >>= 8)
                Unsafe.Add(ref count, (int)(bytes & 0xFF))++;
        }
        int most = 0;
        long pairs = 0;
        foreach (int of in counts)
        {
            most = Math.Max(most, of);
            pairs += (long)of * (of - 1);
        }
        pairs -= (long)most * (most - 1);
        int others = SampleBytes - most;
        return others >= SampleBytes / 2 && pairs * (Values - 1) <= MostPairs * others * (others - 1);
    }
}
