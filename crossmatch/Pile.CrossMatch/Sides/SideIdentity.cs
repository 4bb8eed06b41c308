namespace Pile.CrossMatch;

/// <summary>The identity of a side, independent of its location.</summary>
/// <param name="Kind"><c>dataset</c> or <c>table</c>.</param>
/// <param name="Name">The dataset's name, or the table's file name.</param>
/// <param name="Version">The dataset's version; null for a table.</param>
/// <param name="Sha256">The content of a dataset in lower-case hexadecimal: the SHA-256 of the output of <c>sha256sum</c> for its shards
/// and tiles by path. Null for a table, which is identified by its rows.</param>
/// <param name="Selection">The conditions that select rows; empty for all rows.</param>
/// <param name="Stamp">Sizes, times and checksums of the files, used only to detect a side that changes during the match.</param>
internal sealed record SideIdentity(string Kind, string Name, string? Version, string? Sha256, string Selection, string Stamp)
{
    /// <summary>The <see cref="Kind"/> of datasets.</summary>
    internal const string OfDataset = "dataset";

    /// <summary>The hash of the saved query that selects the rows; null without one.</summary>
    internal string? Query { get; init; }

    /// <summary>The root of the dataset of a saved query; null without one.</summary>
    internal string? Root { get; init; }
}
