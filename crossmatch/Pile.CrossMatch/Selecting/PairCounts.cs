using System.Runtime.CompilerServices;
using Pile.CrossMatch.Matching;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>Counts pairs, where they are, and which rows are in one; on several threads.</summary>
/// <param name="a">The positions of A.</param>
/// <param name="rowsB">Rows of B.</param>
/// <param name="self">What two rows are to each other if both sides are one.</param>
internal sealed class PairCounts(SortedPositions a, int rowsB, SelfPairs self = SelfPairs.None)
{
    private const int CellsAtOnce = 256;

    private readonly DensityCount density = new();
    private readonly RowSet inPair = new(rowsB);
    private long pairCount, matchedA;

    /// <summary>Pairs in all.</summary>
    internal long Pairs => pairCount;

    /// <summary>Rows of A in a pair.</summary>
    internal long RowsAInPairs => self == SelfPairs.Once ? inPair.Count : matchedA;

    /// <summary>Rows of B in a pair.</summary>
    internal long RowsBInPairs => self == SelfPairs.BothWays ? matchedA : inPair.Count;

    /// <summary>The rows of B in a pair; of a side with itself the rows in a pair.</summary>
    internal RowSet InPair => inPair;

    internal void Add(PairBuffer pairs)
    {
        ReadOnlySpan<int> rowA = pairs.RowA.AsSpan(0, pairs.Count);
        Span<long> cells = stackalloc long[CellsAtOnce], pairsOfCells = stackalloc long[CellsAtOnce];
        for (int first = 0; first < rowA.Length;)
        {
            // Rows of a block ascend and are of one chunk.
            int order = density.Order, found = CountCells(rowA[first..], a.Healpix29(rowA[0] >> SortedPositions.ChunkShift), order, cells,
                pairsOfCells, out int counted, out int rows);
            density.Add(cells[..found], pairsOfCells[..found], order);
            Interlocked.Add(ref matchedA, rows);
            first += counted;
        }
        Mark(pairs);
        Interlocked.Add(ref pairCount, pairs.Count);
    }

    /// <summary>Marks the rows of pairs without counting them.</summary>
    internal void Mark(PairBuffer pairs)
    {
        Mark(pairs.RowB.AsSpan(0, pairs.Count), inPair.Bits);
        if (self == SelfPairs.Once)
            Mark(pairs.RowA.AsSpan(0, pairs.Count), inPair.Bits);
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
    private static int CountCells(ReadOnlySpan<int> rowA, ReadOnlySpan<long> healpix29, int order, Span<long> cells, Span<long> pairs,
        out int counted, out int distinct)
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
