using Pile.Format;

namespace Pile.Adopting;

/// <summary>A dataset in a group.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="IsTable">True for a list of compounds.</param>
internal sealed record DatasetPlace(string Path, IReadOnlyList<long> Shape, bool IsTable)
{
    /// <summary>The name within its group.</summary>
    internal string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>True if it has one element.</summary>
    internal bool IsSingle => Shape.All(length => length is 1);
}

/// <summary>The datasets of one group.</summary>
/// <param name="path">Its path; empty for the root.</param>
/// <param name="depth">The number of groups between the root and its datasets.</param>
internal sealed class GroupFacts(string path, int depth)
{
    private static readonly HashSet<string> KeyNames = new(
        [.. PositionWords.Id.Names, .. PositionWords.Ra.Names, .. PositionWords.Dec.Names], StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns true for the usual name of an id or a position.</summary>
    internal static bool IsKey(string name) => KeyNames.Contains(name);

    /// <summary>Its path.</summary>
    internal string Path { get; } = path;

    /// <summary>The number of groups between the root and its datasets.</summary>
    internal int Depth { get; } = depth;

    /// <summary>Its datasets.</summary>
    internal List<DatasetPlace> Datasets { get; } = [];

    /// <summary>True if an id or a position has one value.</summary>
    internal bool HasSingleKey => Datasets.Any(dataset => dataset is { IsSingle: true, IsTable: false } && KeyNames.Contains(dataset.Name));

    /// <summary>True if all of these are lists of one value, as of a table with one row.</summary>
    internal bool HasOnlyRowsOfKeys => Datasets.Where(dataset => KeyNames.Contains(dataset.Name)).All(dataset => dataset.Shape is [1]);

    /// <summary>True if an id or a position has a value for each row.</summary>
    internal bool HasRowKey => Datasets.Any(dataset => dataset.Shape is [not 1] && KeyNames.Contains(dataset.Name));

    /// <summary>True if there is a compound table.</summary>
    internal bool HasTable => Datasets.Any(dataset => dataset.IsTable);

    /// <summary>True if there are only compound tables.</summary>
    internal bool HasOnlyTables => Datasets.All(dataset => dataset.IsTable);

    /// <summary>The datasets that may be a column of a table: all with a first axis.</summary>
    internal IEnumerable<DatasetPlace> WithRows => Datasets.Where(dataset => dataset.Shape.Count > 0);

    /// <summary>Returns the most frequent length of the first axis, the larger one of two; and the number of datasets with it.</summary>
    internal (long RowCount, int Datasets) Rows => WithRows.GroupBy(dataset => dataset.Shape[0])
        .OrderByDescending(group => group.Key > 0).ThenByDescending(group => group.Any(IsRowKey))
        .ThenByDescending(group => group.Count()).ThenByDescending(group => group.Key)
        .Select(group => (group.Key, group.Count())).FirstOrDefault();

    private static bool IsRowKey(DatasetPlace dataset) => dataset.IsTable || (dataset.Shape.Count is 1 && KeyNames.Contains(dataset.Name));
}
