using Pile.CrossMatch.Matching;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>The pairs of rows with errors that are much larger than those of other rows, found before the others with their own
/// radii.</summary>
/// <remarks>Together with the pairs within <see cref="ErrorReach.NarrowArcsec"/> these are all pairs that can meet the errors.</remarks>
internal sealed class WidePairs
{
    // More than expected, when positions are not spread evenly. A single search needs no memory for them; these take some 200 MB.
    private const int MostPairs = 1 << 21;

    // Two computations of a separation differ by less, so that a pair at the narrow radius is found at least once.
    private const double Rounding = 1e-9;

    // Rows whose radii differ by less are searched together.
    private const double RadiiTogether = 4;

    private readonly int[] rowA, rowB;
    private readonly double[] separationArcsec;

    private WidePairs((int A, double Arcsec, int B)[] pairs, int rowsOfA, int rowsOfB)
    {
        (rowA, separationArcsec, rowB) = ([.. pairs.Select(p => p.A)], [.. pairs.Select(p => p.Arcsec)], [.. pairs.Select(p => p.B)]);
        (RowsOfA, RowsOfB) = (rowsOfA, rowsOfB);
    }

    /// <summary>The number of wide rows of A.</summary>
    internal int RowsOfA { get; }

    /// <summary>The number of wide rows of B.</summary>
    internal int RowsOfB { get; }

    /// <summary>Finds the pairs; null if there are too many.</summary>
    /// <param name="reach">The errors.</param>
    /// <param name="radiusArcsec">The largest separation of all pairs.</param>
    /// <param name="a">Side A.</param>
    /// <param name="b">Side B.</param>
    /// <param name="workers">The number of threads.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    internal static WidePairs? Find(ErrorReach reach, double radiusArcsec, PreparedSide a, PreparedSide b, int workers,
        CancellationToken cancellationToken)
    {
        int[] wideA = reach.WideRows(a), wideB = ReferenceEquals(a, b) ? wideA : reach.WideRows(b);
        List<(int A, double Arcsec, int B)> pairs = [];
        bool isWithin = AddAround(a, wideA, row => reach.Of(ErrorOf(a, row), reach.LimitB), b.Positions, null, isOfB: false)
            && AddAround(b, wideB, row => reach.Of(reach.LimitA, ErrorOf(b, row)), a.Positions, null, isOfB: true)
            && AddAround(a, wideA, _ => reach.LargestArcsec, Only(b.Positions, wideB), wideB, isOfB: false);
        if (!isWithin)
            return null;
        (int, double, int)[] sorted = [.. pairs];
        Array.Sort(sorted);
        return new WidePairs([.. sorted.Where((pair, i) => i == 0 || pair != sorted[i - 1])], wideA.Length, wideB.Length);

        // False if there are too many pairs. The rows of the other side have the numbers of otherRows, if they are not all.
        bool AddAround(PreparedSide side, int[] wide, Func<int, double> radiusOf, SortedPositions other, int[]? otherRows, bool isOfB)
        {
            foreach (IGrouping<int, int> together in wide.GroupBy(row => (int)Math.Floor(Math.Log(Math.Max(radiusOf(row), 1e-9),
                RadiiTogether))))
            {
                int[] rows = [.. together];
                SkyMatchOptions search = new() { RadiusArcsec = Math.Min(radiusArcsec, rows.Max(radiusOf)), Workers = workers };
                foreach (PairBlock block in new SkyMatcher().Match(Only(side.Positions, rows), other, search, cancellationToken))
                {
                    if (pairs.Count + block.Count > MostPairs)
                        return false;
                    for (int i = 0; i < block.Count; i++)
                        Add(rows[block.RowA[i]], otherRows is null ? block.RowB[i] : otherRows[block.RowB[i]], isOfB);
                }
            }
            return true;
        }

        void Add(int row, int otherRow, bool isOfB)
        {
            (int ofA, int ofB) = isOfB ? (otherRow, row) : (row, otherRow);
            ((double raA, double decA), (double raB, double decB)) = (a.Positions.At(ofA), b.Positions.At(ofB));
            double arcsec = Separation.Arcsec(raA, decA, raB, decB);
            // The others are found with the narrow radius.
            if (arcsec > reach.NarrowArcsec * (1 - Rounding) && arcsec <= radiusArcsec
                && arcsec <= reach.Of(ErrorOf(a, ofA), ErrorOf(b, ofB)))
                pairs.Add((ofA, arcsec, ofB));
        }
    }

    /// <summary>Returns a search that also finds these pairs.</summary>
    internal IPairSearch With(IPairSearch narrow) => rowA.Length == 0 ? narrow : new Both(narrow, this);

    private static double ErrorOf(PreparedSide side, int row) => side.Errors?.LargestArcsec(row) ?? 0;

    private static PositionArrays Only(SortedPositions positions, int[] rows)
    {
        long[] pixels = new long[rows.Length];
        double[] raDeg = new double[rows.Length], decDeg = new double[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            (int chunk, int at) = (rows[i] >> SortedPositions.ChunkShift, rows[i] & (SortedPositions.ChunkRows - 1));
            (pixels[i], raDeg[i], decDeg[i]) = (positions.Healpix29(chunk)[at], positions.RaDeg(chunk)[at], positions.DecDeg(chunk)[at]);
        }
        return new PositionArrays(pixels, raDeg, decDeg);
    }

    private sealed class Both(IPairSearch narrow, WidePairs wide) : IPairSearch
    {
        public IPairSearcher CreateSearcher() => new Searcher(narrow.CreateSearcher(), wide);
    }

    private sealed class Searcher(IPairSearcher narrow, WidePairs wide) : IPairSearcher
    {
        private readonly PairBuffer merged = new();

        public int Find(int firstRow, int endRow, PairBuffer pairs, CancellationToken cancellationToken)
        {
            int end = narrow.Find(firstRow, endRow, pairs, cancellationToken);
            int next = Sorted.LowerBound(wide.rowA, firstRow), last = Sorted.LowerBound(wide.rowA, end);
            if (next == last)
                return end;
            merged.Count = 0;
            merged.Reserve(pairs.Count + last - next);
            for (int i = 0; i < pairs.Count || next < last;)
            {
                int row = next < last && (i == pairs.Count || wide.rowA[next] < pairs.RowA[i]) ? wide.rowA[next] : pairs.RowA[i], own = i;
                for (; i < pairs.Count && pairs.RowA[i] == row; i++)
                    merged.Add(row, pairs.RowB[i], pairs.SeparationArcsec[i]);
                for (; next < last && wide.rowA[next] == row; next++)
                    if (!pairs.RowB.AsSpan(own..i).Contains(wide.rowB[next]))
                        merged.Add(row, wide.rowB[next], wide.separationArcsec[next]);
            }
            pairs.TakeFrom(merged);
            return end;
        }
    }
}
