using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>Symmetric best: each row of the side with more rows selects its nearest row. If several select the same row, the closest is its
/// partner.</summary>
/// <remarks>
/// Like STILTS 3.4 (RowMatcher.scanForPairs of the longer table with bestOnly, then eliminateMultipleRowEntries). Of pairs with equal
/// separations, the one with the lowest id of A is chosen, then of B; in a self match, by the lower of both ids, then the other. Needs 12
/// bytes per row of the longer side, and 4 bytes per row of the other. </remarks>
internal sealed class OneToOneChoice : IPairSearch
{
    private readonly RowIds idsA, idsB;
    private readonly bool isSelf, aIsLonger;
    private readonly RowArray<int> nearest, holders;
    private readonly RowArray<double> separation;
    private readonly RowArray<bool> isB;

    /// <param name="work">The workspace in which the choice is stored.</param>
    /// <param name="idsA">The ids of A.</param>
    /// <param name="idsB">The ids of B.</param>
    /// <param name="isSelf">True for a self match: a pair is then chosen if neither of its rows has a closer partner.</param>
    /// <param name="aIsLonger">True if A has at least as many rows as B.</param>
    internal OneToOneChoice(MatchWorkspace work, RowIds idsA, RowIds idsB, bool isSelf, bool aIsLonger)
    {
        (this.idsA, this.idsB, this.isSelf, this.aIsLonger) = (idsA, idsB, isSelf, aIsLonger || isSelf);
        nearest = work.Rows<int>(this.aIsLonger ? idsA.Count : idsB.Count);
        nearest.GetSpan().Fill(-1);
        separation = work.Rows<double>(nearest.Count);
        holders = work.Rows<int>(isSelf ? 0 : this.aIsLonger ? idsB.Count : idsA.Count);
        holders.GetSpan().Fill(-1);
        isB = work.Rows<bool>(isSelf ? nearest.Count : 0);
    }

    /// <summary>True if <see cref="Add"/> may be called on several threads with different rows of A.</summary>
    internal bool IsParallel => aIsLonger && !isSelf;

    /// <summary>Adds the pairs of some rows of A.</summary>
    internal void Add(PairBuffer pairs)
    {
        for (int i = 0; i < pairs.Count; i++)
        {
            (int rowA, int rowB, double arcsec) = (pairs.RowA[i], pairs.RowB[i], pairs.SeparationArcsec[i]);
            if (aIsLonger)
                Offer(rowA, rowB, arcsec, rowIsB: false);
            if (isSelf || !aIsLonger)
                Offer(rowB, rowA, arcsec, rowIsB: true);
        }
    }

    /// <summary>Chooses between rows that select the same row.</summary>
    internal void Complete()
    {
        for (int row = 0; row < nearest.Count && !isSelf; row++)
            if (nearest[row] is >= 0 and int wanted && (holders[wanted] < 0 || IsCloser(row, holders[wanted])))
                holders[wanted] = row;
    }

    public IPairSearcher CreateSearcher() => new Searcher(this);

    private void Offer(int row, int partner, double arcsec, bool rowIsB)
    {
        int held = nearest[row];
        if (held >= 0 && (arcsec > separation[row] || (arcsec == separation[row] && !IsBefore(row, partner, held))))
            return;
        (nearest[row], separation[row]) = (partner, arcsec);
        if (isSelf)
            isB[row] = rowIsB;
    }

    // Compares the pairs of two partners of one row at equal separations by their ids.
    private bool IsBefore(int row, int partner, int held)
    {
        if (!isSelf)
            return (aIsLonger ? idsB : idsA).Compare(partner, held) < 0;
        (int low, int high) = Sorted(row, partner);
        (int heldLow, int heldHigh) = Sorted(row, held);
        int order = idsA.Compare(low, heldLow);
        return order < 0 || (order == 0 && idsA.Compare(high, heldHigh) < 0);
    }

    private (int Low, int High) Sorted(int row, int other) => idsA.Compare(row, other) <= 0 ? (row, other) : (other, row);

    private bool IsCloser(int row, int holder) =>
        separation[row] < separation[holder] || (separation[row] == separation[holder]
            && (aIsLonger ? idsA : idsB).Compare(row, holder) < 0);

    private bool TryPartner(int rowA, out int rowB, out double arcsec)
    {
        if (!aIsLonger)
        {
            rowB = holders[rowA];
            arcsec = rowB < 0 ? 0 : separation[rowB];
            return rowB >= 0;
        }
        (rowB, arcsec) = (nearest[rowA], separation[rowA]);
        return rowB >= 0 && (isSelf ? nearest[rowB] == rowA && !isB[rowA] : holders[rowB] == rowA);
    }

    private sealed class Searcher(OneToOneChoice choice) : IPairSearcher
    {
        public int Find(int firstRow, int endRow, PairBuffer pairs, CancellationToken cancellationToken)
        {
            pairs.Reserve(endRow - firstRow);
            for (int row = firstRow; row < endRow; row++)
                if (choice.TryPartner(row, out int partner, out double arcsec))
                    pairs.Add(row, partner, arcsec);
            return endRow;
        }
    }
}
