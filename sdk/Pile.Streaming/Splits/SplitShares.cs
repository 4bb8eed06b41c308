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

    /// <summary>Returns the part of a row by its rank among sorted rows, so that every part has its share to within one row.</summary>
    internal int PartOf(int rank, int count) => PartOf((rank + 0.5) / count);
}
