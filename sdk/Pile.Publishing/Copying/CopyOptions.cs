using System.Collections.Immutable;
using Pile.Format;
using Pile.Storage;

namespace Pile.Publishing;

/// <summary>Which part of a dataset is copied, and how.</summary>
public sealed record CopyOptions
{
    /// <summary>Resumes an interrupted copy: valid files at the destination are skipped. In a complete copy, every file is checked, and
    /// missing or damaged files are copied again.</summary>
    public bool Resume { get; init; }

    /// <summary>Copies only the rows of these cells, given as pixel numbers at the dataset's order; empty for all.</summary>
    public ImmutableArray<long> Cells { get; init; } = [];

    /// <summary>Copies only the rows of these tiles, for a dataset partitioned by a grid; empty for all.</summary>
    public ImmutableArray<string> Tiles { get; init; } = [];

    /// <summary>Copies only rows for which this SQL condition over light columns
    /// is true, as in <see cref="Reading.Query.Where"/>; null for all.</summary>
    public string? Where { get; init; }

    /// <summary>The layers whose fields <see cref="Where"/> may use, as in <see cref="Reading.DatasetOptions.Layers"/>. The copy does not
    /// have these fields.</summary>
    public IReadOnlyList<string> Layers { get; init; } = [];

    /// <summary>Stores the values of files outside the dataset in the shards of the copy.</summary>
    public bool Materialize { get; init; }

    /// <summary>The places of files outside the dataset, as in <see cref="Reading.DatasetOptions.Mounts"/>.</summary>
    public IReadOnlyDictionary<string, string> Mounts { get; init; } = new Dictionary<string, string>();

    /// <summary>The column of ids of a HATS catalogue, as in <see cref="Reading.DatasetOptions.IdColumn"/>.</summary>
    public string? IdColumn { get; init; }

    /// <summary>The number of files copied at the same time, at least 1. For a remote destination, each can use 80 MiB for parts.</summary>
    public int Parallel { get; init; } = 6;

    /// <summary>The number of threads that write a part of a dataset, at least 1.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>The target for the memory used to write a part, in bytes; null for the writer's default.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>The folder in which a part is written before it is sent to a remote store; null for the system's folder for temporary
    /// files. It needs as much space as the part.</summary>
    public string? WorkFolder { get; init; }

    /// <summary>The options for access to remote stores; null for those of the environment.</summary>
    public StoreOptions? Storage { get; init; }

    /// <summary>Receives the number and size of the files to send, before
    /// anything is written at the destination. Throw to cancel.</summary>
    internal Action<CopyPlan>? Planned { get; init; }

    /// <summary>Receives the messages that copied values are not verified: those of files outside the dataset without checksums, if
    /// <see cref="Materialize"/> is set. Null to ignore them.</summary>
    public Action<string>? OnMessage { get; init; }

    /// <summary>Receives progress reports; called often, from several threads.</summary>
    public IProgress<PhaseProgress>? Progress { get; init; }

    internal bool IsPart => !Cells.IsDefaultOrEmpty || !Tiles.IsDefaultOrEmpty || Where is not null || Materialize;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Parallel, 1, nameof(Parallel));
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers, 1, nameof(Workers));
        if (Where is not null && string.IsNullOrWhiteSpace(Where))
            throw new ArgumentException("CopyOptions.Where must not be empty. Set it to null to copy all rows.", nameof(Where));
        if (Layers.Count > 0 && Where is null)
            throw new ArgumentException("CopyOptions.Layers needs a condition that uses their fields (CopyOptions.Where): a copy does not "
                + "have the fields of layers. Copy the layer itself with 'pile layer rebase'.", nameof(Layers));
    }
}
