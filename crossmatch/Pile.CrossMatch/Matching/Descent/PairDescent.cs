using Pile.Sky;

namespace Pile.CrossMatch.Matching.Descent;

/// <summary>Finds all pairs of two sides within any radius by descending the HEALPix hierarchy of both sides together.</summary>
/// <remarks>
/// A cell of a is compared with the cells of b of the same order within reach: the distance of the centres is at most the radius plus the
/// radii of both cells. Cells are divided as long as this saves comparisons, so that the descent is deeper in dense regions. Unit vectors
/// need no special cases for poles, RA 0/360 or cell borders. <see cref="Separation"/> defines the separation; chords only select the pairs
/// for which it is computed.
/// </remarks>
internal sealed class PairDescent : IPairSearch
{
    // With fewer comparisons, dividing a cell costs more than it saves.
    private const long FewComparisons = 2_048;

    // Chords of unit vectors in double precision are accurate to about 1e-16; an unnecessary candidate costs one exact separation.
    private const double ChordMargin = 1e-14;

    private readonly SortedPositions a, b;
    private readonly Directions directionsA, directionsB;
    private readonly double radiusRad, radiusArcsec, squaredChordLimit;
    private readonly Candidate[] faces;

    internal PairDescent(SortedPositions a, SortedPositions b, double radiusArcsec)
    {
        (this.a, this.b, this.radiusArcsec) = (a, b, radiusArcsec);
        (directionsA, directionsB) = (new Directions(a), new Directions(b));
        radiusRad = radiusArcsec / 3600 * Math.PI / 180;
        double chord = 2 * Math.Sin(radiusRad / 2) + ChordMargin;
        squaredChordLimit = chord * chord;
        faces = [.. Enumerable.Range(0, 12).Select(face => CandidateOf(0, face, 0, b.Count)).Where(c => c.First < c.End)];
    }

    public IPairSearcher CreateSearcher() => new Searcher(this);

    /// <summary>A cell of b with its rows.</summary>
    private readonly record struct Candidate(long Pixel, int First, int End, UnitVector Centre);

    private Candidate[] Children(int order, ReadOnlySpan<Candidate> parents)
    {
        List<Candidate> children = new(4 * parents.Length);
        foreach (Candidate parent in parents)
            for (int child = 0; child < 4; child++)
            {
                Candidate candidate = CandidateOf(order + 1, (parent.Pixel << 2) + child, parent.First, parent.End);
                if (candidate.First < candidate.End)
                    children.Add(candidate);
            }
        return [.. children];
    }

    private Candidate CandidateOf(int order, long pixel, int first, int end)
    {
        (first, end) = b.RowsOf(order, pixel, first, end);
        return new Candidate(pixel, first, end, first < end ? CentreOf(order, pixel) : default);
    }

    private Candidate[] Reachable(int order, UnitVector centre, ReadOnlySpan<Candidate> candidates)
    {
        double reach = ReachSquaredChord(2 * PixelRadius.MaxRad(order));
        List<Candidate> reachable = new(candidates.Length);
        foreach (Candidate candidate in candidates)
            if (centre.SquaredChordTo(candidate.Centre) <= reach)
                reachable.Add(candidate);
        return [.. reachable];
    }

    private double ReachSquaredChord(double beyondRad)
    {
        double chord = 2 * Math.Sin(Math.Min(radiusRad + beyondRad, Math.PI) / 2) + ChordMargin;
        return chord * chord;
    }

    private static UnitVector CentreOf(int order, long pixel)
    {
        (double raDeg, double decDeg) = Healpix.PixToAng(order, pixel);
        return UnitVector.FromRaDec(raDeg, decDeg);
    }

    /// <summary>The descent on one thread. It stops at the end of a cell of a if there are very many pairs.</summary>
    private sealed class Searcher(PairDescent search) : IPairSearcher
    {
        private readonly SortedPositions a = search.a, b = search.b;
        private readonly double[] x = search.directionsB.X, y = search.directionsB.Y, z = search.directionsB.Z;
        private readonly List<(double SeparationArcsec, int RowB)> partners = [];

        public int Find(int firstRow, int endRow, PairBuffer pairs, CancellationToken cancellationToken)
        {
            for (int face = 0; face < 12; face++)
            {
                (int first, int end) = a.RowsOf(0, face, firstRow, endRow);
                if (first < end && Descend(0, face, first, end, search.Reachable(0, CentreOf(0, face), search.faces), pairs,
                    cancellationToken) is var reached && pairs.Count >= PairBuffer.FullPairs)
                    return reached;
            }
            return endRow;
        }

        private int Descend(int order, long pixel, int first, int end, ReadOnlySpan<Candidate> candidates, PairBuffer pairs,
            CancellationToken cancellationToken)
        {
            long rowsB = 0;
            foreach (Candidate candidate in candidates)
                rowsB += candidate.End - candidate.First;
            if (rowsB == 0)
                return end;
            if (rowsB * (end - first) <= FewComparisons || order == Healpix.MaxOrder || PixelRadius.MaxRad(order) < search.radiusRad / 4)
                return Compare(order, first, end, candidates, pairs, cancellationToken);
            Candidate[] children = search.Children(order, candidates);
            for (int child = 0; child < 4; child++)
            {
                long childPixel = (pixel << 2) + child;
                (int childFirst, int childEnd) = a.RowsOf(order + 1, childPixel, first, end);
                if (childFirst < childEnd && Descend(order + 1, childPixel, childFirst, childEnd,
                    search.Reachable(order + 1, CentreOf(order + 1, childPixel), children), pairs, cancellationToken)
                    is var reached && pairs.Count >= PairBuffer.FullPairs)
                    return reached;
            }
            return end;
        }

        private int Compare(int order, int first, int end, ReadOnlySpan<Candidate> candidates, PairBuffer pairs,
            CancellationToken cancellationToken)
        {
            double reach = search.ReachSquaredChord(PixelRadius.MaxRad(order));
            for (int rowA = first; rowA < end; rowA++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                UnitVector direction = new(search.directionsA.X[rowA], search.directionsA.Y[rowA], search.directionsA.Z[rowA]);
                int chunk = rowA >> SortedPositions.ChunkShift, row = rowA & (SortedPositions.ChunkRows - 1);
                partners.Clear();
                foreach (Candidate candidate in candidates)
                    if (direction.SquaredChordTo(candidate.Centre) <= reach)
                        CompareWith(a.RaDeg(chunk)[row], a.DecDeg(chunk)[row], direction, candidate.First, candidate.End);
                partners.Sort();
                foreach ((double separationArcsec, int rowB) in partners)
                    pairs.Add(rowA, rowB, separationArcsec);
                if (pairs.Count >= PairBuffer.FullPairs)
                    return rowA + 1;
            }
            return end;
        }

        private void CompareWith(double raDeg, double decDeg, UnitVector direction, int first, int end)
        {
            for (int rowB = first; rowB < end; rowB++)
            {
                double dx = x[rowB] - direction.X, dy = y[rowB] - direction.Y, dz = z[rowB] - direction.Z;
                if (dx * dx + dy * dy + dz * dz > search.squaredChordLimit)
                    continue;
                int chunk = rowB >> SortedPositions.ChunkShift, row = rowB & (SortedPositions.ChunkRows - 1);
                double separation = Separation.Arcsec(raDeg, decDeg, b.RaDeg(chunk)[row], b.DecDeg(chunk)[row]);
                if (separation <= search.radiusArcsec)
                    partners.Add((separation, rowB));
            }
        }
    }
}
