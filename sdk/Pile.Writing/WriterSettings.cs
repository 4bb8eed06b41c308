using System.Globalization;

namespace Pile.Writing;

/// <summary>How a build runs. No setting changes a byte of the dataset.</summary>
public sealed record WriterSettings
{
    /// <summary>The number of threads that sort, encode and write, at least 1; as many units may be read in parallel.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>The target for the memory of a build, in bytes. By default a quarter of the machine's memory, at most 1 GiB; more memory
    /// does not make a build faster.</summary>
    /// <remarks>Three eighths are for sorting, which uses the staging folder if the rows do not fit. An eighth (at least 256 MiB) is for
    /// the DuckDB that writes the index. An eighth is for rows being encoded (at least one column of a row). A sixteenth is for shards in
    /// progress (at least one shard's light columns, whatever their size). The rest is for the runtime. Batches that callers hold are
    /// additional.</remarks>
    public long MemoryBytes { get; init; } = Math.Min(1L << 30, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    /// <summary>True to replace an existing dataset. The old one remains until the new one is complete. A folder with files that are not
    /// of the dataset is not replaced.</summary>
    public bool Replace { get; init; }

    /// <summary>True to keep the units that an interrupted build of the same dataset has read.</summary>
    public bool Resume { get; init; }

    /// <summary>The share of this process if several read the units of one build, each into the same staging folder: its number, from 0,
    /// and the number of processes. It reads the units whose position in the plan, divided by <c>Count</c>, leaves <c>Index</c>. Null (the
    /// default) to read all units. The build is complete only after one with <see cref="CompletesTasks"/>.</summary>
    /// <remarks>The processes may run on several machines with a common file system that supports locks. Each keeps the units that an
    /// earlier process with the same share has read.</remarks>
    public (int Index, int Count)? Task { get; init; }

    /// <summary>True to complete the tasks of a build: units that no task has read are read, and the dataset is written. Tasks of another
    /// recipe are an error.</summary>
    public bool CompletesTasks { get; init; }

    /// <summary>Receives progress reports, at most a few per second. May be called from any thread.</summary>
    public IProgress<BuildProgress>? Progress { get; init; }

    private const long LeastMemoryBytes = 64L << 20;

    /// <summary>The minimum number of milliseconds between two reports.</summary>
    internal const int ReportEveryMilliseconds = 250;

    /// <summary>The number of rows at which a tile is divided: that of the format, except in tests of many tiles with few rows.</summary>
    internal int MaxTileRows { get; init; } = Index.KeyCounts.MaxTileRows;

    /// <summary>The number of rows of a tile for which one more thread encodes columns: it takes milliseconds to begin.</summary>
    internal int RowsOfEncoder { get; init; } = 16 * Index.IndexLayout.VectorRows;

    /// <summary>False to leave the statistics empty, so that a benchmark can measure their cost.</summary>
    internal bool GathersStatistics { get; init; } = true;

    internal long SortBytes => Math.Max(MemoryBytes / 8 * 3, 64L << 20);

    internal long IndexBytes => Math.Max(MemoryBytes / 8, 256L << 20); // four times the largest row group

    internal long ShardBytes => MemoryBytes / 16;

    internal long EncodeBytes => MemoryBytes / 8;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers, 1, nameof(Workers));
        if (MemoryBytes < LeastMemoryBytes)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{nameof(WriterSettings)}.{nameof(MemoryBytes)} is "
                + $"{MemoryBytes:N0} bytes, but a build needs at least {LeastMemoryBytes:N0} (64 MiB)."));
        if (Task is { } task && (task.Index < 0 || task.Index >= task.Count))
            throw new ArgumentException($"`Task` must be from 0 to {task.Count - 1} of {task.Count}; it is {task.Index}.");
    }
}
