namespace Pile.Reading;

/// <summary>What a SELECT over datasets may use, and how much of its answer is wanted.</summary>
internal sealed record SqlOptions
{
    /// <summary>No more than so many rows; null: all.</summary>
    public long? Limit { get; init; }

    /// <summary>True to have a column of HUGEINT (a sum of integers) as text where a value of it is beyond int64; false to refuse it. Never
    /// is such a number rounded.</summary>
    public bool LargeIntegersAsText { get; init; }

    /// <summary>Threads; null: all cores.</summary>
    public int? Threads { get; init; }

    /// <summary>Memory in bytes, beyond which DuckDB spills to a folder of its own that is removed afterwards; null: 80 % of the
    /// machine's.</summary>
    public long? MemoryBytes { get; init; }
}
