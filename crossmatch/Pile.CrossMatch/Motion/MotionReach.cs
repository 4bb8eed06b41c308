using Pile.Format;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>Computes how far the rows of a dataset can move, from the extremes of its columns, so that rows that stay out of reach are not
/// read.</summary>
internal static class MotionReach
{
    // With a larger reach, pruning saves too little. A speed above this would need the relativistic terms that the margin replaces.
    private const double WidestArcsec = 5 * 3600, FastestKmPerS = 1000, Margin = 1.02;

    // A row that approaches by this part of its distance moves up to twice as fast.
    private const double LargestApproach = 0.5;

    private const double AuPerYrOfKmPerS = 86_400e3 * 365.25 / 149_597_870.7e3, ArcsecPerRad = 180 * 3600 / Math.PI, MasPerArcsec = 1000;

    // Pixels of this order have 14 arcminutes, which is more than stars move. Widening more pixels costs more than it saves.
    private const int Order = 8, MaxPixels = 4096;

    /// <summary>Returns the largest motion of a row in arcseconds; null if it is not known, or too large for pruning.</summary>
    /// <param name="side">The side.</param>
    /// <param name="columns">Its columns of motion.</param>
    /// <param name="epochYear">The epoch of rows without one of their own; null if these are not moved.</param>
    /// <param name="toYear">The epoch to which positions are moved.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal static async Task<double?> LargestArcsecAsync(MatchSide side, MotionColumns columns, double? epochYear, double toYear,
        CancellationToken cancellationToken)
    {
        // The statistics of a dataset do not know layers, and a sentinel is not in them.
        if (side is not DatasetSide { Dataset: { Catalogue: null } dataset } || dataset.LayerIdentities.Any()
            || columns.All.Any(c => !c.Sentinels.IsEmpty))
            return null;
        Dictionary<string, ColumnStatistics> statistics = (await dataset.StatisticsAsync(cancellationToken).ConfigureAwait(false))
            .ToDictionary(s => s.Column);
        double pmRa = Largest(columns.PmRa, "mas/yr"), pmDec = Largest(columns.PmDec, "mas/yr"),
            parallax = columns.Parallax is { } ofParallax ? Largest(ofParallax, "mas") : 0,
            speed = columns.RadialVelocity is { } velocity ? Largest(velocity, "km/s") : 0;
        // Epochs out of this range are not used.
        double years = Math.Max(toYear - CommonEpoch.EarliestYear, CommonEpoch.LatestYear - toYear);
        if (columns.EpochRa is null)
            years = epochYear is { } ofAll ? Math.Abs(toYear - ofAll) : 0;
        else if (columns.EpochDec is null && statistics.TryGetValue(columns.EpochRa.Name, out ColumnStatistics? epochs)
            && epochs is
            {
                Min: >= CommonEpoch.EarliestYear and var first, Max: <= CommonEpoch.LatestYear and var last, Skipped: 0,
                Nulls: 0
            })
            years = Math.Max(Math.Abs(toYear - first), Math.Abs(last - toYear));
        double motionArcsec = Math.Sqrt((pmRa * pmRa) + (pmDec * pmDec)) / MasPerArcsec;
        double nearestAu = ArcsecPerRad / SpaceMotion.ParallaxArcsec(parallax, motionArcsec / ArcsecPerRad),
            approach = speed * AuPerYrOfKmPerS * years / nearestAu,
            // With separate epochs, the right ascension is first moved to the epoch of the declination.
            largest = motionArcsec * years * (columns.EpochDec is null ? 1 : 3) / (1 - approach) * Margin;
        return speed <= FastestKmPerS && approach <= LargestApproach && largest <= WidestArcsec ? largest : null;

        double Largest(ColumnSchema column, string unit) =>
            statistics.TryGetValue(column.Name, out ColumnStatistics? of) && of is { Min: { } min, Max: { } max }
                ? Math.Max(Math.Abs(min), Math.Abs(max)) * MotionColumns.Factor(side, column, unit) : double.PositiveInfinity;
    }

    /// <summary>Returns a part of the sky widened by a distance; null for the whole sky.</summary>
    internal static HealpixRanges? Widen(HealpixRanges reach, double arcsec)
    {
        int order = Order;
        while (order > 0 && reach.AtOrder(order).PixelCount > MaxPixels)
            order--;
        return SkyReach.AroundPart([.. reach.AtOrder(order).Pixels().Select(pixel => new HealpixPixel(order, pixel))], arcsec);
    }
}
