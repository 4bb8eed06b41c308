using Pile.CrossMatch.Matching;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>The parts of the sky where rows of two datasets may be partners in a time window, by their space-time coverage. Rows elsewhere
/// need not be read.</summary>
/// <remarks>Cells of order 6 are compared with themselves and their neighbours, and the slots of time are widened by more than the
/// difference of any two scales, because differences of times are computed in the scale of the sides and not in TCB.</remarks>
internal sealed class TimeReach
{
    // A cell and its neighbours contain all positions within this distance of the cell, which is more than half a degree wide.
    private const double WidestReachArcsec = 1200;

    // Coverages with more cells in all slots together take longer to compare than they save: nearly all places are observed nearly always.
    private const long MaxCells = 4_000_000;

    // Scales differ by less than 92 s today, and by less than this from 1900 to 2200.
    private const double ScaleSlackSeconds = 300, FirstMjd = 15_020, EndMjd = 124_594;

    private readonly bool[] cellsA, cellsB;

    private TimeReach(bool[] cellsA, bool[] cellsB) => (this.cellsA, this.cellsB) = (cellsA, cellsB);

    /// <summary>Computes the reach of a match.</summary>
    /// <returns>Null if there is no time window, a side has no coverage, rows outside of it would be needed, or all tiles are within
    /// reach.</returns>
    internal static async Task<TimeReach?> OfAsync(MatchRequest request, CancellationToken cancellationToken)
    {
        CrossMatchOptions options = request.Options;
        if (!(request.MayPruneA || request.MayPruneB) || options.WithCertificate || options.WithProbability
            || options.TimeWindowDays is not { } windowDays || !(request.ReachArcsec <= WidestReachArcsec)
            || request.Times is not { } times)
            return null;
        if (await CoverageAsync(request.A, times.A, cancellationToken).ConfigureAwait(false) is not { } ofA
            || await CoverageAsync(request.B, times.B, cancellationToken).ConfigureAwait(false) is not { } ofB)
            return null;
        if (Of(ofA, ofB, windowDays) is not { } reach)
            return null;
        reach.SkipsA = request.MayPruneA && await SkipsAsync(request.A, reach.Cells(isA: true), cancellationToken).ConfigureAwait(false);
        reach.SkipsB = request.MayPruneB && await SkipsAsync(request.B, reach.Cells(isA: false), cancellationToken).ConfigureAwait(false);
        return reach.SkipsA || reach.SkipsB ? reach : null;
    }

    /// <summary>True if tiles of A are outside of the reach and need not be read.</summary>
    internal bool SkipsA { get; private set; }

    /// <summary>True if tiles of B are outside of the reach and need not be read.</summary>
    internal bool SkipsB { get; private set; }

    /// <summary>Compares two coverages.</summary>
    /// <returns>Null if they are too dense, or a time is outside of the years in which scales are known to be close.</returns>
    internal static TimeReach? Of(SpaceTimeMoc a, SpaceTimeMoc b, double windowDays)
    {
        double slack = ((windowDays * 86_400) + ScaleSlackSeconds) * 1e6;
        return IsNear(a) && IsNear(b) && CellCount(a) + CellCount(b) <= MaxCells
            ? new TimeReach(CellsNear(a, b, slack), CellsNear(b, a, slack)) : null;
    }

    /// <summary>Returns the part of the sky in which rows of a side are needed.</summary>
    /// <param name="isA">True for A.</param>
    /// <param name="reach">The part without the times; null for all of it.</param>
    /// <returns>A smaller part if tiles of the side can be skipped; otherwise <paramref name="reach"/>.</returns>
    internal HealpixRanges? Narrow(bool isA, HealpixRanges? reach) => !(isA ? SkipsA : SkipsB) ? reach
        : reach is null ? Cells(isA) : reach.Intersect(Cells(isA));

    /// <summary>Returns the cells of a side that have a partner in time.</summary>
    internal HealpixRanges Cells(bool isA)
    {
        bool[] cells = isA ? cellsA : cellsB;
        return HealpixRanges.FromRanges(SpaceTimeCoverage.SpaceOrder,
            [.. Enumerable.Range(0, cells.Length).Where(cell => cells[cell]).Select(cell => new HealpixRange(cell, cell + 1))]);
    }

