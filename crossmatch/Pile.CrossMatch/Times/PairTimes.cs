namespace Pile.CrossMatch;

/// <summary>The time between the rows of a pair: of instants, of intervals (0 if they overlap), or of the nearest epochs.</summary>
/// <param name="a">Side A, whose times are read.</param>
/// <param name="b">Side B.</param>
/// <param name="find">Which pairs the match finds: for the last before and the first after, only epochs of this order count, because a
/// row whose nearest epoch has the other order may have a farther one.</param>
internal readonly struct PairTimes(PreparedSide a, PreparedSide b, MatchFind find)
{
    /// <summary>Computes the time of B minus the time of A in days; NaN if one is missing.</summary>
    /// <param name="rowA">The row of A.</param>
    /// <param name="rowB">The row of B.</param>
    /// <param name="epochA">The index of the nearest epoch of A in the array of its row; -1 without one.</param>
    /// <param name="epochB">The index of the nearest epoch of B.</param>
    internal double Days(int rowA, int rowB, out int epochA, out int epochB)
    {
        (epochA, epochB) = (-1, -1);
        if (a.Epochs is null && b.Epochs is null)
        {
            (double startA, double endA) = a.Interval(rowA);
            (double startB, double endB) = b.Interval(rowB);
            return Gap(startA, endA, startB, endB);
        }
        if (a.Epochs is { } ofA && b.Epochs is { } ofB)
            return Days(ofA, rowA, ofB, rowB, out epochA, out epochB);
        bool isA = a.Epochs is not null;
        (EpochTimes epochs, int row) = isA ? (a.Epochs!, rowA) : (b.Epochs!, rowB);
        (double start, double end) = isA ? b.Interval(rowB) : a.Interval(rowA);
        ReadOnlySpan<double> mjd = epochs.Mjd(row);
        if (mjd.IsEmpty || double.IsNaN(start))
            return double.NaN;
        int nearest = EpochTimes.Nearest(mjd, start, end, isA ? Opposite(find) : find);
        if (nearest < 0)
            return double.NaN;
        (isA ? ref epochA : ref epochB) = epochs.IndexOf(row, nearest);
        return isA ? Gap(mjd[nearest], mjd[nearest], start, end) : Gap(start, end, mjd[nearest], mjd[nearest]);
    }

    private static MatchFind Opposite(MatchFind find) => find switch
    {
        MatchFind.LastBefore => MatchFind.FirstAfter,
        MatchFind.FirstAfter => MatchFind.LastBefore,
        _ => find,
    };

    private double Days(EpochTimes a, int rowA, EpochTimes b, int rowB, out int epochA, out int epochB)
    {
        ReadOnlySpan<double> ofA = a.Mjd(rowA), ofB = b.Mjd(rowB);
        (epochA, epochB) = (-1, -1);
        if (ofB.IsEmpty)
            return double.NaN;
        (int bestA, int bestB) = (-1, -1);
        for (int i = 0; i < ofA.Length; i++)
            if (EpochTimes.Nearest(ofB, ofA[i], ofA[i], find) is >= 0 and var j
                && (bestA < 0 || Math.Abs(ofB[j] - ofA[i]) < Math.Abs(ofB[bestB] - ofA[bestA])))
                (bestA, bestB) = (i, j);
        if (bestA < 0)
            return double.NaN;
        (epochA, epochB) = (a.IndexOf(rowA, bestA), b.IndexOf(rowB, bestB));
        return ofB[bestB] - ofA[bestA];
    }

    private static double Gap(double startA, double endA, double startB, double endB) =>
        startB > endA ? startB - endA : startA > endB ? endB - startA
        : double.IsNaN(startA) || double.IsNaN(startB) ? double.NaN : 0;
}

/// <summary>Intervals, or nearest epochs, at most a number of days apart.</summary>
internal readonly struct WithinGap(double days, PairTimes times) : IPairTest
{
    public bool IsMet(int rowA, int rowB, double separationArcsec) => Math.Abs(times.Days(rowA, rowB, out _, out _)) <= days;
}
