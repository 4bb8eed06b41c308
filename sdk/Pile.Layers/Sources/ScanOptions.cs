using Pile.Storage;

namespace Pile.Layers;

/// <summary>How a place is scanned.</summary>
internal sealed record ScanOptions
{
    /// <summary>True to read media types and sizes of pictures from the contents.</summary>
    internal bool Sniffs { get; init; }

    /// <summary>True to read every file for its SHA-256.</summary>
    internal bool Checksums { get; init; }

    /// <summary>The revision of a Git repository; null for the files as they are.</summary>
    internal string? Revision { get; init; }

    /// <summary>Who makes the commits.</summary>
    internal string Author { get; init; } = Environment.UserName;

    /// <summary>The number of local files that are read at the same time.</summary>
    internal int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>The number of rows of a commit.</summary>
    internal int CommitRows { get; init; } = 50_000;

    /// <summary>The time after which found rows are committed.</summary>
    internal TimeSpan CommitTime { get; init; } = TimeSpan.FromSeconds(5);

    internal StoreOptions? Storage { get; init; }

    /// <summary>Receives the number of listed files, and the number of an earlier scan if there was one.</summary>
    internal Action<long, long?>? OnProgress { get; init; }
}
