using Pile.Storage;

namespace Pile.Reading;

/// <summary>What an open dataset may use of the machine.</summary>
public sealed record DatasetOptions
{
    /// <summary>Threads for queries and for reads of many rows; null: all cores.</summary>
    public int? Threads { get; init; }

    /// <summary>Memory for queries in bytes; null: what DuckDB takes by itself, 80 % of the machine's.</summary>
    public long? QueryMemoryBytes { get; init; }

    /// <summary>Shards kept open at once. Each costs a file descriptor; opening one again costs some 10 µs.</summary>
    public int MaxOpenShards { get; init; } = 512;

    /// <summary>True to read a dataset in a folder through its shards alone, as one that has lost its index is read: all light columns
    /// once, then as with an index.</summary>
    public bool IgnoreIndex { get; init; }

    /// <summary>
    /// True to verify what queries read of a local index before they return values: each block of 256 KiB once per process, by its CRC-32C,
    /// at 5 GB/s or more. Set it to false only if the storage
    /// verifies what it returns: a damaged index then gives wrong values without an error. Tiles of a remote dataset are always verified,
    /// when they are copied into the cache.
    /// </summary>
    public bool VerifyIndex { get; init; } = true;

    /// <summary>Hears, once, that a dataset has lost its index and is read through its shards.</summary>
    public Action<string>? OnNotice { get; init; }

    /// <summary>The size up to which columns of a selective query are verified before DuckDB reads them, and not only where rows are
    /// returned from. 16 MiB take 2 ms.</summary>
    internal int VerifiedAtOnceBytes { get; init; } = 16 << 20;

    /// <summary>How a remote dataset is asked for, and where copies of its index lie; null: what the environment says.</summary>
    public StoreOptions? Storage { get; init; }
}
