using System.Globalization;
using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>The prior probability that a row of B is the counterpart of a row of A.</summary>
/// <param name="Value">The probability.</param>
/// <param name="Source">How it was determined.</param>
internal sealed record MatchPrior(double Value, string Source)
{
    private const double Deg2PerSr = 180 / Math.PI * (180 / Math.PI);

    /// <summary>Returns the stated prior, or estimates it: completeness / (N + 1), where N is the number of rows that B would have on the
    /// whole sky with its density in the part of the sky that both sides cover.</summary>
    /// <remarks>As NWAY: Salvato et al. 2018, MNRAS 473, 4937. The 1 is for a counterpart that B may lack.</remarks>
    internal static MatchPrior Of(CrossMatchOptions options, SortedPositions a, SortedPositions b, RowSet? selectedB)
    {
        if (options.Prior is { } stated)
            return new MatchPrior(stated, "stated");
        if (b.Count == 0)
            return new MatchPrior(options.PriorCompleteness, "B has no rows");
        (long rows, double areaSr) = SharedFootprint.Common(a, b, selectedB, options.Workers);
        return new MatchPrior(options.PriorCompleteness / ((rows + 1) / areaSr * 4 * Math.PI), string.Create(CultureInfo.InvariantCulture,
            $"completeness {options.PriorCompleteness:R}, {rows:N0} rows of B in {areaSr * Deg2PerSr:G4} deg² that both sides cover"));
    }
}