    /// <summary>Excludes pairs of rows that were not read.</summary>
    internal void AddTo(PairFilters filters, PreparedSide a, PreparedSide b) =>
        filters.AddFirst(new InReach(a.Positions, cellsA, b.Positions, cellsB));

    private static async Task<bool> SkipsAsync(MatchSide side, HealpixRanges cells, CancellationToken cancellationToken) =>
        await side.CoverageAsync(cancellationToken).ConfigureAwait(false) is { } tiles && tiles.Any(tile => !cells.Overlaps(tile));

    private static bool IsNear(SpaceTimeMoc map) => map is { SpaceOrder: SpaceTimeCoverage.SpaceOrder, Elements: [var first, .. var rest] }
        && SpaceTimeMoc.Mjd(first.Start) >= FirstMjd && SpaceTimeMoc.Mjd((rest.IsEmpty ? first : rest[^1]).End) < EndMjd;

    // Only the standard times of a dataset are covered, and columns of times of another name or meaning are not.
    private static async Task<SpaceTimeMoc?> CoverageAsync(MatchSide side, SideTime time, CancellationToken cancellationToken)
    {
        if (side is not DatasetSide { Dataset: var dataset } || time is not { HasEpochs: false, HasDurations: false, Start.Name: "mjd" }
            || time.End is { Name: not "mjd_end" } || !IsStored(dataset, time.Start.Name)
            || (time.End is not null && !IsStored(dataset, time.End.Name)))
            return null;
        return await dataset.SpaceTimeCoverageAsync(cancellationToken).ConfigureAwait(false);
    }

    private static bool IsStored(Dataset dataset, string name) =>
        dataset.View(DatasetView.Standard).FindOrNull(name) is { Alias: null, Layer: null, Stored: { } stored } && stored.Name == name
        && dataset.Manifest.Column(name) is { Role: ColumnRole.Standard, Time: null };

    private static long CellCount(SpaceTimeMoc map) => map.Elements.Sum(e => e.Space.PixelCount);

    /// <summary>Returns the cells of one map in which, or beside which, the other has a cell at most some microseconds away.</summary>
    private static bool[] CellsNear(SpaceTimeMoc map, SpaceTimeMoc other, double slack)
    {
        bool[] marked = new bool[(int)Healpix.PixelCount(SpaceTimeCoverage.SpaceOrder)];
        int[] near = new int[marked.Length]; // the number of elements of the other map that are near in time, by cell
        Span<long> neighbours = stackalloc long[8];
        int first = 0, end = 0;
        foreach (SpaceTimeElement element in map.Elements)
        {
            for (; end < other.Elements.Length && other.Elements[end].Start <= element.End + slack; end++)
                Count(other.Elements[end].Space, near, 1);
            for (; first < end && other.Elements[first].End + slack < element.Start; first++)
                Count(other.Elements[first].Space, near, -1);
            foreach (HealpixRange range in element.Space.Ranges)
                for (long cell = range.Start; cell < range.End; cell++)
                {
                    if (marked[cell])
                        continue;
                    Healpix.Neighbours(SpaceTimeCoverage.SpaceOrder, cell, neighbours);
                    bool isNear = near[cell] > 0;
                    foreach (long neighbour in neighbours)
                        isNear |= neighbour >= 0 && near[neighbour] > 0;
                    marked[cell] = isNear;
                }
        }
        return marked;
    }

    private static void Count(HealpixRanges space, int[] cells, int by)
    {
        foreach (HealpixRange range in space.Ranges)
            for (long cell = range.Start; cell < range.End; cell++)
                cells[cell] += by;
    }

    private readonly struct InReach(SortedPositions a, bool[] cellsA, SortedPositions b, bool[] cellsB) : IPairTest
    {
        private const int Shift = 2 * (Healpix.MaxOrder - SpaceTimeCoverage.SpaceOrder);

        public bool IsMet(int rowA, int rowB, double separationArcsec) => cellsA[CellOf(a, rowA)] && cellsB[CellOf(b, rowB)];

        private static long CellOf(SortedPositions positions, int row) =>
            positions.Healpix29(row >> SortedPositions.ChunkShift)[row & (SortedPositions.ChunkRows - 1)] >> Shift;
    }
}
