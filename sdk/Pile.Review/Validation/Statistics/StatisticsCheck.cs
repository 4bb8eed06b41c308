using System.Collections.Concurrent;
using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>F008: <c>statistics.parquet</c> can be read and agrees with the values.</summary>
internal sealed class StatisticsCheck
{
    // Sums in another order differ in their last digits; third and fourth moments in a few more digits.
    private const double Tolerance = 1e-9, HigherTolerance = 1e-6;

    private readonly DatasetUnderReview dataset;
    private readonly ImmutableArray<ColumnStatistics> listed;
    private readonly ConcurrentDictionary<int, ImmutableArray<(ColumnSchema Column, ColumnStatisticsBuilder Statistics)>> ofParts = new();

    private StatisticsCheck(DatasetUnderReview dataset, ImmutableArray<ColumnStatistics> listed) =>
        (this.dataset, this.listed) = (dataset, listed);

    /// <summary>Reads the file.</summary>
    /// <returns>Null if the file is missing or cannot be read, which is then a finding.</returns>
    internal static StatisticsCheck? Read(DatasetUnderReview dataset, CancellationToken cancellationToken)
    {
        if (dataset.Files.FirstOrDefault(f => f.Path == DatasetPaths.Statistics) is not { } file || !dataset.IsComplete(file))
            return null;
        try
        {
            ImmutableArray<ColumnStatistics> lines =
                dataset.Databases.Use(connection => StatisticsFile.Read(connection, dataset.FullPath(file.Path), cancellationToken));
            return new StatisticsCheck(dataset, lines);
        }
        catch (Exception e) when (e is DuckDbException or FormatException)
        {
            dataset.Log.Error(FindingCodes.StatisticsMismatch, DatasetPaths.Statistics,
                $"expected a Parquet file of statistics, found: {(e is DuckDbException sql ? sql.FirstLine() : e.Message)}");
            return null;
        }
    }

    /// <summary>Receives the statistics of one shard, or of one tile if there are no shards; may be called from several threads.</summary>
    /// <param name="number">The number of the shard or tile.</param>
    /// <param name="columns">The statistics of its columns.</param>
    internal void Take(int number, ImmutableArray<(ColumnSchema Column, ColumnStatisticsBuilder Statistics)> columns) =>
        ofParts[number] = columns;

    /// <summary>Compares the statistics, unless there are other errors, which would cause differences here too.</summary>
    internal void Compare()
    {
        if (dataset.Log.HasErrors)
            return;
        string[] expected = [.. dataset.Manifest.Columns.Select(c => c.Name)];
        if (!expected.SequenceEqual(listed.Select(l => l.Column)))
        {
            Wrong(null, $"expected a row for each of the manifest's {expected.Length} columns in their order, found "
                + $"{string.Join(", ", listed.Select(l => l.Column))}");
            return;
        }
        Dictionary<string, ColumnStatisticsBuilder> found =
            dataset.Manifest.Columns.ToDictionary(c => c.Name, c => new ColumnStatisticsBuilder(c), StringComparer.Ordinal);
        foreach ((ColumnSchema column, ColumnStatisticsBuilder statistics) in ofParts.OrderBy(s => s.Key).SelectMany(s => s.Value))
            found[column.Name].Add(statistics);
        foreach (ColumnStatistics line in listed)
            Compare(line, found[line.Column].Finish());
    }

    private void Compare(ColumnStatistics line, ColumnStatistics found)
    {
        Exactly("count", line.Count, found.Count);
        Exactly("nulls", line.Nulls, found.Nulls);
        Exactly("skipped", line.Skipped, found.Skipped);
        Exactly("min", line.Min, found.Min);
        Exactly("max", line.Max, found.Max);
        Exactly("min_text", line.MinText, found.MinText);
        Exactly("max_text", line.MaxText, found.MaxText);
        // A variance that overflows is missing; the largest number is then the scale of the rounding errors.
        double largest = Math.Max(Math.Abs(found.Min ?? 0), Math.Abs(found.Max ?? 0));
        double spread = found.Variance is { } known ? Math.Sqrt(known) : largest, variance = found.Variance ?? 0;
        About("mean", line.Mean, found.Mean, Tolerance * (Math.Abs(found.Mean ?? 0) + spread));
        About("variance", line.Variance, found.Variance, Tolerance * variance);
        About("skewness", line.Skewness, found.Skewness, HigherTolerance * (1 + Math.Abs(found.Skewness ?? 0)));
        About("kurtosis", line.Kurtosis, found.Kurtosis, HigherTolerance * (4 + Math.Abs(found.Kurtosis ?? 0)));

        void Exactly<T>(string what, T value, T expected)
        {
            if (!EqualityComparer<T>.Default.Equals(value, expected))
                Wrong(line.Column, $"expected the {what} {expected?.ToString() ?? "to be missing"}, found {value?.ToString() ?? "none"}");
        }

        void About(string what, double? value, double? expected, double tolerance)
        {
            if (value is null != expected is null || Math.Abs((value ?? 0) - (expected ?? 0)) > tolerance)
                Wrong(line.Column, $"expected the {what} {expected?.ToString() ?? "to be missing"}, found {value?.ToString() ?? "none"}");
        }
    }

    private void Wrong(string? column, string message) =>
        dataset.Log.Error(FindingCodes.StatisticsMismatch, DatasetPaths.Statistics, message, column: column);
}
