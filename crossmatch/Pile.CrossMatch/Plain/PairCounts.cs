using System.Numerics;
using System.Runtime.CompilerServices;
using Pile.CrossMatch.Matching;
using Pile.Sky;

namespace Pile.CrossMatch.Plain;

/// <summary>Counts pairs, where they are, and which rows are in one; on several threads.</summary>
internal sealed class PairCounts(SortedPositions a, int rowsB) : IDisposable
{
    private readonly DensityCount density = new();
    private readonly ThreadLocal<OfThread> ofThreads = new(() => new OfThread(rowsB), trackAllValues: true);
    private long pairCount, matchedA;

    internal void Add(PairBuffer pairs)
    {
        if (pairs.Count == 0)
            return;
        OfThread mine = ofThreads.Value!;
        int order = density.Order, cells = CountCells(pairs.RowA.AsSpan(0, pairs.Count), order, mine, out int distinct);
        density.Add(mine.Cells.AsSpan(0, cells), mine.Pairs.AsSpan(0, cells), order);
        Mark(pairs.RowB.AsSpan(0, pairs.Count), mine.IsMatchedB);
        Interlocked.Add(ref pairCount, pairs.Count);
        Interlocked.Add(ref matchedA, distinct);
    }

    internal PlainMatchSummary Summary(long withoutPositionA, long withoutPositionB) =>
        new(pairCount, a.Count + withoutPositionA, rowsB + withoutPositionB, a.Count - matchedA + withoutPositionA, rowsB - CountMatchedB() + withoutPositionB, withoutPositionA + withoutPositionB);

    /// <summary>Where the pairs are.</summary>
    internal MatchDensity Density() => density.ToDensity();

    public void Dispose() => ofThreads.Dispose();

    /// <summary>Counts the pairs of each cell, and the rows of a, which ascend and are of one chunk.</summary>
    /// <returns>How many cells.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int CountCells(ReadOnlySpan<int> rowA, int order, OfThread to, out int distinct)
    {
        if (to.Cells.Length < rowA.Length)
            (to.Cells, to.Pairs) = (GC.AllocateUninitializedArray<long>(rowA.Length), GC.AllocateUninitializedArray<long>(rowA.Length));
        ReadOnlySpan<long> healpix29 = a.Healpix29(rowA[0] >> SortedPositions.ChunkShift);
        int shift = 2 * (Healpix.MaxOrder - order), row = rowA[0], firstOfCell = 0, cells = 0, rows = 1;
        long cell = healpix29[row & (SortedPositions.ChunkRows - 1)] >> shift;
        for (int i = 1; i < rowA.Length; i++)
        {
            if (rowA[i] == row)
                continue;
            row = rowA[i];
            rows++;
            long next = healpix29[row & (SortedPositions.ChunkRows - 1)] >> shift;
            if (next == cell)
                continue;
            (to.Cells[cells], to.Pairs[cells++]) = (cell, i - firstOfCell);
            (cell, firstOfCell) = (next, i);
        }
        (to.Cells[cells], to.Pairs[cells++]) = (cell, rowA.Length - firstOfCell);
        distinct = rows;
        return cells;
    }

    // Rows of b nearly ascend, as those of a do: most fall into the word of the row before.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mark(ReadOnlySpan<int> rows, Span<ulong> bits)
    {
        int at = rows[0] >> 6;
        ulong word = 0;
        foreach (int row in rows)
        {
            if (row >> 6 != at)
            {
                bits[at] |= word;
                (at, word) = (row >> 6, 0);
            }
            word |= 1UL << row;
        }
        bits[at] |= word;
    }

    private long CountMatchedB()
    {
        IList<OfThread> threads = ofThreads.Values;
        for (int i = 1; i < threads.Count; i++)
            Unite(threads[0].IsMatchedB, threads[i].IsMatchedB);
        return threads.Count == 0 ? 0 : CountOnes(threads[0].IsMatchedB);
    }

    private static void Unite(Span<ulong> bits, ReadOnlySpan<ulong> more)
    {
        for (int i = 0; i < bits.Length; i++)
            bits[i] |= more[i];
    }

    private static long CountOnes(ReadOnlySpan<ulong> bits)
    {
        long count = 0;
        foreach (ulong word in bits)
            count += BitOperations.PopCount(word);
        return count;
    }

    /// <summary>What each thread has of its own: bits, which two threads cannot set side by side, and room for the cells of a block.</summary>
    private sealed class OfThread(int rowsB)
    {
        internal readonly ulong[] IsMatchedB = new ulong[((long)rowsB + 63) / 64];
        internal long[] Cells = [], Pairs = [];
    }
}
