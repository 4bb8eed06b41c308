using System.Collections.Immutable;
using Pile.Format;
using Pile.Storage;

namespace Pile.Publishing;

/// <summary>What of a dataset is copied, and how.</summary>
public sealed record CopyOptions
{
    /// <summary>Goes on with a copy that was interrupted: what is there and right is left. Of a copy that is whole every file is checked,
    /// and made good where it is not right.</summary>
    public bool Resume { get; init; }

    /// <summary>Only the rows of these cells, by their pixel numbers at the dataset's order; empty for all.</summary>
    public ImmutableArray<long> Cells { get; init; } = [];

    /// <summary>Only rows for which this SQL condition over light columns is true, as <see cref="Reading.Query.Where"/> takes it; null for
    /// all.</summary>
    public string? Where { get; init; }

    /// <summary>Files that are under way at once, at least 1. Each of a remote destination may hold 80 MiB of parts.</summary>
    public int Parallel { get; init; } = 6;

    /// <summary>Threads that make a part of a dataset, at least 1.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Memory that the making of a part aims to stay within, in bytes; null for the writer's own choice.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Where a part is made before it is sent to a remote store; null for the system's folder of temporary files. It needs as much
    /// room as the part.</summary>
    public string? WorkFolder { get; init; }

    /// <summary>How remote stores are asked; null for what the environment says.</summary>
    public StoreOptions? Storage { get; init; }

    /// <summary>Hears what will be sent, before anything is written at the destination. Whoever does not want it throws.</summary>
    internal Action<CopyPlan>? Planned { get; init; }

    /// <summary>Hears how far the copy is; called from several threads, often.</summary>
    public IProgress<PhaseProgress>? Progress { get; init; }

    internal bool IsPart => !Cells.IsDefaultOrEmpty || Where is not null;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Parallel, 1, nameof(Parallel));
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers, 1, nameof(Workers));
        if (Where is not null && string.IsNullOrWhiteSpace(Where))
            throw new ArgumentException("The condition that says which rows are copied is empty.", nameof(Where));
    }
}
