using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>Merges lists of pairs of A with other sides by row of A: a row of the result for each combination of partners.</summary>
/// <param name="lists">The pairs of A with each other side.</param>
/// <param name="positionsA">The number of rows of A with a position.</param>
/// <param name="isLeft">True to also return rows of A that have no partner in some sides; -1 then is the row of the side.</param>
/// <param name="selectedA">The selected rows of A; null for all.</param>
internal sealed class CombinedSearch(KeptPairs[] lists, int positionsA, bool isLeft, RowSet? selectedA) : IPairSearch
{
    // A row with more combinations would not fit into a block.
    private const long MostCombinations = PairBuffer.FullPairs;

    public IPairSearcher CreateSearcher() => new Searcher(this, lists);

    private sealed class Searcher(CombinedSearch search, KeptPairs[] lists) : IPairSearcher
    {
        private readonly IPairSearcher[] searchers = [.. lists.Select(l => l.CreateSearcher())];
        private readonly PairBuffer[] partners = [.. lists.Select(_ => new PairBuffer())];
        private readonly int[] first = new int[lists.Length], count = new int[lists.Length], chosen = new int[lists.Length];

        public int Find(int firstRow, int endRow, PairBuffer pairs, CancellationToken cancellationToken)
        {
            int positioned = Math.Min(endRow, search.PositionsA);
            for (int side = 0; side < searchers.Length; side++)
            {
                partners[side].Count = first[side] = count[side] = 0;
                for (int row = firstRow; row < positioned;)
                    row = searchers[side].Find(row, positioned, partners[side], cancellationToken);
            }
            if (pairs.Sides.Length == 0)
                pairs.Sides = [.. partners.Select(_ => new SideRows())];
            for (int row = firstRow; row < endRow; row++)
            {
                // With an inner join, rows before the next pair of the first side have no combination.
                if (!search.IsLeft)
                {
                    int next = first[0] + count[0];
                    if (next == partners[0].Count)
                        break;
                    row = Math.Max(row, partners[0].RowA[next]);
                }
                long combinations = CombinationsOf(row);
                if (combinations == 0 || !search.Selects(row))
                    continue;
                if (combinations > MostCombinations)
                    throw new ArgumentException(FormattableString.Invariant($"Row {row} of A has {combinations:N0} combinations ")
                        + "of partners. Choose a smaller CrossMatchOptions.RadiusArcsec, or MatchFind.Nearest.");
                if (pairs.Count > 0 && pairs.Count + combinations > PairBuffer.FullPairs)
                    return row;
                if (combinations == 1)
                    AddOne(row, pairs);
                else
                    Add(row, (int)combinations, pairs);
            }
            return endRow;
        }

        private long CombinationsOf(int row)
        {
            long combinations = 1;
            for (int side = 0; side < partners.Length; side++)
            {
                int[] rows = partners[side].RowA;
                int at = first[side] + count[side], end = partners[side].Count;
                while (at < end && rows[at] < row)
                    at++;
                first[side] = at;
                while (at < end && rows[at] == row)
                    at++;
                count[side] = at - first[side];
                // Stays above the limit instead of overflowing.
                if (combinations <= MostCombinations)
                    combinations *= search.IsLeft ? Math.Max(count[side], 1) : count[side];
                else if (count[side] == 0 && !search.IsLeft)
                    combinations = 0;
            }
            return combinations;
        }

        private void AddOne(int row, PairBuffer pairs)
        {
            int at = pairs.Count;
            if (at == pairs.RowA.Length || pairs.Sides[0].Row.Length < pairs.RowA.Length)
            {
                pairs.Reserve(1);
                foreach (SideRows side in pairs.Sides)
                    side.Reserve(pairs.RowA.Length);
            }
            for (int side = 0; side < partners.Length; side++)
            {
                SideRows to = pairs.Sides[side];
                bool isMissing = count[side] == 0;
                to.Row[at] = isMissing ? -1 : partners[side].RowB[first[side]];
                to.SeparationArcsec[at] = isMissing ? double.NaN : partners[side].SeparationArcsec[first[side]];
            }
            (pairs.RowA[at], pairs.RowB[at]) = (row, pairs.Sides[0].Row[at]);
            pairs.Count = at + 1;
        }

        // The partners of the last side change first.
        private void Add(int row, int combinations, PairBuffer pairs)
        {
            pairs.Reserve(combinations);
            foreach (SideRows side in pairs.Sides)
                side.Reserve(pairs.RowA.Length);
            if (combinations > 1)
                Array.Clear(chosen);
            for (int i = 0; i < combinations; i++)
            {
                int at = pairs.Count++;
                pairs.RowA[at] = row;
                for (int side = 0; side < partners.Length; side++)
                    (pairs.Sides[side].Row[at], pairs.Sides[side].SeparationArcsec[at]) = count[side] == 0 ? (-1, double.NaN)
                        : (partners[side].RowB[first[side] + chosen[side]], partners[side].SeparationArcsec[first[side] + chosen[side]]);
                pairs.RowB[at] = pairs.Sides[0].Row[at];
                for (int side = partners.Length - 1; side >= 0 && ++chosen[side] >= count[side]; side--)
                    chosen[side] = 0;
            }
        }
    }

    private int PositionsA => positionsA;

    private bool IsLeft => isLeft;

    private bool Selects(int row) => selectedA is null || selectedA[row];
}
