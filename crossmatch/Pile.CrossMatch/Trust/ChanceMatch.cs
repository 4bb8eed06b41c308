using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>Measures the level of chance coincidences of a match: a sample of rows of A is matched with B at shifted positions, under the
/// same conditions.</summary>
internal sealed class ChanceMatch : IDisposable
{
    /// <summary>The largest radius for which shifts much larger than it stay on the same part of the sky.</summary>
    internal const double LargestRadiusArcsec = 3600;

    private const int WantedPairs = 2000, FewestPositions = 1 << 14, MostPositions = 1 << 17, MostRuns = 64;
    private const double MostPairs = 4e6;
    private const int StretchRows = 1 << 13;

    private readonly ShiftedRows shifted;
    private readonly int[] runOfRow; // by row of the sample
    private readonly int neighbours;
    private readonly PairFilters filters;
    private readonly WithinEllipses? ellipses;
    private readonly SeparationCounts chosen;
    private readonly long[] ofShifts, ofRuns;
    private readonly int[] rows;
    private readonly ThreadLocal<PairBuffer> buffers = new(() => new PairBuffer());
    private long withPartner;

    private ChanceMatch(ShiftedRows shifted, int[] rows, int neighbours, PairFilters filters, WithinEllipses? ellipses,
        double radiusArcsec)
    {
        (this.shifted, this.rows, this.neighbours, this.filters, this.ellipses) = (shifted, rows, neighbours, filters, ellipses);
        chosen = new SeparationCounts(radiusArcsec);
        (ofShifts, ofRuns) = (new long[shifted.ShiftCount], new long[shifted.Runs]);
        runOfRow = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            runOfRow[i] = (int)((long)i * shifted.Runs / rows.Length);
    }

    /// <summary>Measures the level.</summary>
    /// <param name="a">The positions of A.</param>
    /// <param name="b">The positions of B.</param>
    /// <param name="selectedA">The selected rows of A; null for all.</param>
    /// <param name="filters">The conditions of the match on pairs, except ellipses.</param>
    /// <param name="ellipses">The test of errors that are not circular; null if they are.</param>
    /// <param name="search">The radius and the number of threads.</param>
    /// <param name="neighbours">The number of nearest partners that the match keeps; <see cref="int.MaxValue"/> for all.</param>
    /// <param name="cancellationToken">Cancels the match.</param>
    /// <returns>The level; null if A has no rows where B has some.</returns>
    internal static ChanceLevel? Run(SortedPositions a, SortedPositions b, RowSet? selectedA, PairFilters filters,
        WithinEllipses? ellipses, SkyMatchOptions search, int neighbours, CancellationToken cancellationToken)
    {
        if (a.Count == 0 || b.Count == 0)
            return null;
        SharedFootprint footprint = SharedFootprint.Of(a, b, search.Workers);
        List<(int First, int End)> ranges = footprint.RowsA;
        long count = selectedA is null ? footprint.CountA : ranges.Sum(r => CountOf(selectedA, r));
        if (count == 0)
            return null;
        double radiusRad = search.RadiusArcsec / 3600 * Math.PI / 180, density = b.Count / footprint.AreaSr,
            expected = density * Math.PI * radiusRad * radiusRad;
        int positions = (int)Math.Clamp(WantedPairs / expected, FewestPositions, MostPositions);
        positions = (int)Math.Max(ShiftedRows.FewestShifts, Math.Min(positions, MostPairs / expected));
        (int[] sample, int runs) = Sample(ranges, selectedA, count, Math.Max(positions / ShiftedRows.FewestShifts, 1));
        ShiftedRows moved = ShiftedRows.Of(a, sample, runs, search.RadiusArcsec, positions, search.Workers, cancellationToken);
        using ChanceMatch match = new(moved, sample, neighbours, filters, ellipses, search.RadiusArcsec);
        match.Search(SkyMatcher.Prepare(moved.Positions, b, search, cancellationToken), search.Workers, cancellationToken);
        (double least, double largest) = ShiftedRows.DistancesArcsec(search.RadiusArcsec);
        return new ChanceLevel
        {
            RowsInFootprint = count,
            SampledRows = sample.Length,
            Runs = runs,
            LeastShiftArcsec = least,
            LargestShiftArcsec = largest,
            PairsOfShifts = match.ofShifts,
            PairsOfRuns = match.ofRuns,
            PositionsWithPartner = match.withPartner,
            Chosen = match.chosen.Counts.ToArray(),
        };
    }

