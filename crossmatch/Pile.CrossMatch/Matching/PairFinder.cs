using Pile.Sky;

namespace Pile.CrossMatch.Matching;

/// <summary>Finds all pairs of two sides within a radius, anywhere on the sky: both descend the HEALPix hierarchy together.</summary>
/// <remarks>
/// A cell of a is held against those cells of b, of its own order, that it can reach: no farther than the radius between centres plus what
/// both cells reach from their centres. Cells are divided as long as that saves comparisons, so dense regions go deeper than empty ones. There
/// is no special case: neither poles nor RA 0/360 nor cell borders exist for directions in space.
/// The definition of the separation is <see cref="Separation"/>'s; chords only decide what is worth computing it for.
/// </remarks>
internal sealed class PairFinder
{
    // Below this many comparisons, dividing a cell costs more than it saves.
    private const long FewComparisons = 2_048;

    // Chords of unit vectors in double precision are good to some 1e-16; a candidate too many costs one exact separation.
    private const double ChordMargin = 1e-14;

    private readonly SortedPositions a, b;
    private readonly double radiusRad, radiusArcsec, squaredChordLimit;
    private readonly bool nearestOnly;

    private PairFinder(SortedPositions a, SortedPositions b, double radiusArcsec, bool nearestOnly)
    {
        (this.a, this.b, this.radiusArcsec, this.nearestOnly) = (a, b, radiusArcsec, nearestOnly);
        radiusRad = radiusArcsec / 3600 * Math.PI / 180;
        double chord = 2 * Math.Sin(radiusRad / 2) + ChordMargin;
        squaredChordLimit = chord * chord;
    }

    /// <summary>Finds pairs; the same whatever the number of workers.</summary>
    /// <param name="a">The first side.</param>
    /// <param name="b">The second side.</param>
    /// <param name="radiusArcsec">The largest separation, inclusive, in [0, 648000].</param>
    /// <param name="nearestOnly">True for the nearest row of b alone, for each row of a; of several equally near ones the first of the index.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="rowsDone">Told how many rows of a are done since the last time; from any thread.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>Pairs sorted by row of a, then separation, then row of b.</returns>
    internal static IReadOnlyList<PairList> Find(SortedPositions a, SortedPositions b, double radiusArcsec, bool nearestOnly, int workers,
        Action<long>? rowsDone, CancellationToken cancellationToken)
    {
        PairFinder finder = new(a, b, radiusArcsec, nearestOnly);
        List<Cell> tasks = finder.Divide(workers);
        PairList[] found = new PairList[tasks.Count];
        Parallel.For(0, tasks.Count, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken }, i =>
        {
            Cell task = tasks[i];
            Descent descent = new(finder, cancellationToken);
            descent.Run(task.Order, task.Pixel, task.First, task.End, task.Candidates);
            found[i] = descent.Pairs;
            rowsDone?.Invoke(task.End - task.First);
        });
        return found;
    }

    private readonly record struct Cell(int Order, long Pixel, int First, int End, Candidate[] Candidates);

    /// <summary>A cell of b with its rows.</summary>
    private readonly record struct Candidate(long Pixel, int First, int End, UnitVector Centre);

    /// <summary>Cuts a into cells small enough to keep all workers busy to the end.</summary>
    private List<Cell> Divide(int workers)
    {
        int rowsPerTask = Math.Max(a.Count / (workers * 16), 4_096);
        List<Cell> tasks = [];
        Stack<Cell> open = new();
        Candidate[] faces = [.. Enumerable.Range(0, 12).Select(face => CandidateOf(0, face, 0, b.Count)).Where(c => c.First < c.End)];
        for (int face = 11; face >= 0; face--)
        {
            (int first, int end) = a.RowsOf(0, face, 0, a.Count);
            if (first < end)
                open.Push(new Cell(0, face, first, end, Reachable(0, CentreOf(0, face), faces)));
        }
        while (open.TryPop(out Cell task))
        {
            if (task.End - task.First <= rowsPerTask || task.Order == Healpix.MaxOrder || PixelRadius.MaxRad(task.Order) < radiusRad / 4)
                tasks.Add(task);
            else
                for (int child = 3; child >= 0; child--)
                {
                    long pixel = (task.Pixel << 2) + child;
                    (int first, int end) = a.RowsOf(task.Order + 1, pixel, task.First, task.End);
                    if (first < end)
                        open.Push(new Cell(task.Order + 1, pixel, first, end, Reachable(task.Order + 1, CentreOf(task.Order + 1, pixel), Children(task.Order, task.Candidates))));
                }
        }
        return tasks;
    }

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

    /// <summary>The descent of one task, on one thread.</summary>
    private sealed class Descent(PairFinder finder, CancellationToken cancellationToken)
    {
        private readonly SortedPositions a = finder.a, b = finder.b;
        private readonly List<(double SeparationArcsec, int RowB)> partners = [];

        internal PairList Pairs { get; } = new();

        internal void Run(int order, long pixel, int first, int end, ReadOnlySpan<Candidate> candidates)
        {
            long rowsB = 0;
            foreach (Candidate candidate in candidates)
                rowsB += candidate.End - candidate.First;
            if (rowsB == 0)
                return;
            if (rowsB * (end - first) <= FewComparisons || order == Healpix.MaxOrder || PixelRadius.MaxRad(order) < finder.radiusRad / 4)
            {
                Compare(order, first, end, candidates);
                return;
            }
            Candidate[] children = finder.Children(order, candidates);
            for (int child = 0; child < 4; child++)
            {
                long childPixel = (pixel << 2) + child;
                (int childFirst, int childEnd) = a.RowsOf(order + 1, childPixel, first, end);
                if (childFirst < childEnd)
                    Run(order + 1, childPixel, childFirst, childEnd, finder.Reachable(order + 1, CentreOf(order + 1, childPixel), children));
            }
        }

        private void Compare(int order, int first, int end, ReadOnlySpan<Candidate> candidates)
        {
            double reach = finder.ReachSquaredChord(PixelRadius.MaxRad(order));
            for (int rowA = first; rowA < end; rowA++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                UnitVector direction = new(a.X[rowA], a.Y[rowA], a.Z[rowA]);
                partners.Clear();
                foreach (Candidate candidate in candidates)
                    if (direction.SquaredChordTo(candidate.Centre) <= reach)
                        CompareWith(rowA, direction, candidate.First, candidate.End);
                Emit(rowA);
            }
        }

        private void CompareWith(int rowA, UnitVector direction, int first, int end)
        {
            ReadOnlySpan<double> x = b.X.AsSpan(first, end - first), y = b.Y.AsSpan(first, end - first), z = b.Z.AsSpan(first, end - first);
            for (int i = 0; i < x.Length; i++)
            {
                double dx = x[i] - direction.X, dy = y[i] - direction.Y, dz = z[i] - direction.Z;
                if (dx * dx + dy * dy + dz * dz > finder.squaredChordLimit)
                    continue;
                int rowB = first + i;
                double separation = Separation.Arcsec(a.RaDeg[rowA], a.DecDeg[rowA], b.RaDeg[rowB], b.DecDeg[rowB]);
                if (separation <= finder.radiusArcsec)
                    partners.Add((separation, rowB));
            }
        }

        private void Emit(int rowA)
        {
            if (partners.Count > 1)
                partners.Sort();
            int count = finder.nearestOnly ? Math.Min(partners.Count, 1) : partners.Count;
            for (int i = 0; i < count; i++)
                Pairs.Add(rowA, partners[i].RowB, partners[i].SeparationArcsec);
        }
    }
}
