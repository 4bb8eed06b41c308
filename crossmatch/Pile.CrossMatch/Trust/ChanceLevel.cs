namespace Pile.CrossMatch;

/// <summary>The level of chance coincidences, measured with shifted positions.</summary>
internal sealed record ChanceLevel
{
    /// <summary>The number of rows of A in cells of the sky in which B has rows.</summary>
    internal required long RowsInFootprint { get; init; }

    /// <summary>The number of these rows in the sample.</summary>
    internal required int SampledRows { get; init; }

    /// <summary>The number of runs of consecutive rows that make up the sample.</summary>
    internal required int Runs { get; init; }

    /// <summary>The smallest shift.</summary>
    internal required double LeastShiftArcsec { get; init; }

    /// <summary>The largest shift.</summary>
    internal required double LargestShiftArcsec { get; init; }

    /// <summary>The number of pairs at each shift.</summary>
    internal required long[] PairsOfShifts { get; init; }

    /// <summary>The number of pairs of each run.</summary>
    internal required long[] PairsOfRuns { get; init; }

    /// <summary>The number of shifted positions with a partner.</summary>
    internal required long PositionsWithPartner { get; init; }

    /// <summary>The pairs that would be chosen, by separation as in <see cref="SeparationCounts"/>.</summary>
    internal required long[] Chosen { get; init; }

    /// <summary>The number of shifted positions.</summary>
    internal long Positions => (long)SampledRows * PairsOfShifts.Length;

    /// <summary>The number of pairs at all shifts.</summary>
    internal long Pairs => Total(PairsOfShifts);

    /// <summary>The expected number of chance partners of a row of A in the footprint.</summary>
    internal double PairsPerRow => (double)Pairs / Positions;

    /// <summary>The probability that a row of A in the footprint has a chance partner.</summary>
    internal double PartnerFraction => (double)PositionsWithPartner / Positions;

    /// <summary>The 95 % interval of <see cref="PairsPerRow"/>.</summary>
    internal (double Low, double High) PairsPerRow95 =>
        PoissonInterval.Of(Pairs, Dispersion) is var (low, high) ? (low / Positions, high / Positions) : default;

    /// <summary>The ratio of variance and mean of the counts of shifts or of runs, the larger one; at least 1, its value for independent
    /// coincidences.</summary>
    internal double Dispersion => Math.Max(1, Math.Max(Ratio(PairsOfShifts), Ratio(PairsOfRuns)));

    /// <summary>Returns a 95 % interval for the number of chance pairs, of which some are expected: of their mean and its Poisson scatter
    /// together.</summary>
    internal (double Low, double High) Pairs95(double expected)
    {
        if (Pairs == 0)
            return (0, PairsPerRow95.High * RowsInFootprint);
        (double low, double high) = (PairsPerRow95.Low / PairsPerRow * expected, PairsPerRow95.High / PairsPerRow * expected);
        const double z = 1.959964;
        return (Math.Max(0, expected - Math.Sqrt(((expected - low) * (expected - low)) + (z * z * expected))),
            expected + Math.Sqrt(((high - expected) * (high - expected)) + (z * z * (expected + 1))));
    }

    // Loops, because methods of LINQ would be compiled when the program starts.
    private static double Ratio(long[] counts)
    {
        double mean = (double)Total(counts) / counts.Length, squares = 0;
        foreach (long count in counts)
            squares += (count - mean) * (count - mean);
        return counts.Length < 2 || mean == 0 ? 1 : squares / (counts.Length - 1) / mean;
    }

    private static long Total(long[] counts)
    {
        long total = 0;
        foreach (long count in counts)
            total += count;
        return total;
    }
}
