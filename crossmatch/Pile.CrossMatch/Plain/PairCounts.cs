using System.Runtime.CompilerServices;
using Pile.CrossMatch.Matching;
using Pile.Sky;

namespace Pile.CrossMatch.Plain;

/// <summary>Counts pairs, where they are, and which rows are in one; on several threads.</summary>
internal sealed class PairCounts(SortedPositions a, int rowsB)
{
    private const int CellShift = 2 * (Healpix.MaxOrder - MatchDensity.FinestOrder);

    private readonly long[] pairsOfCell = new long[Healpix.PixelCount(MatchDensity.FinestOrder)];

    // A byte, not a bit: threads may set neighbours at the same time.
    private readonly byte[] isMatchedB = new byte[rowsB];
    private long pairCount, matchedA;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Add(PairBuffer pairs)
    {
        if (pairs.Count == 0)
            return;
        // A block is of one chunk.
        ReadOnlySpan<long> healpix29 = a.Healpix29(pairs.RowA[0] >> SortedPositions.ChunkShift);
        int distinct = 0, last = -1;
        long cell = 0, inCell = 0;
        foreach (int row in pairs.RowA.AsSpan(0, pairs.Count))
        {
            if (row != last)
            {
                distinct++;
                last = row;
                long next = healpix29[row & (SortedPositions.ChunkRows - 1)] >> CellShift;
                if (next != cell)
                {
                    Interlocked.Add(ref pairsOfCell[cell], inCell);
                    (cell, inCell) = (next, 0);
                }
            }
            inCell++;
        }
        Interlocked.Add(ref pairsOfCell[cell], inCell);
        foreach (int row in pairs.RowB.AsSpan(0, pairs.Count))
            isMatchedB[row] = 1;
        Interlocked.Add(ref pairCount, pairs.Count);
        Interlocked.Add(ref matchedA, distinct);
    }

    internal PlainMatchSummary Summary(long withoutPositionA, long withoutPositionB)
    {
        long unmatchedB = isMatchedB.AsSpan().Count((byte)0);
        return new PlainMatchSummary(pairCount, a.Count + withoutPositionA, rowsB + withoutPositionB, a.Count - matchedA + withoutPositionA, unmatchedB + withoutPositionB, withoutPositionA + withoutPositionB);
    }

    /// <summary>Where the pairs are; to be asked for once, at the end.</summary>
    internal MatchDensity Density() => MatchDensity.Of(pairsOfCell);
}
