using System.Collections.Immutable;

namespace Pile.Streaming;

/// <summary>The parts that rows are split into, and how large each shall be.</summary>
public sealed class SplitShares
{
    private readonly double[] ends;

    /// <summary>Parts by name; their weights need not add up to one.</summary>
    /// <exception cref="ArgumentException">There is no part, two have one name, or a weight is not a positive number.</exception>
    public SplitShares(params IEnumerable<(string Name, double Weight)> parts)
    {
        (string Name, double Weight)[] all = [.. parts];
        if (all.Length == 0 || all.Any(p => !(p.Weight > 0) || double.IsInfinity(p.Weight))
            || all.DistinctBy(p => p.Name, StringComparer.Ordinal).Count() < all.Length)
            throw new ArgumentException("A split has one part at least, each with a name of its own and a weight above zero.",
                nameof(parts));
        Names = [.. all.Select(p => p.Name)];
        ends = new double[all.Length];
        double total = all.Sum(p => p.Weight), before = 0;
        for (int i = 0; i < all.Length; i++)
            ends[i] = (before += all[i].Weight) / total;
        ends[^1] = 1;
    }

    /// <summary>80 % to train with, 10 % to validate, 10 % to test.</summary>
    public static SplitShares TrainValidationTest { get; } = new(("train", 8), ("validation", 1), ("test", 1));

    /// <summary>The parts' names.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>The part that a number in [0, 1) falls into.</summary>
    internal int PartOf(double unit)
    {
        int part = 0;
        while (unit >= ends[part])
            part++;
        return part;
    }

    /// <summary>The part that each of some sorted rows falls into, so that every part has its share to within one row.</summary>
    internal int PartOf(int rank, int count) => PartOf((rank + 0.5) / count);
}
