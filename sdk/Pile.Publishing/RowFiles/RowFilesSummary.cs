using System.Collections.Immutable;

namespace Pile.Publishing;

/// <summary>The result of writing rows to files.</summary>
public sealed record RowFilesSummary
{
    /// <summary>The number of rows, each id counted once.</summary>
    public required long Rows { get; init; }

    /// <summary>The number of values that are null: they have no file (in JSON, they have a file with null).</summary>
    public required long Missing { get; init; }

    /// <summary>The paths of the files, by row and then by column, starting with the output folder as specified.</summary>
    public required ImmutableArray<string> Files { get; init; }
}
