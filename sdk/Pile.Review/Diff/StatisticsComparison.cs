using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Review;

/// <summary>Compares the statistics of columns that both datasets have.</summary>
internal static class StatisticsComparison
{
    // The sum of the same values in another order differs in its last digits.
    private const double MeanTolerance = 1e-9;

    /// <summary>Compares the statistics.</summary>
    /// <param name="a">The statistics of A.</param>
    /// <param name="b">The statistics of B.</param>
    /// <param name="columns">The names of the columns whose statistics are comparable.</param>
    internal static ImmutableArray<StatisticDifference> Compare(ImmutableArray<ColumnStatistics> a, ImmutableArray<ColumnStatistics> b,
        IReadOnlySet<string> columns)
    {
        ImmutableArray<StatisticDifference>.Builder all = ImmutableArray.CreateBuilder<StatisticDifference>();
        foreach (ColumnStatistics left in a.Where(s => columns.Contains(s.Column)))
            if (b.FirstOrDefault(s => s.Column == left.Column) is { } right)
                Compare(left, right, all);
        return all.ToImmutable();
    }

    private static void Compare(ColumnStatistics a, ColumnStatistics b, ImmutableArray<StatisticDifference>.Builder all)
    {
        Add("count", Number(a.Count), Number(b.Count));
        Add("nulls", Number(a.Nulls), Number(b.Nulls));
        Add("skipped", Number(a.Skipped), Number(b.Skipped));
        Add("min", Extreme(a.Min, a.MinText), Extreme(b.Min, b.MinText));
        Add("max", Extreme(a.Max, a.MaxText), Extreme(b.Max, b.MaxText));
        double spread = Math.Sqrt(Math.Max(a.Variance ?? 0, b.Variance ?? 0));
        if (a.Mean is { } meanA && b.Mean is { } meanB
            && Math.Abs(meanA - meanB) <= MeanTolerance * (Math.Max(Math.Abs(meanA), Math.Abs(meanB)) + spread))
            return;
        Add("mean", new StatisticValue(a.Mean, null), new StatisticValue(b.Mean, null));

        void Add(string statistic, StatisticValue left, StatisticValue right)
        {
            if (left != right)
                all.Add(new StatisticDifference(a.Column, statistic, left, right));
        }
    }

    private static StatisticValue Number(long count) => new(count, null);

    private static StatisticValue Extreme(double? number, string? text) => text is null ? new(number, null) : new(null, text);
}
