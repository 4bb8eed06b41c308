namespace Pile.CrossMatch;

/// <summary>Sorts pixels with their places by digits, the lowest first, which takes a quarter of the time of comparisons.</summary>
internal static class PixelSort
{
    private const int DigitBits = 11, DigitCount = 1 << DigitBits, KeyBits = 62; // 12 · 4²⁹ pixels

    /// <summary>Sorts pixels, and returns the place that each had before.</summary>
    /// <param name="pixels">Order-29 pixels, sorted in place.</param>
    internal static int[] Sort(long[] pixels)
    {
        int[] places = new int[pixels.Length], otherPlaces = new int[pixels.Length];
        long[] sorted = pixels, other = new long[pixels.Length];
        for (int i = 0; i < places.Length; i++)
            places[i] = i;
        Span<int> next = stackalloc int[DigitCount];
        for (int shift = 0; shift < KeyBits; shift += DigitBits)
        {
            next.Clear();
            foreach (long pixel in sorted)
                next[(int)(pixel >> shift) & (DigitCount - 1)]++;
            if (sorted.Length > 0 && next[(int)(sorted[0] >> shift) & (DigitCount - 1)] == sorted.Length)
                continue; // all have the same digit
            for (int digit = 0, first = 0; digit < DigitCount; digit++)
                (next[digit], first) = (first, first + next[digit]);
            for (int i = 0; i < sorted.Length; i++)
            {
                int to = next[(int)(sorted[i] >> shift) & (DigitCount - 1)]++;
                (other[to], otherPlaces[to]) = (sorted[i], places[i]);
            }
            (sorted, other, places, otherPlaces) = (other, sorted, otherPlaces, places);
        }
        if (sorted != pixels)
            sorted.CopyTo(pixels, 0);
        return places;
    }
}
