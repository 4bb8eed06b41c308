using System.Numerics;

namespace Pile.CrossMatch.Matching;

/// <summary>Searches sorted values.</summary>
internal static class Sorted
{
    /// <summary>Returns the index of the first value that is at least the given one; the length if all are less.</summary>
    internal static int LowerBound<T>(ReadOnlySpan<T> sorted, T value) where T : struct, IComparisonOperators<T, T, bool>
    {
        int first = 0, end = sorted.Length;
        while (first < end)
        {
            int middle = (int)(((uint)first + (uint)end) >> 1);
            if (sorted[middle] < value)
                first = middle + 1;
            else
                end = middle;
        }
        return first;
    }
}
