using System.Buffers;
using System.Numerics;

namespace Pile.CrossMatch;

/// <summary>Sorts pixels with their rows by digits, the highest first. Rows with equal pixels keep their order.</summary>
/// <remarks>Takes a quarter of the time of comparisons. Once the rows of a digit fit into the caches of a core, further digits are
/// sorted there.</remarks>
internal static class PixelSort
{
    // The counts of the longest digit fit into the first cache of a core.
    private const int MaxDigitBits = 11, KeyBits = 62; // 12 · 4²⁹ pixels

    // With fewer rows, insertion is faster than counting digits.
    private const int FewRows = 24;

    /// <summary>Sorts pixels, and returns the place that each had before.</summary>
    /// <param name="pixels">Order-29 pixels, sorted in place.</param>
    internal static int[] Sort(Span<long> pixels)
    {
        int[] places = new int[pixels.Length];
        for (int i = 0; i < places.Length; i++)
            places[i] = i;
        Sort(pixels, places, KeyBits);
        return places;
    }

    /// <summary>Sorts pixels and their rows in place.</summary>
    /// <param name="pixels">Order-29 pixels.</param>
    /// <param name="rows">The row of each.</param>
    /// <param name="bits">The number of low bits in which the pixels differ.</param>
    internal static void Sort(Span<long> pixels, Span<int> rows, int bits)
    {
        if (pixels.Length <= FewRows)
        {
            Insert(pixels, rows);
            return;
        }
        long[] otherPixels = ArrayPool<long>.Shared.Rent(pixels.Length);
        int[] otherRows = ArrayPool<int>.Shared.Rent(pixels.Length);
        Sort(pixels, rows, bits, otherPixels, otherRows);
        ArrayPool<long>.Shared.Return(otherPixels);
        ArrayPool<int>.Shared.Return(otherRows);
    }

    private static void Sort(Span<long> pixels, Span<int> rows, int bits, Span<long> otherPixels, Span<int> otherRows)
    {
        // About as many digits as rows, so that most have few.
        int shift = Math.Max(0, bits - Math.Min(BitOperations.Log2((uint)pixels.Length), MaxDigitBits)), mask = (1 << (bits - shift)) - 1;
        Span<int> ends = stackalloc int[mask + 1];
        ends.Clear();
        foreach (long pixel in pixels)
            ends[(int)(pixel >> shift) & mask]++;
        if (ends[(int)(pixels[0] >> shift) & mask] == pixels.Length) // all have the same digit
        {
            if (shift > 0)
                Sort(pixels, rows, shift, otherPixels, otherRows);
            return;
        }
        for (int digit = 0, first = 0; digit <= mask; digit++)
            (ends[digit], first) = (first, first + ends[digit]);
        for (int i = 0; i < pixels.Length; i++)
        {
            int to = ends[(int)(pixels[i] >> shift) & mask]++;
            (otherPixels[to], otherRows[to]) = (pixels[i], rows[i]);
        }
        otherPixels[..pixels.Length].CopyTo(pixels);
        otherRows[..rows.Length].CopyTo(rows);
        for (int digit = 0, first = 0; shift > 0 && digit <= mask; first = ends[digit++])
            if (ends[digit] - first is > 1 and int count)
                if (count <= FewRows)
                    Insert(pixels.Slice(first, count), rows.Slice(first, count));
                else
                    Sort(pixels.Slice(first, count), rows.Slice(first, count), shift, otherPixels, otherRows);
    }

    private static void Insert(Span<long> pixels, Span<int> rows)
    {
        for (int i = 1; i < pixels.Length; i++)
        {
            (long pixel, int row) = (pixels[i], rows[i]);
            int to = i;
            for (; to > 0 && pixels[to - 1] > pixel; to--)
                (pixels[to], rows[to]) = (pixels[to - 1], rows[to - 1]);
            (pixels[to], rows[to]) = (pixel, row);
        }
    }
}
