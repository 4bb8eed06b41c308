namespace Pile.DuckDb;

/// <summary>The resource limits of a database.</summary>
internal sealed record DuckDbSettings
{
    /// <summary>The number of threads for queries; null for DuckDB's default, all cores.</summary>
    public int? Threads { get; init; }

    /// <summary>The memory limit for buffers in bytes, above which DuckDB spills to
    /// <see cref="TempDirectory"/>; null: 80 % of the machine's memory.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>The folder for spilled data; null: <c>.tmp</c> in the working folder (for a database in memory) or beside the database
    /// file; empty: no spilling, so that a query above the limit fails.</summary>
    public string? TempDirectory { get; init; }

    /// <summary>True to open a file for reading only, which several processes can do at once. Not valid for a database in memory.</summary>
    public bool ReadOnly { get; init; }
}
