using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>Chooses for each row of A one of its partners by time. Rows without a time have no partner.</summary>
/// <param name="find">Nearest in time, last before, or first after.</param>
/// <param name="times">The times of pairs.</param>
internal sealed class TimeChoice(MatchFind find, PairTimes times)
{
    /// <summary>Returns true if a find chooses by time.</summary>
    internal static bool IsOf(MatchFind find) => find is MatchFind.NearestInTime or MatchFind.LastBefore or MatchFind.FirstAfter;

    /// <summary>Keeps the chosen partner of each row of A. All pairs of a row are in one block, the nearest in position first.</summary>
    internal void Apply(PairBuffer pairs)
    {
        int kept = 0, row = -1;
        double best = 0;
        for (int i = 0; i < pairs.Count; i++)
        {
            double days = times.Days(pairs.RowA[i], pairs.RowB[i], out _, out _);
            bool isAllowed = find switch
            {
                MatchFind.LastBefore => days <= 0,
                MatchFind.FirstAfter => days >= 0,
                _ => !double.IsNaN(days),
            };
            if (!isAllowed)
                continue;
            bool isNext = pairs.RowA[i] != row;
            // Of an earlier and a later row at the same distance, pandas chooses the earlier one.
            if (!isNext && !(Math.Abs(days) < Math.Abs(best) || (days < best && days == -best)))
                continue;
            if (isNext)
                kept++;
            (row, best) = (pairs.RowA[i], days);
            (pairs.RowA[kept - 1], pairs.RowB[kept - 1]) = (row, pairs.RowB[i]);
            pairs.SeparationArcsec[kept - 1] = pairs.SeparationArcsec[i];
        }
        pairs.Count = kept;
    }
}
