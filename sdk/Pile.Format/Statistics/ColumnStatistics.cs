namespace Pile.Format;

/// <summary>The statistics of all values of a column; one row of <c>statistics.parquet</c>.</summary>
/// <remarks>Elements of vectors, lists and arrays are counted individually; padding is not counted.
/// Moments are those of the population: variance Σ(x−μ)²/n, skewness m₃/m₂^(3/2), kurtosis m₄/m₂² −
/// 3, as in numpy's <c>var</c> and scipy's <c>skew</c> and <c>kurtosis</c> by default.</remarks>
public sealed record ColumnStatistics
{
    /// <summary>The column's name.</summary>
    public required string Column { get; init; }

    /// <summary>The number of elements in the statistics: finite numbers, booleans (true is 1), texts.</summary>
    public long Count { get; init; }

    /// <summary>The number of rows without a value.</summary>
    public long Nulls { get; init; }

    /// <summary>The number of omitted elements: NaN, infinite, or a declared sentinel.</summary>
    public long Skipped { get; init; }

    /// <summary>The smallest number; null for texts, and if <see cref="Count"/> is 0.</summary>
    public double? Min { get; init; }

    /// <summary>The largest number.</summary>
    public double? Max { get; init; }

    /// <summary>The mean.</summary>
    public double? Mean { get; init; }

    /// <summary>The variance, in the squared unit.</summary>
    public double? Variance { get; init; }

    /// <summary>The skewness; null if all values are equal.</summary>
    public double? Skewness { get; init; }

    /// <summary>The excess kurtosis; null if all values are equal.</summary>
    public double? Kurtosis { get; init; }

    /// <summary>The exact smallest value of 64-bit integers (which float64 rounds) and of scalar texts (by their UTF-8 bytes).</summary>
    public string? MinText { get; init; }

    /// <summary>The exact largest value; see <see cref="MinText"/>.</summary>
    public string? MaxText { get; init; }
}
