using Pile.CrossMatch.Matching;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>The rows of a result: pairs, and rows alone in their places, as the join asks; counted on the way.</summary>
internal sealed class ResultRows(MatchJoin join, long rowsA, long rowsB, SelfPairs self, SortedPositions positionsA)
{
    private readonly RowSet inPairA = new(rowsA);
    private readonly List<(long Pixel, long Pairs)> cells = [];
    private RowSet? inPairB;

    internal long Pairs { get; private set; }

    internal long RowsAInPairs => inPairA.Count;

    internal long RowsBInPairs => InPairB.Count;

    private RowSet InPairB => inPairB ??= self == SelfPairs.None ? new(rowsB) : inPairA;

    /// <summary>Hears of pairs before they come. Needed of one side with itself, where a row may be the B of a pair whose A comes later: it is not alone.</summary>
    internal void Expect(IEnumerable<PairBatch> pairs)
    {
        foreach (PairBatch batch in pairs)
            for (int i = 0; i < batch.Count; i++)
            {
                inPairA.Add(batch.RowA[i]);
                inPairA.Add(batch.RowB[i]);
            }
    }

    /// <summary>Rows of the result. Pairs come sorted by row of A; rows of A alone stand in between, rows of B alone at the end; the missing side is -1.</summary>
    internal IEnumerable<PairBatch> Of(IEnumerable<PairBatch> pairs)
    {
        bool hasPairs = join is MatchJoin.Inner or MatchJoin.Left or MatchJoin.Right or MatchJoin.Full;
        bool hasAloneA = join is MatchJoin.Left or MatchJoin.Full or MatchJoin.Anti or MatchJoin.Xor, hasAloneB = join is MatchJoin.Right or MatchJoin.Full or MatchJoin.RightAnti or MatchJoin.Xor;
        PairBatch batch = new(PairBatch.Rows);
        int next = 0;
        foreach (PairBatch chosen in pairs)
            for (int i = 0; i < chosen.Count; i++)
            {
                (int rowA, int rowB, double separation) = chosen[i];
                for (; hasAloneA && next < rowA; next++)
                    if (!inPairA[next])
                        if (Add(next, -1, double.NaN) is { } full)
                            yield return full;
                Note(rowA, rowB);
                if (hasPairs && Add(rowA, rowB, separation) is { } filled)
                    yield return filled;
            }
        for (; hasAloneA && next < rowsA; next++)
            if (!inPairA[next] && Add(next, -1, double.NaN) is { } full)
                yield return full;
        for (int row = 0; hasAloneB && row < rowsB; row++)
            if (!InPairB[row] && Add(-1, row, double.NaN) is { } full)
                yield return full;
        if (batch.Count > 0)
            yield return batch;

        PairBatch? Add(int rowA, int rowB, double separation)
        {
            batch.Add(rowA, rowB, separation);
            if (!batch.IsFull)
                return null;
            PairBatch full = batch;
            batch = new PairBatch(PairBatch.Rows);
            return full;
        }
    }

    /// <summary>Counts a pair.</summary>
    internal void Note(int rowA, int rowB)
    {
        Pairs++;
        inPairA.Add(rowA);
        // The nearest are from each row's view: a row that is somebody's nearest may have none.
        if (self != SelfPairs.BothWays)
            InPairB.Add(rowB);
        long pixel = positionsA.Healpix29(rowA / SortedPositions.ChunkRows)[rowA % SortedPositions.ChunkRows] >> (2 * (Healpix.MaxOrder - MatchDensity.FinestOrder));
        if (cells.Count > 0 && cells[^1].Pixel == pixel)
            cells[^1] = (pixel, cells[^1].Pairs + 1);
        else
            cells.Add((pixel, 1));
    }

    /// <summary>Where the pairs are.</summary>
    internal MatchDensity Density() => MatchDensity.Of(cells);
}
