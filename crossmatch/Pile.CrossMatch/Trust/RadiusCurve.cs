namespace Pile.CrossMatch;

/// <summary>Pairs, expected chance pairs, completeness and contamination as functions of the radius.</summary>
/// <param name="RadiusArcsec">The upper borders of the bins.</param>
/// <param name="Pairs">The number of pairs in each bin.</param>
/// <param name="ChancePairs">The expected number of chance pairs in each bin.</param>
internal sealed record RadiusCurve(double[] RadiusArcsec, long[] Pairs, double[] ChancePairs)
{
    /// <summary>The part of the pairs within each radius that are chance coincidences; NaN without a pair.</summary>
    internal double[] Contamination => Cumulative((pairs, chance, _) => pairs > 0 ? Math.Min(chance / pairs, 1) : double.NaN);

    /// <summary>The part of the true pairs within the whole radius that are within each radius; NaN without an excess of pairs.</summary>
    internal double[] Completeness => Cumulative((pairs, chance, excess) => excess > 0 ? Math.Clamp((pairs - chance) / excess, 0, 1)
        : double.NaN);

    /// <summary>The expected number of chance pairs within the whole radius.</summary>
    internal double AllChancePairs => Totals() is var (pairs, chance) ? Math.Min(chance, pairs) : 0;

    /// <summary>Computes the curve.</summary>
    /// <param name="radiusArcsec">The radius of the match.</param>
    /// <param name="pairs">The pairs of the result in bins of equal width.</param>
    /// <param name="chance">The level of chance coincidences.</param>
    /// <param name="isNearest">True if the result has one partner of each row of A. A chance pair then only replaces a missing or more
    /// distant true partner.</param>
    internal static RadiusCurve Of(double radiusArcsec, ReadOnlySpan<long> pairs, ChanceLevel chance, bool isNearest)
    {
        (double[] radii, double[] expected) = (new double[pairs.Length], new double[pairs.Length]);
        // Of the rows without a chance partner within r, a part T(r) has a true one: the rows without any partner are (1 - T)(1 - F). The
        // ratio with the rows without a partner at shifted positions, 1 - F, is therefore 1 - T (Fleuren et al. 2012, MNRAS 423, 2407, §4).
        double with = 0, atRandom = 0, withoutTrue = 1;
        for (int bin = 0; bin < radii.Length; bin++)
        {
            radii[bin] = radiusArcsec * (bin + 1) / radii.Length;
            double share = (double)chance.Chosen[bin] / chance.Positions;
            with += (double)pairs[bin] / chance.RowsInFootprint;
            atRandom += share;
            double before = withoutTrue;
            if (isNearest && atRandom < 1)
                withoutTrue = Math.Clamp((1 - with) / (1 - atRandom), 0, withoutTrue);
            expected[bin] = share * chance.RowsInFootprint * (isNearest ? (before + withoutTrue) / 2 : 1);
        }
        return new RadiusCurve(radii, pairs.ToArray(), expected);
    }

    private (double Pairs, double Chance) Totals()
    {
        (double pairs, double chance) = (0, 0);
        for (int bin = 0; bin < Pairs.Length; bin++)
            (pairs, chance) = (pairs + Pairs[bin], chance + ChancePairs[bin]);
        return (pairs, chance);
    }

    private double[] Cumulative(Func<double, double, double, double> value)
    {
        double[] values = new double[Pairs.Length];
        (double allPairs, double allChance) = Totals();
        double pairs = 0, chance = 0, excess = allPairs - allChance;
        for (int bin = 0; bin < values.Length; bin++)
            values[bin] = value(pairs += Pairs[bin], chance += ChancePairs[bin], excess);
        return values;
    }
}
