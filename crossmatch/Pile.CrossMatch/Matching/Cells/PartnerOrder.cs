using System.Runtime.CompilerServices;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>Sorts the partners of each row of a by separation, then by row of b.</summary>
internal static class PartnerOrder
{
    private const int FewPartners = 24;

    /// <summary>Sorts pairs with ascending rows of a, and removes duplicates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Sort(PairBuffer pairs)
    {
        ReadOnlySpan<int> rowA = pairs.RowA.AsSpan(0, pairs.Count);
        bool anyTwice = false;
        for (int first = 0, end; first < rowA.Length; first = end)
        {
            end = first + 1;
            while (end < rowA.Length && rowA[end] == rowA[first])
                end++;
            if (end - first > 1)
                anyTwice |= SortRun(pairs.SeparationArcsec.AsSpan(first, end - first), pairs.RowB.AsSpan(first, end - first));
        }
        if (anyTwice)
            RemoveDuplicates(pairs);
    }

    private static void RemoveDuplicates(PairBuffer pairs)
    {
        int kept = 1;
        for (int i = 1; i < pairs.Count; i++)
            if (pairs.RowB[i] != pairs.RowB[kept - 1] || pairs.RowA[i] != pairs.RowA[kept - 1])
            {
                (pairs.RowA[kept], pairs.RowB[kept], pairs.SeparationArcsec[kept]) =
                    (pairs.RowA[i], pairs.RowB[i], pairs.SeparationArcsec[i]);
                kept++;
            }
        pairs.Count = kept;
    }

    /// <returns>True if the run has a duplicate row of b.</returns>
    private static bool SortRun(Span<double> separation, Span<int> rowB)
    {
        if (separation.Length <= FewPartners)
            Insert(separation, rowB);
        else
            SortMany(separation, rowB);
        bool anyTwice = false;
        for (int i = 1; i < rowB.Length; i++)
            anyTwice |= rowB[i] == rowB[i - 1];
        return anyTwice;
    }

    private static void SortMany(Span<double> separation, Span<int> rowB)
    {
        separation.Sort(rowB);
        for (int first = 0, end; first < separation.Length; first = end)
        {
            end = first + 1;
            while (end < separation.Length && separation[end] == separation[first])
                end++;
            if (end - first > 1)
                rowB[first..end].Sort();
        }
    }

    private static void Insert(Span<double> separation, Span<int> rowB)
    {
        for (int i = 1; i < separation.Length; i++)
        {
            (double s, int b) = (separation[i], rowB[i]);
            int to = i;
            for (; to > 0 && (separation[to - 1] > s || (separation[to - 1] == s && rowB[to - 1] > b)); to--)
                (separation[to], rowB[to]) = (separation[to - 1], rowB[to - 1]);
            (separation[to], rowB[to]) = (s, b);
        }
    }
}
