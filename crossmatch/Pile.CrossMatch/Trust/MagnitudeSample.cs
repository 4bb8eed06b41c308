using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>Collects the secure counterparts among all candidates of a match, from positions alone.</summary>
/// <param name="probability">The probabilities without magnitudes.</param>
internal sealed class MagnitudeSample(MatchProbability probability)
{
    /// <summary>The probability above which a counterpart is secure, p_any · p_i.</summary>
    internal const double SecureProbability = 0.9;

    private readonly HashSet<int> secure = [];
    private readonly Lock gate = new();

    /// <summary>Adds the candidates of some rows of A. All candidates of a row are in one block. May be called on any thread.</summary>
    internal void Collect(PairBuffer pairs)
    {
        probability.Collect(pairs);
        for (int i = 0; i < pairs.Count; i++)
            if (probability.OfCounterpart(pairs.RowA[i], pairs.RowB[i], pairs.SeparationArcsec[i]) > SecureProbability)
                lock (gate)
                    secure.Add(pairs.RowB[i]);
    }

    /// <summary>Estimates the prior.</summary>
    /// <param name="magnitudes">The magnitude of each row of B.</param>
    /// <param name="b">Side B.</param>
    /// <param name="candidates">The rows of B with a possible partner.</param>
    /// <param name="column">The name of the column.</param>
    internal MagnitudePrior Estimate(RowArray<double> magnitudes, PreparedSide b, RowSet candidates, string column)
    {
        List<double> ofCounterparts = [], ofOthers = [];
        for (int row = 0; row < b.Positions.Count; row++)
            if (MagnitudePrior.IsMagnitude(magnitudes[row]))
            {
                if (secure.Contains(row))
                    ofCounterparts.Add(magnitudes[row]);
                else if (!candidates[row] && (b.Selected is null || b.Selected[row]))
                    ofOthers.Add(magnitudes[row]);
            }
        return MagnitudePrior.Estimate([.. ofCounterparts], [.. ofOthers], column);
    }
}
