namespace Pile.Reading;

/// <summary>The limits of a SELECT over datasets.</summary>
internal sealed record SqlOptions
{
    /// <summary>The maximum number of rows; null for all.</summary>
    public long? Limit { get; init; }

    /// <summary>True to return a column of HUGEINT (a sum of integers) as text if a value is outside int64; false to throw. Such a number
    /// is never rounded.</summary>
    public bool LargeIntegersAsText { get; init; }

    /// <summary>The number of threads; null for all cores.</summary>
    public int? Threads { get; init; }

    /// <summary>The memory limit in bytes, beyond which DuckDB spills to a temporary folder; null for 80 % of the machine's
    /// memory.</summary>
    public long? MemoryBytes { get; init; }
}
