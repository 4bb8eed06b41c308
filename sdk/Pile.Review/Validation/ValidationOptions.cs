using Pile.Format;
using Pile.Storage;

namespace Pile.Review;

/// <summary>How a dataset is validated.</summary>
public sealed record ValidationOptions
{
    /// <summary>True to read every byte: checksums of all files, every piece, and the light values of shards, which are compared with the
    /// index. This takes one pass over all shards; otherwise only manifest, sizes and index are read.</summary>
    public bool Deep { get; init; }

    /// <summary>The number of files that are checked in parallel, at least 1.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>The memory of queries over the index, in bytes; null for a quarter of the machine's memory, at most 2 GiB.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Receives a report for every checked file. May be called from any thread.</summary>
    public IProgress<PhaseProgress>? Progress { get; init; }

    /// <summary>The number of findings kept per code, the first in the report's order, at least 1; all are counted.</summary>
    public int MaxFindingsPerCode { get; init; } = 100;

    /// <summary>The places of files outside the dataset, as in <see cref="Reading.DatasetOptions.Mounts"/>.</summary>
    public IReadOnlyDictionary<string, string> Mounts { get; init; } = new Dictionary<string, string>();

    /// <summary>Settings for remote requests and the cache; null for those of the environment.</summary>
    public StoreOptions? Storage { get; init; }
}
