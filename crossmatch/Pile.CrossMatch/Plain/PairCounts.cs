using System.Numerics;
using System.Runtime.CompilerServices;
using Pile.CrossMatch.Matching;
using Pile.Sky;

namespace Pile.CrossMatch.Plain;

/// <summary>Counts pairs, where they are, and which rows are in one; on several threads.</summary>
internal sealed class PairCounts(SortedPositions a, int rowsB)
{
    private const int CellsAtOnce = 256;

    private readonly DensityCount density = new();
    private readonly ulong[] isMatchedB = new ulong[((long)rowsB + 63) / 64];
    private long pairCount, matchedA;

    internal void Add(PairBuffer pairs)
    {
        ReadOnlySpan<int> rowA = pairs.RowA.AsSpan(0, pairs.Count);
        Span<long> cells = stackalloc long[CellsAtOnce], pairsOfCells = stackalloc long[CellsAtOnce];
        for (int first = 0; first < rowA.Length;)
        {
            // Rows of a block ascend and are of one chunk.
            int order = density.Order, found = CountCells(rowA[first..], a.Healpix29(rowA[0] >> SortedPositions.ChunkShift), order, cells, pairsOfCells, out int counted, out int rows);
            density.Add(cells[..found], pairsOfCells[..found], order);
            Interlocked.Add(ref matchedA, rows);
            first += counted;
        }
        Mark(pairs.RowB.AsSpan(0, pairs.Count), isMatchedB);
        Interlocked.Add(ref pairCount, pairs.Count);
    }

    internal PlainMatchSummary Summary(long withoutPositionA, long withoutPositionB)
    {
        long matchedB = 0;
        foreach (ulong word in isMatchedB)
            matchedB += BitOperations.PopCount(word);
        return new PlainMatchSummary(pairCount, a.Count + withoutPositionA, rowsB + withoutPositionB, a.Count - matchedA + withoutPositionA, rowsB - matchedB + withoutPositionB, withoutPositionA + withoutPositionB);
    }

    /// <summary>Where the pairs are.</summary>
    internal MatchDensity Density() => density.ToDensity();

    /// <summary>Counts pairs by the cell of their row of a, until there is no room for another cell.</summary>
    /// <param name="rowA">The rows.</param>
    /// <param name="healpix29">The pixels of their chunk.</param>
    /// <param name="order">The order of the cells.</param>
    /// <param name="cells">Receives the cells.</param>
    /// <param name="pairs">Receives the pairs in each.</param>
    /// <param name="counted">How many pairs were counted: whole cells.</param>
    /// <param name="distinct">How many rows they have.</param>
    /// <returns>How many cells.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int CountCells(ReadOnlySpan<int> rowA, ReadOnlySpan<long> healpix29, int order, Span<long> cells, Span<long> pairs, out int counted, out int distinct)
    {
        int shift = 2 * (Healpix.MaxOrder - order), found = 0, firstOfCell = 0, row = rowA[0], rows = 1, i = 1;
        long cell = healpix29[row & (SortedPositions.ChunkRows - 1)] >> shift;
        for (; i < rowA.Length; i++)
        {
            if (rowA[i] == row)
                continue;
            row = rowA[i];
            long next = healpix29[row & (SortedPositions.ChunkRows - 1)] >> shift;
            if (next != cell)
            {
                (cells[found], pairs[found++]) = (cell, i - firstOfCell);
                (cell, firstOfCell) = (next, i);
                if (found == cells.Length)
                    break;
            }
            rows++;
        }
        if (found < cells.Length)
            (cells[found], pairs[found++]) = (cell, i - firstOfCell);
        (counted, distinct) = (i, rows);
        return found;
    }

    // Rows of b nearly ascend, as those of a do: most fall into the word of the row before.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mark(ReadOnlySpan<int> rows, Span<ulong> bits)
    {
        if (rows.IsEmpty)
            return;
        int at = rows[0] >> 6;
        ulong word = 0;
        foreach (int row in rows)
        {
            if (row >> 6 != at)
            {
                Interlocked.Or(ref bits[at], word);
                (at, word) = (row >> 6, 0);
            }
            word |= 1UL << row;
        }
        Interlocked.Or(ref bits[at], word);
    }
}
