namespace Pile.Reading;

/// <summary>A dataset, source, layer or saved query below an address.</summary>
/// <param name="Kind"><c>dataset</c>, <c>source</c>, <c>layer</c> or <c>query</c>.</param>
/// <param name="Path">Its path below the address; <c>.</c> for the address itself.</param>
internal sealed record StoredItem(string Kind, string Path)
{
    internal string Name { get; init; } = "";

    internal long? Rows { get; init; }

    /// <summary>The bytes of a dataset or layer, or of the files of a source.</summary>
    internal long? Bytes { get; init; }

    /// <summary>The version of a dataset; null for a layer or source.</summary>
    internal string? Version { get; init; }

    /// <summary>The number of commits of a layer or source.</summary>
    internal long? Commits { get; init; }

    /// <summary>True for a source whose scan is under way or was interrupted.</summary>
    internal bool IsPartial { get; init; }

    /// <summary>Why it cannot be opened; null if it can.</summary>
    internal string? Fault { get; init; }
}
