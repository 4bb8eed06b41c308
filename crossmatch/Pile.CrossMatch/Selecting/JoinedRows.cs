using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>Converts pairs to rows of a result: adds rows of A without a partner, and removes the pairs if the join does not include
/// them.</summary>
/// <param name="join">The join.</param>
/// <param name="selectedA">The selected rows of A; null for all.</param>
/// <param name="inPair">In a self match, the rows that are in a pair of another row; otherwise null.</param>
internal sealed class JoinedRows(MatchJoin join, RowSet? selectedA, RowSet? inPair) : IDisposable
{
    private readonly bool hasPairs = join is MatchJoin.Inner or MatchJoin.Left or MatchJoin.Right or MatchJoin.Full;
    private readonly bool hasAloneA = join is MatchJoin.Left or MatchJoin.Full or MatchJoin.Anti or MatchJoin.Xor;
    private readonly ThreadLocal<PairBuffer> scratch = new(() => new PairBuffer());

    /// <summary>Returns true if rows of A may be missing in a row of the result.</summary>
    internal static bool MayLackA(MatchJoin join) => join is MatchJoin.Right or MatchJoin.Full or MatchJoin.RightAnti or MatchJoin.Xor;

    /// <summary>Returns true if rows of B may be missing in a row of the result.</summary>
    internal static bool MayLackB(MatchJoin join) => join is MatchJoin.Left or MatchJoin.Full or MatchJoin.Anti or MatchJoin.Xor;

    /// <summary>Converts the pairs of a block to rows of the result. May be called on any thread.</summary>
    internal void Apply(PairBuffer block)
    {
        if (!hasAloneA)
        {
            if (!hasPairs)
                block.Count = 0;
            return;
        }
        PairBuffer rows = scratch.Value!;
        rows.Count = 0;
        rows.Reserve(block.Count + block.EndRowA - block.FirstRowA);
        int next = block.FirstRowA;
        for (int i = 0; i < block.Count; i++)
        {
            int rowA = block.RowA[i];
            for (; next < rowA; next++)
                if (IsAlone(next))
                    rows.Add(next, -1, double.NaN);
            next = rowA + 1;
            if (hasPairs)
                rows.Add(rowA, block.RowB[i], block.SeparationArcsec[i]);
        }
        for (; next < block.EndRowA; next++)
            if (IsAlone(next))
                rows.Add(next, -1, double.NaN);
        block.TakeFrom(rows);
    }

    /// <summary>Sends rows of A without a position, which have no partner, to a sink.</summary>
    /// <param name="first">The first row without a position.</param>
    /// <param name="rowsA">The number of rows of A.</param>
    /// <param name="sink">Receives the rows.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal void SendAloneA(int first, int rowsA, IPairSink sink, CancellationToken cancellationToken)
    {
        if (!hasAloneA || first >= rowsA)
            return;
        PairBuffer block = new();
        for (; first < rowsA; first = block.EndRowA)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (block.Count, block.FirstRowA, block.EndRowA) = (0, first, Math.Min(first + SortedPositions.ChunkRows, rowsA));
            block.Reserve(block.EndRowA - first);
            for (int row = first; row < block.EndRowA; row++)
                if (selectedA is null || selectedA[row])
                    block.Add(row, -1, double.NaN);
            sink.Prepare(block);
            sink.Place(block);
            sink.Write(block);
        }
    }

    /// <summary>Sends the rows of B without a partner to a sink, in their order.</summary>
    /// <param name="rowsB">The number of rows of B.</param>
    /// <param name="selectedB">The selected rows; null for all.</param>
    /// <param name="inPairB">The rows in a pair.</param>
    /// <param name="sink">Receives the rows.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal void SendAloneB(int rowsB, RowSet? selectedB, RowSet inPairB, IPairSink sink, CancellationToken cancellationToken)
    {
        if (!MayLackA(join))
            return;
        PairBuffer block = new();
        for (int first = 0; first < rowsB; first += SortedPositions.ChunkRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            block.Count = 0;
            block.Reserve(SortedPositions.ChunkRows);
            for (int row = first; row < Math.Min(first + SortedPositions.ChunkRows, rowsB); row++)
                if (!inPairB[row] && (selectedB is null || selectedB[row]))
                    block.Add(-1, row, double.NaN);
            sink.Prepare(block);
            sink.Place(block);
            sink.Write(block);
        }
    }

    public void Dispose() => scratch.Dispose();

    private bool IsAlone(int rowA) => (selectedA is null || selectedA[rowA]) && (inPair is null || !inPair[rowA]);
}
