namespace Pile.Writing;

/// <summary>How a build runs. None of it changes a byte of the dataset.</summary>
public sealed record WriterSettings
{
    /// <summary>Threads that sort, encode and write, at least 1; as many units may be read at once.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Memory that the build aims to stay within, in bytes: a quarter of the machine's, 1.5 GiB at most: more makes nothing
    /// faster, and is taken.</summary>
    /// <remarks>Half goes to DuckDB, which sorts and spills what does not fit to the staging folder; an eighth (at least 256 MiB, if it
    /// comes to that) to the DuckDB that writes
    /// the index; an eighth to shards under way (at least one shard's light columns, whatever their size); an eighth to rows being encoded
    /// (at least one row for each worker); the rest to the runtime. Batches that callers hold come on top.</remarks>
    public long MemoryBytes { get; init; } = Math.Min(3L << 29, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    /// <summary>Puts the new dataset in the place of one that is there. The old one stays until the new one is whole.</summary>
    public bool Replace { get; init; }

    /// <summary>Keeps the units that an interrupted build of the same dataset had read.</summary>
    public bool Resume { get; init; }

    /// <summary>Hears how far the build is, a few times a second at most; called from several threads.</summary>
    public IProgress<BuildProgress>? Progress { get; init; }

    /// <summary>A millisecond count between two reports.</summary>
    internal const int ReportEveryMilliseconds = 250;

    /// <summary>Rows at which a tile is divided: the format's number, but for tests of many tiles with few rows.</summary>
    internal int MaxTileRows { get; init; } = Index.SkyCounts.MaxTileRows;

    /// <summary>False to leave the statistics empty: what the bench compares a build with, to tell what they cost.</summary>
    internal bool GathersStatistics { get; init; } = true;

    internal long SortBytes => Math.Max(MemoryBytes / 2, 64L << 20);

    internal long IndexBytes => Math.Max(MemoryBytes / 8, 256L << 20); // four times the largest row group

    internal long ShardBytes => MemoryBytes / 8;

    internal long EncodeBytes => MemoryBytes / 8;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers, 1, nameof(Workers));
        ArgumentOutOfRangeException.ThrowIfLessThan(MemoryBytes, 64L << 20, nameof(MemoryBytes));
    }
}
