namespace Pile.Format;

/// <summary>What all values of a column are together; one line of <c>statistics.parquet</c>.</summary>
/// <remarks>Elements of vectors, lists and arrays count one by one; padding never counts. Moments are those of the population:
/// variance Σ(x−μ)²/n, skewness m₃/m₂^(3/2), kurtosis m₄/m₂² − 3, as numpy's <c>var</c> and scipy's <c>skew</c> and <c>kurtosis</c> have
/// them by default.</remarks>
public sealed record ColumnStatistics
{
    /// <summary>The column's name.</summary>
    public required string Column { get; init; }

    /// <summary>Elements that the rest is about: finite numbers, booleans (true is 1), texts.</summary>
    public long Count { get; init; }

    /// <summary>Rows without a value.</summary>
    public long Nulls { get; init; }

    /// <summary>Elements left out: NaN, infinite, or a declared sentinel.</summary>
    public long Skipped { get; init; }

    /// <summary>The least number; null for texts, and where nothing is counted.</summary>
    public double? Min { get; init; }

    /// <summary>The greatest number.</summary>
    public double? Max { get; init; }

    /// <summary>The mean.</summary>
    public double? Mean { get; init; }

    /// <summary>The variance, in the unit's square.</summary>
    public double? Variance { get; init; }

    /// <summary>The skewness; null where all values are the same.</summary>
    public double? Skewness { get; init; }

    /// <summary>The excess kurtosis; null where all values are the same.</summary>
    public double? Kurtosis { get; init; }

    /// <summary>The least value exactly, of 64-bit integers (which float64 rounds) and of single texts (by their UTF-8 bytes).</summary>
    public string? MinText { get; init; }

    /// <summary>The greatest value exactly, likewise.</summary>
    public string? MaxText { get; init; }
}
