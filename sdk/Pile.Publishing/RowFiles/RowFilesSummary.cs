using System.Collections.Immutable;

namespace Pile.Publishing;

/// <summary>What was written.</summary>
public sealed record RowFilesSummary
{
    /// <summary>Rows that came, each id counted once.</summary>
    public required long Rows { get; init; }

    /// <summary>Values that rows lack: they have no file (in JSON they have one that says null).</summary>
    public required long Missing { get; init; }

    /// <summary>The files, by row and then by column, with the output folder as it was given before each name.</summary>
    public required ImmutableArray<string> Files { get; init; }
}
