using System.Globalization;
using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>The probabilities of the pairs of a match, from the errors of both sides.</summary>
/// <remarks>
/// For a pair with the Bayes factor B and the prior P₀ alone: P = [1 + (1 - P₀) / (B P₀)]⁻¹. Of all candidates of a row of A, which meet
/// the conditions of the match, whether they are in the result or not: p_any = ΣBP₀ / (1 + ΣBP₀), the probability that the row has a
/// counterpart, and p_i = BP₀ / ΣBP₀, that it is this one if it has any (Salvato et al. 2018, MNRAS 473, 4937). Sums are
/// logarithms, because factors under- and overflow. A candidate without an error has no probability: p_any is then not known, and p_i
/// is that among the other candidates. With magnitudes, P₀ of a row of B is multiplied by the factor of its magnitude.
/// </remarks>
internal sealed class MatchProbability
{
    private readonly PreparedSide a, b;
    private readonly RowArray<double> logSums; // of BP₀, by row of A
    private readonly RowArray<bool> areUnknown; // rows of A with a candidate without a probability
    private RowArray<double>? logFactors; // of magnitudes, by row of B

    private MatchProbability(MatchPrior prior, PreparedSide a, PreparedSide b, RowArray<double> logSums, RowArray<bool> areUnknown)
    {
        (Prior, this.a, this.b, this.logSums, this.areUnknown) = (prior, a, b, logSums, areUnknown);
        logSums.GetSpan().Fill(double.NegativeInfinity);
        areUnknown.GetSpan().Clear();
    }

    /// <summary>The prior.</summary>
    internal MatchPrior Prior { get; }

    /// <summary>The prior of magnitudes; null if positions alone are used.</summary>
    internal MagnitudePrior? Magnitudes { get; private set; }