    public void Dispose() => buffers.Dispose();

    // Rows of one run are next to each other on the sky, so that only a part of B is read; runs are evenly spread over the footprint.
    private static (int[] Rows, int Runs) Sample(List<(int First, int End)> ranges, RowSet? selected, long count, int wanted)
    {
        int runs = count <= wanted ? 1 : MostRuns;
        long spacing = count / runs, runRows = runs == 1 ? count : Math.Max(wanted / runs, 1), start = (spacing - runRows) / 2, place = 0;
        List<int> sample = new((int)Math.Min(count, wanted));
        foreach ((int first, int end) in ranges)
        {
            for (int row = first; row < end && selected is not null; row++)
                if (selected[row] && place++ is var at && at / spacing < runs && at % spacing >= start && at % spacing < start + runRows)
                    sample.Add(row);
            if (selected is not null)
                continue;
            for (long run = place / spacing; run < runs && (run * spacing) + start < place + end - first; run++)
                for (long at = Math.Max((run * spacing) + start, place),
                    last = Math.Min((run * spacing) + start + runRows, place + end - first); at < last; at++)
                    sample.Add((int)(first + at - place));
            place += end - first;
        }
        return ([.. sample], runs);
    }

    private static long CountOf(RowSet selected, (int First, int End) range)
    {
        long count = 0;
        for (int row = range.First; row < range.End; row++)
            count += selected[row] ? 1 : 0;
        return count;
    }

    // Most samples are one chunk, and the order of pairs does not matter, so that threads share small stretches of it.
    private void Search(IPairSearch search, int workers, CancellationToken cancellationToken)
    {
        using ThreadLocal<(IPairSearcher Searcher, PairBuffer Found)> own = new(() => (search.CreateSearcher(), new PairBuffer()));
        int count = shifted.Positions.Count;
        ChunkLoop.Run((count + StretchRows - 1) / StretchRows, workers, stretch =>
        {
            (IPairSearcher searcher, PairBuffer found) = own.Value;
            for (int row = stretch * StretchRows, end = Math.Min(count, row + StretchRows); row < end;)
            {
                found.Count = 0;
                row = searcher.Find(row, end, found, cancellationToken);
                Count(found);
            }
        }, cancellationToken);
    }

    // The conditions refer to rows of A, of which a block contains several shifts: they are applied to the pairs of one shift at a time.
    private void Count(PairBuffer found)
    {
        if (found.Count == 0)
            return;
        PairBuffer pairs = buffers.Value!;
        for (int shift = 0; shift < shifted.ShiftCount; shift++)
        {
            pairs.Count = 0;
            for (int i = 0; i < found.Count; i++)
                if (shifted.Shifts[found.RowA[i]] == shift && ellipses?.IsMet(shifted.Positions, found.RowA[i],
                    shifted.Rows[found.RowA[i]], found.RowB[i], found.SeparationArcsec[i]) != false)
                    pairs.Add(shifted.Rows[found.RowA[i]], found.RowB[i], found.SeparationArcsec[i]);
            filters.Apply(pairs);
            Count(pairs, shift);
        }
    }

    private void Count(PairBuffer pairs, int shift)
    {
        Interlocked.Add(ref ofShifts[shift], pairs.Count);
        int kept = 0, taken = 0, with = 0;
        for (int i = 0; i < pairs.Count; i++)
        {
            taken = i > 0 && pairs.RowA[i] == pairs.RowA[i - 1] ? taken + 1 : 1;
            with += taken == 1 ? 1 : 0;
            Interlocked.Increment(ref ofRuns[runOfRow[Array.BinarySearch(rows, pairs.RowA[i])]]);
            if (taken <= neighbours)
                pairs.SeparationArcsec[kept++] = pairs.SeparationArcsec[i];
        }
        pairs.Count = kept;
        chosen.Add(pairs);
        Interlocked.Add(ref withPartner, with);
    }
}
