using System.Collections.Frozen;

namespace Pile.Adopting;

/// <summary>Options for adopting folders and tar archives.</summary>
internal sealed record FileArchiveOptions
{
    /// <summary>True (the default) for the column <c>media_type</c>, for which the first bytes of every file are read.</summary>
    internal bool ReadsMediaTypes { get; init; } = true;

    /// <summary>True to make one row of the files with the same stem, with a column of content for each ending.</summary>
    internal bool GroupsByStem { get; init; }

    /// <summary>The number of files of a folder that are read in parallel, at least 1.</summary>
    internal int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>Absolute paths of folders and files that are left out of folders, such as that of the dataset itself.</summary>
    internal IReadOnlySet<string> Excluded { get; init; } = FrozenSet<string>.Empty;
}
