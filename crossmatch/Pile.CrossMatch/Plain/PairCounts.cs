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
        // A block is of one chunk, and its rows ascend: only the first of its cells and the last can be another block's too.
        ReadOnlySpan<int> rowA = pairs.RowA.AsSpan(0, pairs.Count);
        ReadOnlySpan<long> healpix29 = a.Healpix29(rowA[0] >> SortedPositions.ChunkShift);
        int firstOfCell = 0, distinct = 1;
        long cell = healpix29[rowA[0] & (SortedPositions.ChunkRows - 1)] >> CellShift;
        for (int i = 1; i < rowA.Length; i++)
        {
            long next = healpix29[rowA[i] & (SortedPositions.ChunkRows - 1)] >> CellShift;
            distinct += rowA[i] == rowA[i - 1] ? 0 : 1;
            if (next == cell)
                continue;
            if (firstOfCell == 0)
                Interlocked.Add(ref pairsOfCell[cell], i);
            else
                pairsOfCell[cell] = i - firstOfCell;
            (cell, firstOfCell) = (next, i);
        }
        Interlocked.Add(ref pairsOfCell[cell], rowA.Length - firstOfCell);
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
