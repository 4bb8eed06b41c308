using System.Runtime.CompilerServices;
using Pile.CrossMatch.Matching;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>Counts pairs, their density on the sky, and the rows in pairs. Thread-safe.</summary>
/// <param name="a">The positions of A.</param>
/// <param name="rowsB">The number of rows of B.</param>
/// <param name="self">How pairs of two rows are counted in a self match.</param>
internal sealed class PairCounts(SortedPositions a, int rowsB, SelfPairs self = SelfPairs.None)
{
    private const int CellsAtOnce = 256;

    private readonly DensityCount density = new();
    private readonly RowSet inPair = new(rowsB);
    private readonly RowSet?[] inMore = new RowSet?[Multiplicity.Levels - 1]; // rows in at least 2, 3 and 4 pairs
    private readonly long[] repeatsA = new long[Multiplicity.Levels];
    private long pairCount, matchedA;

    /// <summary>The number of pairs.</summary>
    internal long Pairs => pairCount;

    /// <summary>The number of rows of A in a pair.</summary>
    internal long RowsAInPairs => self == SelfPairs.Once ? inPair.Count : matchedA;

    /// <summary>The number of rows of B in a pair.</summary>
    internal long RowsBInPairs => self == SelfPairs.BothWays ? matchedA : inPair.Count;

    /// <summary>The numbers of partners of the rows of A.</summary>
    internal Multiplicity OfRowsA => self == SelfPairs.Once ? OfRowsB : Multiplicity.Of(matchedA,
        [repeatsA[0] - repeatsA[1], repeatsA[1] - repeatsA[2], repeatsA[2] - repeatsA[3]]);

    /// <summary>The numbers of partners of the rows of B; in a self match of all rows.</summary>
    internal Multiplicity OfRowsB => Multiplicity.Of(inPair.Count,
        [inMore[0]?.Count ?? 0, inMore[1]?.Count ?? 0, inMore[2]?.Count ?? 0]);

    /// <summary>The rows of B in a pair; in a self match all rows in a pair.</summary>
    internal RowSet InPair => inPair;

    internal void Add(PairBuffer pairs)
    {
        ReadOnlySpan<int> rowA = pairs.RowA.AsSpan(0, pairs.Count);
        Span<long> cells = stackalloc long[CellsAtOnce], pairsOfCells = stackalloc long[CellsAtOnce];
        int distinctRows = 0;
        for (int first = 0; first < rowA.Length;)
        {
            // Rows of a block are ascending and in one chunk.
            int order = density.Order, found = CountCells(rowA[first..], a.Healpix29(rowA[0] >> SortedPositions.ChunkShift), order, cells,
                pairsOfCells, out int counted, out int rows);
            density.Add(cells[..found], pairsOfCells[..found], order);
            distinctRows += rows;
            first += counted;
        }
        Interlocked.Add(ref matchedA, distinctRows);
        if (distinctRows < rowA.Length && self != SelfPairs.Once)
            CountRepeats(rowA);
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

    /// <summary>Returns the density of the pairs on the sky.</summary>
    internal MatchDensity Density() => density.ToDensity();

    /// <summary>Counts pairs by the cell of their row of a, until the buffer of cells is full.</summary>
    /// <param name="rowA">The rows.</param>
    /// <param name="healpix29">The pixels of their chunk.</param>
    /// <param name="order">The order of the cells.</param>
    /// <param name="cells">Receives the cells.</param>
    /// <param name="pairs">Receives the number of pairs in each cell.</param>
    /// <param name="counted">The number of pairs in complete cells that were counted.</param>
    /// <param name="distinct">The number of distinct rows of these pairs.</param>
    /// <returns>The number of cells.</returns>
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

    // Pairs of a row are contiguous: a row with n partners has n - 1 pairs that follow a pair of the same row, n - 2 that are two places
    // after one, and so on.
    private void CountRepeats(ReadOnlySpan<int> rowA)
    {
        Span<long> repeats = stackalloc long[Multiplicity.Levels];
        repeats.Clear();
        for (int i = 1; i < rowA.Length; i++)
            for (int level = 0; level < repeats.Length && level < i && rowA[i - level - 1] == rowA[i]; level++)
                repeats[level]++;
        for (int level = 0; level < repeats.Length; level++)
            Interlocked.Add(ref repeatsA[level], repeats[level]);
    }

    // Rows of b are nearly ascending, like those of a: most are in the same word as the row before.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Mark(ReadOnlySpan<int> rows, Span<ulong> bits)
    {
        if (rows.IsEmpty)
            return;
        int at = rows[0] >> 6;
        ulong word = 0;
        foreach (int row in rows)
        {
            if (row >> 6 != at)
            {
                MarkMore(at, Interlocked.Or(ref bits[at], word) & word);
                (at, word) = (row >> 6, 0);
            }
            ulong bit = 1UL << row;
            if ((word & bit) != 0)
                MarkMore(at, bit);
            word |= bit;
        }
        MarkMore(at, Interlocked.Or(ref bits[at], word) & word);
    }

    // Each further pair of a row sets its bit in the first set that does not contain it.
    private void MarkMore(int at, ulong rows)
    {
        for (int level = 0; rows != 0 && level < inMore.Length; level++)
            rows &= Interlocked.Or(ref MoreThan(level).Bits[at], rows);
    }

    private RowSet MoreThan(int level) => Volatile.Read(ref inMore[level])
        ?? Interlocked.CompareExchange(ref inMore[level], new RowSet(rowsB), null) ?? inMore[level]!;
}
