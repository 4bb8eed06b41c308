using System.Collections.Immutable;
using System.Globalization;
using Pile.Reading;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>The parts of both sides that the space-time coverage excludes from a match.</summary>
internal static class TimePlan
{
    /// <summary>Plans a match within the time window.</summary>
    /// <param name="request">The match.</param>
    /// <param name="a">The parts of A that are read without the coverage.</param>
    /// <param name="b">The parts of B.</param>
    /// <param name="reach">The parts of the sky in which rows are needed without it; null for all.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The parts that are read, and a stage with the rows and bytes that are not; null if the coverage is not used.</returns>
    internal static async Task<(SidePlan A, SidePlan B, MatchStage? Saved)> OfAsync(MatchRequest request, SidePlan a, SidePlan b,
        (HealpixRanges? A, HealpixRanges? B) reach, CancellationToken cancellationToken)
    {
        foreach (MatchSide side in (MatchSide[])[request.A, request.B])
            if (side is not DatasetSide { Dataset: var dataset }
                || await PositionsFile.FindAsync(dataset, cancellationToken).ConfigureAwait(false) is null)
                return (a, b, null);
        if (await TimeReach.OfAsync(request, cancellationToken).ConfigureAwait(false) is not { } inTime)
            return (a, b, null);
        (SidePlan planA, long rowsA, long bytesA) = await NarrowAsync((DatasetSide)request.A, request.NeedsA, a,
            reach.A, inTime.Narrow(isA: true, reach.A), cancellationToken).ConfigureAwait(false);
        (SidePlan planB, long rowsB, long bytesB) = await NarrowAsync((DatasetSide)request.B, request.NeedsB, b,
            reach.B, inTime.Narrow(isA: false, reach.B), cancellationToken).ConfigureAwait(false);
        string saved = string.Create(CultureInfo.InvariantCulture, $"skip {a.Tiles - planA.Tiles:N0} of {a.Tiles:N0} tiles of A and "
            + $"{b.Tiles - planB.Tiles:N0} of {b.Tiles:N0} of B without rows in the time window, by their space-time coverage");
        return (planA, planB, new MatchStage(saved, rowsA + rowsB, bytesA + bytesB, 0));
    }

    private static async Task<(SidePlan Plan, long RowsSaved, long BytesSaved)> NarrowAsync(DatasetSide side, SideNeeds needs,
        SidePlan plan, HealpixRanges? reach, HealpixRanges? inTime, CancellationToken cancellationToken)
    {
        if (inTime is null)
            return (plan, 0, 0);
        QueryPlan all = await side.Dataset.PlanAsync(side.Query.Columns(needs.All), cancellationToken).ConfigureAwait(false);
        ImmutableArray<IndexTile> skipped = [.. all.Tiles.Where(t => reach?.Overlaps(t.Pixel) != false && !inTime.Overlaps(t.Pixel))];
        if (skipped.IsEmpty)
            return (plan, 0, 0);
        (long bytes, _) = await side.Dataset.MeasureAsync(all with { Tiles = skipped }, cancellationToken).ConfigureAwait(false);
        return (await side.PlanAsync(needs.All, inTime, cancellationToken).ConfigureAwait(false), skipped.Sum(t => t.File.Rows), bytes);
    }
}
