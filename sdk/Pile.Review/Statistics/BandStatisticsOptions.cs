using System.Collections.Immutable;

namespace Pile.Review;

/// <summary>Which pixels are measured, and how they are grouped.</summary>
internal sealed record BandStatisticsOptions
{
    /// <summary>Columns with the axes band, y and x; empty (the default) for the main one of each group.</summary>
    public ImmutableArray<string> Columns { get; init; } = [];

    /// <summary>A light column: each of its values has statistics of its own. Null (the default) for none.</summary>
    public string? By { get; init; }

    /// <summary>Only rows that match an SQL condition; null (the default) for all.</summary>
    public string? Where { get; init; }

    /// <summary>The number of rows of a random sample; null (the default) for all rows.</summary>
    public int? SampleRows { get; init; }

    /// <summary>The seed of the sample: the same seed selects the same rows.</summary>
    public int Seed { get; init; }

    /// <summary>Receives progress reports: rows read, and rows in all.</summary>
    public Action<long, long>? OnProgress { get; init; }
}
