namespace Pile.DuckDb;

/// <summary>What a database may use of the machine.</summary>
internal sealed record DuckDbSettings
{
    /// <summary>Threads for queries; null leaves the choice to DuckDB: all cores.</summary>
    public int? Threads { get; init; }

    /// <summary>Memory for buffers in bytes, beyond which DuckDB spills to <see cref="TempDirectory"/>; null: 80 % of the
    /// machine's.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>Where to spill; null: <c>.tmp</c> in the working folder (in memory) or beside the database file; empty: never, and a query
    /// beyond the limit fails.</summary>
    public string? TempDirectory { get; init; }

    /// <summary>Opens a file for reading only, as several processes may at once. Not for a database in memory.</summary>
    public bool ReadOnly { get; init; }
}
