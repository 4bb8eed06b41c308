using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch.Plain;

/// <summary>Counts pairs, and which rows are in one; on several threads.</summary>
internal sealed class PairCounts(int rowsA, int rowsB)
{
    // A byte, not a bit: threads may set neighbours at the same time.
    private readonly byte[] isMatchedB = new byte[rowsB];
    private long pairCount, matchedA;

    internal void Add(PairBuffer pairs)
    {
        ReadOnlySpan<int> rowA = pairs.RowA.AsSpan(0, pairs.Count);
        int distinct = 0, last = -1;
        foreach (int row in rowA)
        {
            distinct += row != last ? 1 : 0;
            last = row;
        }
        foreach (int row in pairs.RowB.AsSpan(0, pairs.Count))
            isMatchedB[row] = 1;
        Interlocked.Add(ref pairCount, pairs.Count);
        Interlocked.Add(ref matchedA, distinct);
    }

    internal PlainMatchSummary Summary(long withoutPositionA, long withoutPositionB)
    {
        long unmatchedB = isMatchedB.AsSpan().Count((byte)0);
        return new PlainMatchSummary(pairCount, rowsA + withoutPositionA, rowsB + withoutPositionB, rowsA - matchedA + withoutPositionA, unmatchedB + withoutPositionB, withoutPositionA + withoutPositionB);
    }
}
