using Pile.Storage;

namespace Pile.Review;

/// <summary>How a dataset is validated.</summary>
public sealed record ValidationOptions
{
    /// <summary>True to read every byte: checksums of all files, every piece, and light values of shards against the index. Costs one pass
    /// over all shards;
    /// without it manifest, sizes and the index alone are read.</summary>
    public bool Deep { get; init; }

    /// <summary>Files that are checked at once, at least 1.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Memory of the queries over the index, in bytes; null: a quarter of the machine's, at most 2 GiB.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Hears of every file that is done; called from several threads.</summary>
    public IProgress<ValidationProgress>? Progress { get; init; }

    /// <summary>Findings kept of each code, the first in the report's order; all are counted.</summary>
    public int MaxFindingsPerCode { get; init; } = 100;

    /// <summary>How a remote dataset is asked for, and where copies of its files lie; null: what the environment says.</summary>
    public StoreOptions? Storage { get; init; }
}
