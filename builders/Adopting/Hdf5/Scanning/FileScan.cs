using Pile.Storage;

namespace Pile.Adopting;

/// <summary>What the structure of one file says about its rows and columns.</summary>
internal sealed record FileScan
{
    /// <summary>The file.</summary>
    internal required StoredFile File { get; init; }

    /// <summary>The layout.</summary>
    internal required Hdf5Layout Layout { get; init; }

    /// <summary>The layout that the structure of the file allows too, so that other files decide; null for none.</summary>
    internal Hdf5Layout? OtherLayout { get; init; }

    /// <summary>The tables, in order; empty for other layouts.</summary>
    internal IReadOnlyList<TablePlace> Tables { get; init; } = [];

    /// <summary>The number of groups between the root and an object: 1 or 2; 0 if the file is the object.</summary>
    internal int ObjectDepth { get; init; }

    /// <summary>The number of rows.</summary>
    internal long RowCount { get; init; }

    /// <summary>The columns, by their names in the file.</summary>
    internal IReadOnlyDictionary<string, MergedColumn> Columns { get; init; } = new Dictionary<string, MergedColumn>();

    /// <summary>What the user should know about the file.</summary>
    internal IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>The column that looks like the id in this file; null for the names of groups or of the file, or row numbers.</summary>
    internal string? IdColumn { get; init; }

    /// <summary>The hashes of the ids; empty if they are not unique anyway or were not read.</summary>
    internal IReadOnlyList<long> IdHashes { get; init; } = [];

    /// <summary>True if a row of the file has no id, although it has an id column.</summary>
    internal bool HasMissingIds { get; init; }
}

/// <summary>A table in a file.</summary>
/// <param name="Group">The path of its group, empty for the root; or of the dataset of a compound table.</param>
/// <param name="RowCount">The number of rows.</param>
/// <param name="Datasets">The paths of its datasets, the prefix of the names of their columns, and whether a dataset beside them
/// describes the columns (<see cref="AstropyTable"/>).</param>
internal sealed record TablePlace(string Group, long RowCount, IReadOnlyList<(string Path, string Name, bool IsDescribed)> Datasets);
