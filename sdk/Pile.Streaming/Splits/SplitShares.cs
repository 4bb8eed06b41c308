using System.Collections.Immutable;

namespace Pile.Streaming;

/// <summary>The parts of a split and their relative sizes.</summary>
public sealed class SplitShares
{
    private readonly double[] ends;

    /// <summary>Creates parts with names and weights, which need not add up to one.</summary>
    /// <exception cref="ArgumentException">There is no part, a name is null or empty, two parts have the same name, or a weight is not a
    /// positive number.</exception>
    public SplitShares(params IEnumerable<(string Name, double Weight)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        (string Name, double Weight)[] all = [.. parts];
        if (all.Length == 0 || all.Any(p => string.IsNullOrEmpty(p.Name) || !(p.Weight > 0) || double.IsInfinity(p.Weight))
            || all.DistinctBy(p => p.Name, StringComparer.Ordinal).Count() < all.Length)
            throw new ArgumentException("A split needs at least one part; each needs a unique name that is not empty, and a positive "
                + "weight.",
                nameof(parts));
        Names = [.. all.Select(p => p.Name)];
        Weights = [.. SummableWeights.Of([.. all.Select(p => p.Weight)])];
        ends = new double[all.Length];
        double total = Weights.Sum(), before = 0;
        for (int i = 0; i < all.Length; i++)
            ends[i] = (before += Weights[i]) / total;
        ends[^1] = 1;
    }

    /// <summary>80 % for training, 10 % for validation, 10 % for tests.</summary>
    public static SplitShares TrainValidationTest { get; } = new(("train", 8), ("validation", 1), ("test", 1));

    /// <summary>The names of the parts.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>The weights of the parts.</summary>
    internal ImmutableArray<double> Weights { get; }

    /// <summary>Returns the part of a number in [0, 1).</summary>
    internal int PartOf(double unit)
    {
        int part = 0;
        while (unit >= ends[part])
            part++;
        return part;
    }

    /// <summary>Returns the number of rows of each stratum in each part: its share, rounded down or up. What a part has received too much
    /// or too little of is carried over from stratum to stratum, so that the sums approach the shares even if all strata are
    /// small.</summary>
    /// <param name="sizes">The numbers of rows of the strata, in an order that depends on the rows alone.</param>
    internal int[][] CountsOf(IReadOnlyList<int> sizes)
    {
        const double MostNoise = 1e-6; // of a share that is an integer
        double total = Weights.Sum();
        double[] due = new double[Weights.Length];
        int[][] counts = new int[sizes.Count][];
        for (int stratum = 0; stratum < counts.Length; stratum++)
        {
            int[] own = counts[stratum] = new int[due.Length];
            bool[] isExact = new bool[due.Length];
            for (int part = 0; part < own.Length; part++)
            {
                double share = sizes[stratum] * Weights[part] / total, nearest = Math.Round(share);
                isExact[part] = Math.Abs(share - nearest) <= MostNoise;
                own[part] = (int)(isExact[part] ? nearest : Math.Floor(share));
                due[part] += share - own[part];
            }
            foreach (int part in Enumerable.Range(0, own.Length).Where(part => !isExact[part]).OrderByDescending(part => due[part])
                .Take(sizes[stratum] - own.Sum()).ToArray())
            {
                own[part]++;
                due[part]--;
            }
        }
        return counts;
    }
}