    /// <summary>The number of selected rows of B without a magnitude, if magnitudes are used.</summary>
    internal long WithoutMagnitude { get; private set; }

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">They contradict each other.</exception>
    internal static void Check(CrossMatchOptions options, bool isSelf)
    {
        if (!options.WithProbability && (options.Prior is not null || options.PriorCompleteness != 1))
            throw new ArgumentException("CrossMatchOptions.Prior and CrossMatchOptions.PriorCompleteness require "
                + "CrossMatchOptions.WithProbability.", nameof(options));
        if (options.Prior is { } prior && !(prior > 0 && prior < 1))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"CrossMatchOptions.Prior must be between 0 and 1; it is {prior}."), nameof(options));
        if (!(options.PriorCompleteness > 0 && options.PriorCompleteness <= 1))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"CrossMatchOptions.PriorCompleteness must be in (0, 1]; it is {options.PriorCompleteness}."), nameof(options));
        if (options.Prior is not null && options.PriorCompleteness != 1)
            throw new ArgumentException("CrossMatchOptions.PriorCompleteness is a factor of an estimated prior, but "
                + "CrossMatchOptions.Prior is set. Set only one of them.", nameof(options));
        if (options.MagnitudeColumn is null ? options.MagnitudePriorFile is not null : !options.WithProbability)
            throw new ArgumentException(options.MagnitudeColumn is null
                ? "CrossMatchOptions.MagnitudePriorFile has the densities of a column: set CrossMatchOptions.MagnitudeColumn."
                : "CrossMatchOptions.MagnitudeColumn requires CrossMatchOptions.WithProbability.", nameof(options));
        if (options.WithProbability && isSelf)
            throw new ArgumentException("CrossMatchOptions.WithProbability requires two sides.", nameof(options));
        if (options.WithProbability && options.Errors == ErrorModel.Radius)
            throw new ArgumentException("ErrorModel.Radius has a radius for each row of one side, but CrossMatchOptions.WithProbability "
                + "requires the errors of both sides. Use ErrorModel.Sigma, or ErrorModel.None with a radius.", nameof(options));
    }

    /// <summary>Prepares the probabilities of a match.</summary>
    /// <param name="options">The options; receives messages about rows without an error and about the prior.</param>
    /// <param name="work">The workspace in which sums are stored.</param>
    /// <param name="a">One side, with errors.</param>
    /// <param name="b">The other side, with errors.</param>
    internal static MatchProbability Of(CrossMatchOptions options, MatchWorkspace work, PreparedSide a, PreparedSide b)
    {
        foreach ((PreparedSide side, string letter) in new[] { (a, "A"), (b, "B") })
            if (side.Errors!.Counts.WithoutPositive is > 0 and var without)
                options.OnMessage?.Invoke(FormattableString.Invariant(
                    $"{without:N0} rows of {letter} have no error above 0: their pairs have no probability"));
        MatchPrior prior = MatchPrior.Of(options, a.Positions, b.Positions, b.Selected);
        options.OnMessage?.Invoke(string.Create(CultureInfo.InvariantCulture,
            $"prior probability of a pair: {prior.Value:G4} ({prior.Source})"));
        return new MatchProbability(prior, a, b, work.Rows<double>(a.RowCount), work.Rows<bool>(a.RowCount));
    }

    /// <summary>Multiplies the prior of each row of B by the factor of its magnitude.</summary>
    /// <param name="prior">The prior of magnitudes.</param>
    /// <param name="magnitudes">The magnitude of each row of B; replaced by the logarithm of its factor.</param>
    /// <param name="sideB">Side B.</param>
    internal void Weigh(MagnitudePrior prior, RowArray<double> magnitudes, PreparedSide sideB)
    {
        for (int row = 0; row < magnitudes.Count; row++)
        {
            if (!MagnitudePrior.IsMagnitude(magnitudes[row]) && row < sideB.Positions.Count
                && (sideB.Selected is null || sideB.Selected[row]))
                WithoutMagnitude++;
            magnitudes[row] = prior.Log(magnitudes[row]);
        }
        (Magnitudes, logFactors) = (prior, magnitudes);
    }

    /// <summary>Returns the probability that a row of A has a counterpart, and that it is a row of B: p_any · p_i.</summary>
    internal double OfCounterpart(int rowA, int rowB, double separationArcsec) =>
        Math.Exp(LogWeight(rowA, rowB, separationArcsec) - Math.Max(0, logSums[rowA]))
            / (1 + Math.Exp(-Math.Abs(logSums[rowA])));

    /// <summary>Adds the candidates of some rows of A. All candidates of a row are in one block.</summary>
    internal void Collect(PairBuffer pairs)
    {
        for (int first = 0, end; first < pairs.Count; first = end)
        {
            double largest = double.NegativeInfinity, sum = 0;
            bool isUnknown = false;
            for (end = first; end < pairs.Count && pairs.RowA[end] == pairs.RowA[first]; end++)
            {
                double weight = Weight(pairs, end);
                largest = Math.Max(largest, weight);
                isUnknown |= double.IsNegativeInfinity(weight)
                    && double.IsNaN(LogFactor(pairs.RowA[end], pairs.RowB[end], pairs.SeparationArcsec[end]));
            }
            for (int i = first; i < end && largest > double.NegativeInfinity; i++)
                sum += Math.Exp(Weight(pairs, i) - largest);
            areUnknown[pairs.RowA[first]] = isUnknown;
            logSums[pairs.RowA[first]] = sum > 0 ? largest + Math.Log(sum) : double.NegativeInfinity;
        }
    }

    /// <summary>Returns the columns of the result.</summary>
    /// <param name="mayLackA">True if rows of A may be missing.</param>
    /// <param name="mayLackPair">True if pairs may be missing.</param>
    internal IEnumerable<ResultColumn> Columns(bool mayLackA, bool mayLackPair)
    {
        double logPrior = Math.Log(Prior.Value), logOdds = logPrior - Math.Log(1 - Prior.Value);
        yield return new ProbabilityColumn("log10_bayes_factor", "decimal logarithm of the Bayes factor for one object", "stat.value",
            mayLackPair, (rowA, rowB, arcsec) => LogFactor(rowA, rowB, arcsec) / Math.Log(10));
        yield return new ProbabilityColumn("probability", "probability that the pair is one object, from this pair alone",
            "stat.probability", mayLackPair,
            (rowA, rowB, arcsec) => 1 / (1 + Math.Exp(-(LogFactor(rowA, rowB, arcsec) + LogMagnitude(rowB) + logOdds))));
        if (logFactors is not null)
            yield return new ProbabilityColumn("log10_magnitude_factor", "decimal logarithm of the density of the magnitude of the "
                + "row of B among counterparts, divided by that among other rows", "stat.value", mayLackPair,
                (_, rowB, _) => LogMagnitude(rowB) / Math.Log(10));
        yield return new AnyPartnerColumn("p_any", "probability that the row of A has a counterpart in B", mayLackA,
            rowA => areUnknown[rowA] ? double.NaN : 1 / (1 + Math.Exp(-logSums[rowA])));
        yield return new ProbabilityColumn("p_i", "probability that the counterpart of the row of A is this one, if it has any",
            "stat.probability", mayLackPair,
            (rowA, rowB, arcsec) => Math.Exp(LogFactor(rowA, rowB, arcsec) + LogMagnitude(rowB) + logPrior - logSums[rowA]));
    }

    // A candidate without an error has no weight.
    private double LogWeight(int rowA, int rowB, double separationArcsec) =>
        LogFactor(rowA, rowB, separationArcsec) is var log && double.IsNaN(log) ? double.NegativeInfinity
            : log + LogMagnitude(rowB) + Math.Log(Prior.Value);

    private double Weight(PairBuffer pairs, int i) => LogWeight(pairs.RowA[i], pairs.RowB[i], pairs.SeparationArcsec[i]);

    private double LogMagnitude(int rowB) => logFactors is null ? 0 : logFactors[rowB];

    private double LogFactor(int rowA, int rowB, double separationArcsec)
    {
        (PositionCovariance ofA, PositionCovariance ofB) = (a.Errors!.Of(rowA), b.Errors!.Of(rowB));
        // Errors of 0 mark missing values in many catalogues, and would be certainty.
        if ((ofA.IsZero && a.Errors.ConstantArcsec is null) || (ofB.IsZero && b.Errors.ConstantArcsec is null))
            return double.NaN;
        (double along, double across, double both) = a.Errors.Covariances is null && b.Errors.Covariances is null
            ? (ofA.VarRa + ofB.VarRa, ofA.VarDec + ofB.VarDec, 0)
            : SummedCovariance.Of(a.Positions, rowA, ofA, b.Positions, rowB, ofB);
        return BayesFactor.Log(new PositionCovariance(along, across, both), separationArcsec, 0);
    }
}
