using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Review;

/// <summary>The result of a validation.</summary>
public sealed record ValidationReport
{
    /// <summary>True if there are no findings but warnings.</summary>
    public required bool IsValid { get; init; }

    /// <summary>The number of rows according to the manifest; 0 if the manifest cannot be read.</summary>
    public required long Rows { get; init; }

    /// <summary>The findings by path, row, column and code. They do not depend on the number of workers.</summary>
    public required ImmutableArray<Finding> Findings { get; init; }

    /// <summary>The number of findings per code, including those that are not kept in <see cref="Findings"/>.</summary>
    public required ImmutableSortedDictionary<string, long> Counts { get; init; }
}
